import { setEventState } from '@kaichang/core/community/actions.ts'
import { dayAt, localDay, momentAt } from '@kaichang/core/community/rules.ts'
import { publishRecordings } from '@kaichang/core/archive/actions.ts'
import { importRecordings } from '@kaichang/core/archive/intake.actions.ts'
import { silentMp3 } from '@kaichang/core/archive/silence.ts'
import { draftRecap, publishArticle, saveArticle } from '@kaichang/core/story/actions.ts'
import { addIntroduction, addPledge, editPledge, openPartners } from '@kaichang/core/partners/actions.ts'
import { noteFigure, recordActual } from '@kaichang/core/stage/actions.ts'
import { addVolunteer } from '@kaichang/core/team/actions.ts'
import {
  acceptProposal,
  addBudgetLine,
  addNote,
  chooseDate,
  closeAttempt,
  considerDate,
  openPlan,
  planFromTemplate,
  rejectDate,
  reviveProposal,
  shelveProposal,
  tickTask,
  writeProposal,
} from '@kaichang/core/plan/actions.ts'
import { addSession } from '@kaichang/core/programme/actions.ts'
import { releaseSchedule } from '@kaichang/core/programme/release.actions.ts'
import { addChannel, closeRegistration, openRegistration } from '@kaichang/core/registration/actions.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { checkIns, registrations } from './crowd.ts'
import type { StepKind, StepValue } from './format.ts'
import { contextAt, known, type Scene } from './stage-hand.ts'

type Carry<K extends StepKind> = (scene: Scene, ctx: Context, value: StepValue<K>) => Promise<unknown>

