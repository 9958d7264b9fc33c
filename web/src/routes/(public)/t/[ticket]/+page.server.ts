import { phaseOf } from '@kaichang/core/community/rules.ts'
import { doorCodeSvg } from '@kaichang/core/registration/qr.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import {
  cancelByTicket,
  changeRegistration,
  eraseMine,
  heldConsents,
  keptUntil,
  openTicket,
  restoreByTicket,
} from '@kaichang/core/registration/actions.ts'
import { changeAnswers, myAnswers } from '@kaichang/core/registration/questions/answers.actions.ts'
import { handOver } from '@kaichang/core/registration/orders/handover.actions.ts'
import { changeTicketType } from '@kaichang/core/registration/orders/type.actions.ts'
import { askingOf, sayComing } from '@kaichang/core/registration/messages/actions.ts'
import type { Ticket } from '@kaichang/core/registration/tickets.ts'
import { extrasToWaitFor } from '@kaichang/core/registration/waiting/wanted.ts'
import { KaichangError } from '@kaichang/core/kernel/errors.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { presentPass } from '#lib/server/pass.ts'
import { presentAnswers, presentQuestions, presentValues, readAnswers } from '#lib/server/questions.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url, setHeaders, request }) => {
  const { ctx, locale } = locals
  // The link is the key: nothing of it may stay in a shared cache.
  setHeaders({ 'cache-control': 'private, no-cache' })
  const ticket = await openTicket(ctx, params.ticket)
  const { community, event, registration, person, links } = ticket
  const address = `/${community.slug}/${event.slug}`
  const answers = await myAnswers(ctx, ticket)
  return {
    path: links.path,
    mayWait: await mayWait(ctx, ticket),
    address,
    done: url.searchParams.get('done'),
    inWechat: /MicroMessenger/i.test(request.headers.get('user-agent') ?? ''),
    phase: phaseOf(event, ctx.clock.now()),
    qr: doorCodeSvg(links.doorCode),
    event: {
      name: pickText(event.name, locale),
      startsAt: event.startsAt,
      endsAt: event.endsAt,
      timeZone: event.timeZone,
      state: event.state,
      liveUrl: event.liveUrl,
      venue: [pickText(event.city, locale), pickText(event.venue, locale)].filter(Boolean).join(' · '),
      address: pickText(event.address, locale),
      note: pickText(event.venueNote, locale),
    },
    community: pickText(community.name, locale),
    booking: {
      name: person.name,
      code: registration.code,
      state: registration.state,
      phone: registration.phone,
      email: registration.email,
      locale: registration.locale,
      registeredAt: registration.registeredAt,
      consents: await heldConsents(ctx, ticket),
    },
    keptUntil: keptUntil(event),
    pass: await presentPass(ctx, ticket, locale),
    asking: await askingOf(ctx, ticket),
    answer: url.searchParams.get('answer'),
    answers: {
      told: presentAnswers(answers.answered, locale),
      questions: presentQuestions(answers.questions, locale, event),
      values: presentValues(answers.answered),
      open: answers.open,
    },
    frame: {
      crumbs: [
        { label: pickText(community.name, locale), href: `/${community.slug}` },
        { label: pickText(event.name, locale), href: address },
      ],
      accent: community.accent,
      notice: `/${community.slug}/notice`,
    },
  }
}

/** Whether some extra is full that the holder can wait for. */
async function mayWait(ctx: App.Locals['ctx'], ticket: Ticket): Promise<boolean> {
  const { taking, extras } = await extrasToWaitFor(ctx, ticket)
  return taking && extras.length > 0
}

export const actions: Actions = {
  cancel: (event) =>
    submit(event, async () => {
      await cancelByTicket(event.locals.ctx, event.params.ticket)
      goOn(`/t/${event.params.ticket}`, 'cancelled')
    }),
  coming: (event) =>
    submit(event, async () => {
      await sayComing(event.locals.ctx, event.params.ticket)
      goOn(`/t/${event.params.ticket}`, 'coming')
    }),
  restore: (event) =>
    submit(event, async () => {
      await restoreByTicket(event.locals.ctx, event.params.ticket)
      goOn(`/t/${event.params.ticket}`, 'restored')
    }),
  type: (event) =>
    submit(event, async ({ text }) => {
      await changeTicketType(event.locals.ctx, event.params.ticket, text('type'))
      goOn(`/t/${event.params.ticket}`, 'type')
    }),
  hand: (event) =>
    submit(event, async ({ text }) => {
      const { ctx, locale } = event.locals
      const { community, event: it } = await openTicket(ctx, event.params.ticket)
      const to = { name: text('name'), phone: text('phone'), email: text('email'), agreed: text('agreed'), locale }
      await handOver(ctx, event.params.ticket, to)
      // The old link opens nothing any more.
      goOn(`/t/handed?to=${community.slug}/${it.slug}`)
    }),
  change: (event) =>
    submit(event, async ({ text }) => {
      const consents = { photos: text('consents.photos'), news: text('consents.news') }
      await changeRegistration(event.locals.ctx, event.params.ticket, {
        name: text('name'),
        phone: text('phone'),
        email: text('email'),
        locale: text('locale'),
        consents,
      })
      goOn(`/t/${event.params.ticket}`, 'saved')
    }),
  answers: (event) =>
    submit(event, async (sent) => {
      const { ctx } = event.locals
      const { registration } = await openTicket(ctx, event.params.ticket)
      await changeAnswers(ctx, event.params.ticket, await readAnswers(sent, ctx, registration))
      goOn(`/t/${event.params.ticket}`, 'answers')
    }),
  erase: (event) =>
    submit(event, async ({ text }) => {
      const { ctx } = event.locals
      if (text('sure') !== 'on') throw new KaichangError('input.invalid', {}, [{ path: 'sure', code: 'field.consent' }])
      const { community, event: it } = await openTicket(ctx, event.params.ticket)
      await eraseMine(ctx, event.params.ticket)
      goOn(`/t/erased?to=${community.slug}/${it.slug}`)
    }),
}
