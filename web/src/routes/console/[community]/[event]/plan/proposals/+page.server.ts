import { pickText } from '@kaichang/core/kernel/text.ts'
import {
  acceptProposal,
  closeAttempt,
  editProposal,
  openPlan,
  reviveProposal,
  shelveProposal,
  writeProposal,
} from '@kaichang/core/plan/actions.ts'
import type { ProposalInput } from '@kaichang/core/plan/model.ts'
import { mayGo } from '@kaichang/core/plan/proposal.rules.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { readOpened, readText } from '#lib/server/read.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, communityId, eventId } = await placeOf(request)
  const { proposals } = await openPlan(ctx, communityId, eventId)
  const editing = proposals.find((proposal) => proposal.id === request.url.searchParams.get('edit')) ?? null
  return {
    editing,
    proposals: proposals.map((p) => ({
      id: p.id,
      state: p.state,
      plannedFor: p.plannedFor,
      createdAt: p.createdAt,
      howMany: p.howMany,
      registered: p.registered,
      came: p.came,
      title: pickText(p.title, locale),
      what: pickText(p.what, locale),
      why: pickText(p.why, locale),
      forWhom: pickText(p.forWhom, locale),
      where: pickText(p.whereText, locale),
      reason: pickText(p.reason, locale),
      lesson: pickText(p.lesson, locale),
      may: {
        shelve: mayGo(p.state, 'shelved'),
        revive: mayGo(p.state, 'revived'),
        accept: mayGo(p.state, 'accepted'),
        close: mayGo(p.state, 'done'),
      },
    })),
  }
}

function read(sent: Sent): ProposalInput {
  return {
    title: readText(sent, 'title'),
    what: readText(sent, 'what'),
    why: readText(sent, 'why'),
    forWhom: readText(sent, 'forWhom'),
    whereText: readText(sent, 'whereText'),
    howMany: sent.text('howMany'),
    plannedFor: sent.text('plannedFor'),
  }
}

function act(run: (sent: Sent, place: Place) => Promise<void>) {
  return (request: RequestEvent) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      await run(sent, place)
      goOn(`${place.base}/plan/proposals`, 'saved')
    })
}

export const actions: Actions = {
  write: act(
    async (sent, { ctx, communityId, eventId }) => void (await writeProposal(ctx, communityId, eventId, { ...read(sent), key: sent.key })),
  ),
  edit: act((sent, { ctx, communityId, eventId }) =>
    editProposal(ctx, communityId, eventId, sent.text('id'), { ...read(sent), ...readOpened(sent) }),
  ),
  shelve: act((sent, { ctx, communityId, eventId }) =>
    shelveProposal(ctx, communityId, eventId, sent.text('id'), readText(sent, 'reason')),
  ),
  revive: act((sent, { ctx, communityId, eventId }) => reviveProposal(ctx, communityId, eventId, sent.text('id'))),
  accept: act((sent, { ctx, communityId, eventId }) => acceptProposal(ctx, communityId, eventId, sent.text('id'))),
  close: act((sent, { ctx, communityId, eventId }) =>
    closeAttempt(ctx, communityId, eventId, sent.text('id'), {
      registered: sent.text('registered'),
      came: sent.text('came'),
      lesson: readText(sent, 'lesson'),
    }),
  ),
}
