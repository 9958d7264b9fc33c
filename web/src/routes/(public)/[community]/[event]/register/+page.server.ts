import { openEvent } from '@kaichang/core/community/actions.ts'
import { errorText } from '@kaichang/core/kernel/errors.ts'
import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import { countClick, registerAttendee, requestTicketAgain, seatsOf } from '@kaichang/core/registration/actions.ts'
import { choicesOf, type Choice, type Choices } from '@kaichang/core/registration/orders/choices.ts'
import { holdSeats } from '@kaichang/core/registration/orders/hold.actions.ts'
import { readForm } from '@kaichang/core/registration/questions/asked.ts'
import { possibleQuestions } from '@kaichang/core/registration/questions/rules.ts'
import { redirect } from '@sveltejs/kit'
import { presentChoice, readAmounts, readChoice, readSeats } from '#lib/server/choices.ts'
import { sendInLine, standInLine } from '#lib/server/crowd.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { presentQuestions, readAnswers } from '#lib/server/questions.ts'
import { chooseWords } from '#lib/words/choose.ts'
import { words } from '#lib/words/define.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (request) => {
  const { locals, params, url, isDataRequest } = request
  const { ctx, locale } = locals
  const { community, event } = await openEvent(ctx, params.community, params.event)
  const address = `/${community.slug}/${event.slug}`
  const line = standInLine(request, { communityId: event.communityId, eventId: event.id, address })
  const seats = await seatsOf(ctx, event)
  const { questions, onlyTypeId } = await readForm(ctx, event.communityId, event.id)
  const channel = url.searchParams.get('c') ?? ''
  const voucher = url.searchParams.get('v') ?? ''
  const choices = await choicesOf(ctx, event, { voucher, channel })
  // A form that comes back with an error has been counted already.
  if (channel !== '' && !isDataRequest && !url.search.includes('?/') && !url.search.startsWith('?%2F'))
    await countClick(ctx, event.communityId, event.id, channel)
  const name = pickText(event.name, locale)
  return {
    address,
    line,
    channel,
    done: url.searchParams.get('done'),
    community: { name: pickText(community.name, locale), contact: community.contact, notice: `/${community.slug}/notice` },
    event: {
      name,
      startsAt: event.startsAt,
      endsAt: event.endsAt,
      timeZone: event.timeZone,
      retentionDays: event.retentionDays,
      state: event.state,
      venue: [pickText(event.city, locale), pickText(event.venue, locale)].filter(Boolean).join(' · '),
    },
    seats,
    choices: presentChoices(choices, url, locale),
    waiting: choices.waitingOpen ? `${address}/waiting${channel === '' ? '' : `?c=${encodeURIComponent(channel)}`}` : '',
    questions: presentQuestions(possibleQuestions(questions, { typeId: onlyTypeId }), locale, event),
    frame: {
      crumbs: [
        { label: pickText(community.name, locale), href: `/${community.slug}` },
        { label: name, href: address },
      ],
      accent: community.accent,
      notice: `/${community.slug}/notice`,
    },
  }
}

/** What can be chosen, and whether the short form for one person is enough. */
function presentChoices({ tickets, extras, simple, voucher }: Choices, url: URL, locale: Locale) {
  const t = words(chooseWords, locale)
  const present = (choice: Choice) => presentChoice(choice, locale, t('seat'))
  const group = url.searchParams.has('group')
  return {
    tickets: tickets.map(present),
    extras: extras.map(present),
    // A form that comes back stays the form that was sent.
    short: simple && !group && !url.search.includes('choose'),
    mayGroup: simple && tickets.some((one) => one.room > 1),
    lack: tickets[0]?.lack ?? null,
    simple,
    voucher: voucher?.fault === null ? voucher.code : '',
    voucherFault: voucher?.fault ? errorText(voucher.fault, locale, { left: 0 }) : '',
    typedVoucher: voucher?.code ?? '',
    before: Object.fromEntries(
      [...url.searchParams].flatMap(([name, n]) => (/^n\.[\w-]{1,40}$/.test(name) && /^\d{1,3}$/.test(n) ? [[name.slice(2), n]] : [])),
    ),
    amounts: Object.fromEntries(
      [...url.searchParams].flatMap(([name, yuan]) =>
        /^a\.[\w-]{1,40}$/.test(name) && /^\d{1,9}(?:\.\d{1,2})?$/.test(yuan) ? [[name.slice(2), yuan]] : [],
      ),
    ),
    // A voucher goes along, so that what it opens is still there when something was wrong.
    query: ['c', 'group', 'v']
      .flatMap((name) => (url.searchParams.has(name) ? [`&${name}=${encodeURIComponent(url.searchParams.get(name) ?? '')}`] : []))
      .join(''),
  }
}

export const actions: Actions = {
  /** Holds what was chosen and goes on to the order. */
  choose: (event) =>
    submit(event, async ({ data, key, text }) => {
      const { ctx, locale } = event.locals
      const { community, event: it } = await openEvent(ctx, event.params.community, event.params.event)
      const input = { lines: readChoice(data), voucher: text('voucher'), channel: text('channel'), locale }
      const place = { communityId: community.communityId, eventId: it.id, address: `/${community.slug}/${it.slug}` }
      const { path } = await sendInLine(event, place, text('_line'), (line) =>
        holdSeats(ctx, place.communityId, place.eventId, input, { key, line }),
      )
      redirect(303, path)
    }),
  /** Shows the same choice with a voucher: what it opens, and its prices. */
  voucher: (event) =>
    submit(event, async ({ data, text }) => {
      const { community, event: it } = await openEvent(event.locals.ctx, event.params.community, event.params.event)
      const query = new URLSearchParams()
      if (text('channel')) query.set('c', text('channel'))
      if (event.url.searchParams.has('group')) query.set('group', '1')
      if (text('voucher').trim()) query.set('v', text('voucher').trim().slice(0, 40))
      for (const { typeId, seats } of readSeats(data)) query.set(`n.${typeId}`, seats)
      for (const [typeId, yuan] of readAmounts(data)) query.set(`a.${typeId}`, yuan.slice(0, 12))
      goOn(`/${community.slug}/${it.slug}/register?${query}#tickets`)
    }),
  register: (event) =>
    submit(event, async (sent) => {
      const { data, key, text } = sent
      const { ctx, locale } = event.locals
      const { community, event: it } = await openEvent(ctx, event.params.community, event.params.event)
      const place = { communityId: community.communityId, eventId: it.id, address: `/${community.slug}/${it.slug}` }
      const input = {
        name: text('name'),
        phone: text('phone'),
        email: text('email'),
        channel: text('channel'),
        locale,
        consents: asBoxes(data['consents']),
        answers: await readAnswers(sent, ctx, place),
      }
      const { links } = await sendInLine(event, place, text('_line'), (line) =>
        registerAttendee(ctx, place.communityId, place.eventId, input, { key, line }),
      )
      redirect(303, `${links.path}?done=registered`)
    }),
  /** The link of a ticket that exists goes to its own address again; the answer is the same when there is none. */
  again: (event) =>
    submit(event, async ({ text }) => {
      const { ctx } = event.locals
      const { community, event: it } = await openEvent(ctx, event.params.community, event.params.event)
      await requestTicketAgain(ctx, community.communityId, it.id, { phone: text('phone'), email: text('email') })
      goOn(`/${community.slug}/${it.slug}/register`, 'sent')
    }),
}

/** The ticked boxes of the form; anything else counts as not ticked. */
function asBoxes(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}
