import { editEvent, openEvent } from '@kaichang/core/community/actions.ts'
import { authorise, can } from '@kaichang/core/community/permissions.ts'
import { localDay } from '@kaichang/core/community/rules.ts'
import { readAttendance } from '@kaichang/core/door/actions.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import {
  addChannel,
  channelsOf,
  editChannel,
  closeRegistration,
  figuresOf,
  listRegistrations,
  maySeePeople,
  openRegistration,
  registerAttendee,
  removeChannel,
  restoreChannel,
  seatsOf,
  setRegistrationWindow,
  takeAdvice,
} from '@kaichang/core/registration/actions.ts'
import { projectOf } from '@kaichang/core/registration/forecast/project.rules.ts'
import { holdSeats } from '@kaichang/core/registration/orders/hold.actions.ts'
import { openTypes } from '@kaichang/core/registration/types/actions.ts'
import { isKaichangError } from '@kaichang/core/kernel/errors.ts'
import type { RequestEvent } from '@sveltejs/kit'
import { fromLocal, toLocal } from '#lib/format.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { presentOutlook } from '#lib/server/outlook.ts'
import { pairOf } from '#lib/server/pair.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { ctx, actor, locale } = locals
  const { community, event } = await openEvent(ctx, params.community, params.event)
  const place = { communityId: event.communityId, eventId: event.id }
  const figures = await figuresOf(ctx, place.communityId, place.eventId)
  const seats = await seatsOf(ctx, event)
  const query = (url.searchParams.get('q') ?? '').slice(0, 60)
  const state = url.searchParams.get('state')
  const list = maySeePeople(ctx, place.communityId, place.eventId)
    ? await listRegistrations(ctx, place.communityId, place.eventId, {
        query,
        page: Number(url.searchParams.get('page') ?? 1),
        ...(state === 'registered' || state === 'cancelled' ? { state } : {}),
      })
    : null
  const address = `${ctx.settings.publicUrl}/${community.slug}/${event.slug}`
  const day = (key: string): Date => new Date(`${key}T12:00:00Z`)
  const curve = figures.curve.map(({ day: key, total }) => ({ day: day(key), value: total }))
  const open = seats.opening === 'open'
  const retired = new Set((await channelsOf(ctx.db, event)).filter((one) => one.retiredAt !== null).map(({ id }) => id))
  const { types } = await openTypes(ctx, place.communityId, place.eventId)
  return {
    address,
    done: url.searchParams.get('done'),
    code: url.searchParams.get('code'),
    mayEdit: can(actor, 'registration.edit', place),
    draft: event.state === 'draft' && can(actor, 'event.manage', place),
    mayExport: can(actor, 'registration.export', place),
    seats,
    outlook: presentOutlook(figures, locale),
    cancelled: figures.cancelled,
    came: (await readAttendance(ctx.db, event)).persons,
    curve,
    forecast: open
      ? projectOf(figures.curve, localDay(event.startsAt, event.timeZone), event.cap).map((one) => ({ ...one, day: day(one.day) }))
      : [],
    // The plain link is among them until all is over: it is the first that one passes on.
    channels: [
      ...figures.channels,
      ...(seats.opening === 'over' || figures.channels.some((one) => one.channelId === null) ? [] : [PLAIN_LINK]),
    ].map((one) => ({
      id: one.channelId ?? 'direct',
      name: one.name ? pickText(one.name, locale) : '',
      names: one.name ?? {},
      share: one.share,
      clicks: one.clicks,
      registered: one.registered,
      cancelled: one.cancelled,
      retired: retired.has(one.channelId ?? ''),
      link: one.slug === '' ? address : `${address}?c=${one.slug}`,
    })),
    types: types
      .filter((type) => type.kind === 'ticket' && type.retiredAt === null)
      .map(({ id, name }) => ({ value: id, label: pickText(name, locale) })),
    list: list && { ...list, rows: list.rows.map((row) => ({ ...row, channel: row.channel ? pickText(row.channel, locale) : '' })) },
    query,
    state: state ?? '',
    window: {
      opensAt: seats.opensAt ? toLocal(seats.opensAt, event.timeZone) : '',
      closesAt: seats.closesAt ? toLocal(seats.closesAt, event.timeZone) : '',
    },
    timeZone: event.timeZone,
  }
}