/** How each step is carried out: by the actions that pages use. */
export const carry: { [K in StepKind]: Carry<K> } = {
  proposal: async ({ event, proposals }, ctx, { key, ...p }) => {
    const id = await writeProposal(ctx, event.communityId, event.id, {
      what: {},
      why: {},
      forWhom: {},
      whereText: {},
      howMany: null,
      plannedFor: null,
      ...p,
    })
    proposals.set(key, id)
  },
  acceptProposal: ({ event, proposals }, ctx, key) => acceptProposal(ctx, event.communityId, event.id, known(proposals, key)),
  shelve: ({ event, proposals }, ctx, { key, reason }) => shelveProposal(ctx, event.communityId, event.id, known(proposals, key), reason),
  revive: ({ event, proposals }, ctx, key) => reviveProposal(ctx, event.communityId, event.id, known(proposals, key)),
  closeAttempt: ({ event, proposals }, ctx, { key, ...outcome }) =>
    closeAttempt(ctx, event.communityId, event.id, known(proposals, key), outcome),
  planFromTemplate: ({ event }, ctx) => planFromTemplate(ctx, event.communityId, event.id),
  tickDone: async (scene, ctx, until) => {
    const { event } = scene
    const now = ctx.clock.now()
    const { tasks } = await openPlan(ctx, event.communityId, event.id)
    const due = tasks
      .map((task) => ({ task, day: dayAt(event, task.dayOffset) }))
      .filter(({ task, day }) => task.state === 'open' && day <= until)
    for (const { task, day } of due.sort((a, b) => (a.day < b.day ? -1 : 1))) {
      const evening = momentAt(day, '21:30', event.timeZone)
      await tickTask(contextAt(scene, evening < now ? evening : now), event.communityId, event.id, task.id)
    }
  },
  note: ({ event }, ctx, note) =>
    addNote(ctx, event.communityId, event.id, { detail: {}, ...note, day: localDay(ctx.clock.now(), event.timeZone) }),
  considerDate: async ({ event, dates }, ctx, day) => dates.set(day, await considerDate(ctx, event.communityId, event.id, day)),
  rejectDate: ({ event, dates }, ctx, { day, reason }) => rejectDate(ctx, event.communityId, event.id, known(dates, day), reason),
  chooseDate: ({ event, dates }, ctx, { day, reason }) => chooseDate(ctx, event.communityId, event.id, known(dates, day), reason),
  budgetLine: ({ event }, ctx, { planned, ...line }) =>
    addBudgetLine(ctx, event.communityId, event.id, { ...line, plannedFen: planned * 100 }),
  volunteer: ({ event }, ctx, volunteer) => addVolunteer(ctx, event.communityId, event.id, { phone: '', email: '', ...volunteer }),
  introduction: ({ event }, ctx, { from, fromKind, to, toKind, ledTo, day }) =>
    addIntroduction(ctx, event.communityId, event.id, {
      from: { name: from, kind: fromKind },
      to: { name: to, kind: toKind },
      ledTo,
      onDay: day ?? localDay(ctx.clock.now(), event.timeZone),
    }),
  partner: async ({ event, partners }, ctx, { amount = 0, state, ...p }) => {
    const money = { amountFen: amount * 100, receivedFen: state === 'received' ? amount * 100 : 0 }
    partners.set(p.name, await addPledge(ctx, event.communityId, event.id, { url: '', inReturn: {}, ...p, state, ...money }))
  },
  received: async ({ event, partners }, ctx, { name }) => {
    const pledge = (await openPartners(ctx, event.communityId, event.id)).find((one) => one.id === known(partners, name))
    if (!pledge) throw new Error(`${name} is gone`)
    const { kinds, what, inReturn, url, contactId, amountFen } = pledge
    await editPledge(ctx, event.communityId, event.id, pledge.id, {
      name,
      kinds,
      what,
      inReturn,
      url,
      contactId,
      amountFen,
      receivedFen: amountFen,
      state: 'received',
      revision: null,
    })
  },
  session: async ({ event, sessions }, ctx, { starts, speakers = [], slidesUrl = '', ...s }) => {
    const { id } = await addSession(ctx, event.communityId, event.id, {
      hallId: null,
      ...s,
      slidesUrl,
      startsAt: momentAt(localDay(event.startsAt, event.timeZone), starts, event.timeZone),
      speakers: speakers.map((speaker) => ({ personId: null, affiliation: {}, ...speaker })),
    })
    sessions.set(s.no, id)
  },
  releaseSchedule: ({ event }, ctx) => releaseSchedule(ctx, event.communityId, event.id),
  state: ({ event }, ctx, state) => setEventState(ctx, event.communityId, event.id, state),
  channel: ({ event }, ctx, channel) => addChannel(ctx, event.communityId, event.id, { share: null, ...channel }),
  openRegistration: ({ event }, ctx) => openRegistration(ctx, event.communityId, event.id),
  closeRegistration: ({ event }, ctx) => closeRegistration(ctx, event.communityId, event.id),
  registrations: (scene, _ctx, value) => registrations(scene, value),
  checkIns: (scene, _ctx, value) => checkIns(scene, value),
  actual: ({ event, sessions }, ctx, { no, starts, ends, overrun }) => {
    const on = (time: string): Date => momentAt(localDay(event.startsAt, event.timeZone), time, event.timeZone)
    return recordActual(ctx, event.communityId, event.id, {
      sessionId: known(sessions, no),
      startedAt: on(starts),
      endedAt: ends === undefined ? null : on(ends),
      overrunSeconds: overrun ?? null,
    })
  },
  figure: ({ event }, ctx, figure) => noteFigure(ctx, event.communityId, event.id, { note: {}, at: ctx.clock.now(), ...figure }),
  recordings: async ({ event }, ctx, files) => {
    const sources = files.map(({ name, seconds }) => ({ name, open: () => once(silentMp3(seconds, name)) }))
    const { refused } = await importRecordings(ctx, event.communityId, event.id, sources)
    if (refused[0]) throw new Error(`${refused[0].name}: ${refused[0].code}`)
  },
  publishRecordings: ({ event }, ctx) => publishRecordings(ctx, event.communityId, event.id, { recordingIds: 'all' }),
  recap: async ({ event }, ctx, { locales }) => {
    for (const locale of locales) {
      const { title, body } = await draftRecap(ctx, event.communityId, event.id, locale)
      await saveArticle(ctx, event.communityId, event.id, { locale, title, body })
      await publishArticle(ctx, event.communityId, event.id, { locale })
    }
  },
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes)
}
