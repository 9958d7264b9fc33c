import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { optionalTextSchema, type Text } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { mergeEdit, type Opened } from '#core/store/changes.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { requireEvent } from '#core/community/actions.ts'
import { authorise } from '#core/community/permissions.ts'
import { planJournal } from './journal.ts'
import { outcomeSchema, proposalSchema, type OutcomeInput, type Proposal, type ProposalInput, type ProposalState } from './model.ts'
import { mayGo } from './proposal.rules.ts'
import { insertProposal, lockProposal, updateProposal } from './store.ts'

/** Writes down a proposal or an earlier attempt on the road to the event; returns its id. */
export async function writeProposal(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: ProposalInput & { key?: string | null },
): Promise<string> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  const values = parseInput(proposalSchema, input)
  return transact(ctx, async (tx) => {
    await requireEvent(ctx, tx.db, communityId, eventId)
    const request = { communityId, scope: `proposal:${eventId}`, key: input.key, body: values }
    return createOnce(ctx, tx, request, () => addProposal(ctx, tx, communityId, eventId, values))
  })
}

/** Inside a transaction: a proposal, open unless told otherwise. */
export async function addProposal(
  ctx: Context,
  tx: Tx,
  communityId: string,
  eventId: string,
  values: Omit<Proposal, 'id' | 'state' | 'reason' | 'registered' | 'came' | 'lesson' | 'revision' | 'createdAt'>,
  state: 'open' | 'accepted' = 'open',
): Promise<string> {
  const id = newId(ctx)
  await insertProposal(tx.db, { ...values, state, communityId, eventId, id, createdAt: ctx.clock.now() })
  tx.journal(planJournal.proposal_written, { communityId, eventId, kind: 'proposal', id }, { title: values.title })
  return id
}

/** Changes a proposal's text; edits of two people are merged as for tasks. */
export async function editProposal(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  input: ProposalInput & Opened,
): Promise<void> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  const mine = parseInput(proposalSchema, input)
  await transact(ctx, async (tx) => {
    const found = await requireProposal(tx, communityId, eventId, id)
    const { title, what, why, forWhom, howMany, plannedFor, whereText, revision } = found
    const now = { title, what, why, forWhom, howMany, plannedFor, whereText }
    const { values, before } = await mergeEdit(tx.db, { communityId, id, now, revision }, mine, input)
    if (Object.keys(before).length === 0) return
    await updateProposal(tx.db, communityId, id, values)
    tx.journal(
      planJournal.proposal_changed,
      { communityId, eventId, kind: 'proposal', id },
      { title: values.title, revision: revision + 1, before },
    )
  })
}

/** Lays a proposal aside with the reason; nothing of it is lost. */
export async function shelveProposal(ctx: Context, communityId: string, eventId: string, id: string, reason: Text): Promise<void> {
  const why = parseInput(optionalTextSchema(500), reason)
  if (!why.zh && !why.en) throw fail('plan.reason')
  await go(ctx, communityId, eventId, id, 'shelved', (tx, { title }) => {
    tx.journal(planJournal.proposal_shelved, { communityId, eventId, kind: 'proposal', id }, { title, reason: why })
    return { reason: why }
  })
}

/** Takes a shelved proposal up again; why it was shelved stays written on it. */
export async function reviveProposal(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  await go(ctx, communityId, eventId, id, 'revived', (tx, { title }) => {
    tx.journal(planJournal.proposal_revived, { communityId, eventId, kind: 'proposal', id }, { title })
    return {}
  })
}

/** The proposal is what will be done. */
export async function acceptProposal(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  await go(ctx, communityId, eventId, id, 'accepted', (tx, { title }) => {
    tx.journal(planJournal.proposal_accepted, { communityId, eventId, kind: 'proposal', id }, { title })
    return {}
  })
}

/** Closes an attempt (a pilot, a first try) with what it came to and what was learned. */
export async function closeAttempt(ctx: Context, communityId: string, eventId: string, id: string, input: OutcomeInput): Promise<void> {
  const outcome = parseInput(outcomeSchema, input)
  await go(ctx, communityId, eventId, id, 'done', (tx, { title }) => {
    tx.journal(planJournal.attempt_closed, { communityId, eventId, kind: 'proposal', id }, { title, ...outcome })
    return outcome
  })
}

async function go(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  to: ProposalState,
  note: (tx: Tx, proposal: Proposal) => Partial<Pick<Proposal, 'reason' | 'registered' | 'came' | 'lesson'>>,
): Promise<void> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const proposal = await requireProposal(tx, communityId, eventId, id)
    if (proposal.state === to) return
    if (!mayGo(proposal.state, to)) throw fail('plan.proposal_state')
    await updateProposal(tx.db, communityId, id, { ...note(tx, proposal), state: to })
  })
}

async function requireProposal(tx: Tx, communityId: string, eventId: string, id: string): Promise<Proposal> {
  const proposal = await lockProposal(tx.db, communityId, eventId, id)
  if (!proposal) throw fail('thing.not_found')
  return proposal
}