const PLAIN_LINK = { channelId: null, slug: '', name: null, share: null, clicks: 0, registered: 0, cancelled: 0, came: 0 }

async function enter({ locals, params }: RequestEvent) {
  const { community, event } = await openEvent(locals.ctx, params['community'] ?? '', params['event'] ?? '')
  return {
    ctx: locals.ctx,
    communityId: event.communityId,
    eventId: event.id,
    event,
    path: `/console/${community.slug}/${event.slug}/registration`,
  }
}

export const actions: Actions = {
  open: (request) =>
    submit(request, async () => {
      const { ctx, communityId, eventId, path } = await enter(request)
      await openRegistration(ctx, communityId, eventId)
      goOn(path, 'opened')
    }),
  close: (request) =>
    submit(request, async () => {
      const { ctx, communityId, eventId, path } = await enter(request)
      await closeRegistration(ctx, communityId, eventId)
      goOn(path, 'closed')
    }),
  advice: (request) =>
    submit(request, async ({ text }) => {
      const { ctx, communityId, eventId, path } = await enter(request)
      await takeAdvice(ctx, communityId, eventId, { cap: text('cap') })
      goOn(path, 'advised')
    }),
  window: (request) =>
    submit(request, async ({ text }) => {
      const { ctx, communityId, eventId, event, path } = await enter(request)
      await setRegistrationWindow(ctx, communityId, eventId, {
        opensAt: fromLocal(text('opensAt'), event.timeZone),
        closesAt: fromLocal(text('closesAt'), event.timeZone),
      })
      const { communityId: _, id: __, state: ___, revision, createdAt: ____, ...values } = event
      await editEvent(ctx, communityId, eventId, { ...values, cap: text('cap') }, { revision })
      goOn(path, 'saved')
    }),
  channel: (request) =>
    submit(request, async ({ text }) => {
      const { ctx, communityId, eventId, path } = await enter(request)
      const other = request.locals.locale === 'en' ? 'en' : 'zh'
      await addChannel(ctx, communityId, eventId, { slug: text('slug'), name: { [other]: text('name') }, share: text('share') })
      goOn(`${path}#channels`, 'channel_added')
    }),
  channel_edit: (request) =>
    submit(request, async ({ data, text }) => {
      const { ctx, communityId, eventId, path } = await enter(request)
      await editChannel(ctx, communityId, eventId, text('id'), { name: pairOf(data, 'name'), share: text('share') })
      goOn(`${path}#channels`, 'saved')
    }),
  channel_remove: (request) =>
    submit(request, async ({ text }) => {
      const { ctx, communityId, eventId, path } = await enter(request)
      const done = await removeChannel(ctx, communityId, eventId, text('id'))
      goOn(`${path}#channels`, done === 'removed' ? 'channel_removed' : 'channel_retired')
    }),
  channel_restore: (request) =>
    submit(request, async ({ text }) => {
      const { ctx, communityId, eventId, path } = await enter(request)
      await restoreChannel(ctx, communityId, eventId, text('id'))
      goOn(`${path}#channels`, 'channel_restored')
    }),
  desk: (request) =>
    submit(request, async ({ text, key }) => {
      const { ctx, communityId, eventId, path } = await enter(request)
      // The action itself is open to everybody while registration is.
      authorise(ctx.actor, 'registration.edit', { communityId, eventId })
      const ticketType = text('ticketType')
      const booked = await registerAttendee(
        ctx,
        communityId,
        eventId,
        {
          name: text('name'),
          phone: text('phone'),
          email: text('email'),
          locale: request.locals.locale,
          ticketType,
          consents: { registration: text('consents.registration') },
        },
        { key },
      ).catch((error: unknown) => {
        if (isKaichangError(error, 'registration.order_first')) return null
        throw error
      })
      // What costs something is held, and filled in and paid on its order's own page.
      if (!booked) goOn((await holdSeats(ctx, communityId, eventId, { lines: [{ typeId: ticketType, seats: 1 }] }, { key })).path)
      const { registration } = booked
      goOn(`${path}?code=${registration.code}#desk`, 'desk_added')
    }),
}
