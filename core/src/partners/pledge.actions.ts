import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { readLink, signLink } from '#core/kernel/links.ts'
import { fenSchema } from '#core/kernel/money.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { mergeEdit, type Opened } from '#core/store/changes.ts'
import type { Context } from '#core/store/context.ts'
import { isUniqueViolation } from '#core/store/patience.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { requireEvent } from '#core/community/actions.ts'
import type { Community, Event } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { findCommunity, findCommunityByNo, findEvent } from '#core/community/store.ts'
import { partnersJournal } from './journal.ts'
import {
  pledgeSchema,
  supportNames,
  type Pledge,
  type PledgeInput,
  type PledgeState,
  type PledgeValues,
  type PublicPartner,
} from './model.ts'
import { isGiving, supportOf } from './rules.ts'
import { contactExists, deletePledge, findPledge, insertPledges, listPledges, lockPledge, updatePledge } from './store.ts'

/** Notes a partner of an event; returns the pledge's id. Errors: partners.already. */
export async function addPledge(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: PledgeInput & { key?: string | null },
): Promise<string> {
  authorise(ctx.actor, 'partners.edit', { communityId, eventId })
  const values = parseInput(pledgeSchema, input)
  return withName(() =>
    transact(ctx, async (tx) => {
      await requireEvent(ctx, tx.db, communityId, eventId)
      return createOnce(ctx, tx, { communityId, scope: `pledge:${eventId}`, key: input.key, body: values }, async () => {
        await requireContact(tx, communityId, values.contactId)
        const id = newId(ctx)
        const position = (await listPledges(tx.db, communityId, eventId)).length
        await insertPledges(tx.db, [{ ...values, communityId, eventId, id, position, createdAt: ctx.clock.now() }])
        tx.journal(partnersJournal.added, { communityId, eventId, kind: 'pledge', id }, { name: values.name, kinds: kindNames(values) })
        if (values.state !== 'lead') noteState(tx, communityId, eventId, { ...values, id, revision: 0 }, { state: 'lead' })
        return id
      })
    }),
  )
}

/** Changes a partner's details. Edits of two people are merged; one field that both changed is refused (`thing.changed`). */
export async function editPledge(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  input: PledgeInput & Opened,
): Promise<void> {
  authorise(ctx.actor, 'partners.edit', { communityId, eventId })
  const mine = parseInput(pledgeSchema, input)
  await withName(() =>
    transact(ctx, async (tx) => {
      const pledge = await requirePledge(tx, communityId, eventId, id)
      const { values, before } = await mergeEdit(tx.db, { communityId, id, now: valuesOf(pledge), revision: pledge.revision }, mine, input)
      if (Object.keys(before).length === 0) return
      await requireContact(tx, communityId, values.contactId)
      await updatePledge(tx.db, communityId, id, values)
      const { state, ...others } = before
      if (state !== undefined) noteState(tx, communityId, eventId, { ...values, id, revision: pledge.revision }, { state })
      if (Object.keys(others).length === 0) return
      tx.journal(
        partnersJournal.changed,
        { communityId, eventId, kind: 'pledge', id },
        { name: values.name, revision: pledge.revision + 1, before: others },
      )
    }),
  )
}

/** One step on a pledge's road. `received` without an amount means: all that was promised is there. */
export async function movePledge(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  state: PledgeState,
  receivedFen?: number,
): Promise<void> {
  authorise(ctx.actor, 'partners.edit', { communityId, eventId })
  const received = receivedFen === undefined ? undefined : parseInput(fenSchema.min(0), receivedFen)
  await transact(ctx, async (tx) => {
    const pledge = await requirePledge(tx, communityId, eventId, id)
    const money = received ?? (state === 'received' ? Math.max(pledge.amountFen, pledge.receivedFen) : pledge.receivedFen)
    if (pledge.state === state && pledge.receivedFen === money) return
    await updatePledge(tx.db, communityId, id, { state, receivedFen: money })
    noteState(tx, communityId, eventId, { ...pledge, state }, { state: pledge.state, receivedFen: pledge.receivedFen })
  })
}

/** Strikes a partner out who was noted by mistake. */
export async function removePledge(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'partners.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const gone = await deletePledge(tx.db, communityId, eventId, id)
    if (!gone) throw fail('thing.not_found')
    tx.journal(partnersJournal.removed, { communityId, eventId, kind: 'pledge', id }, gone)
  })
}

/** A partner as the console shows them; `link` is the path of their personal page. */
export interface PartnerRow extends Pledge {
  link: string
}

/** An event's partners with amounts and personal links. */
export async function openPartners(ctx: Context, communityId: string, eventId: string): Promise<PartnerRow[]> {
  authorise(ctx.actor, 'partners.view', { communityId, eventId })
  const community = await findCommunity(ctx.db, communityId)
  if (!community) throw fail('community.not_found')
  const pledges = await listPledges(ctx.db, communityId, eventId)
  return pledges.map((pledge) => ({ ...pledge, link: partnerLink(ctx.secret, community.no, pledge) }))
}

/** Promised and received money of an event's partners, in fen. */
export async function partnerSupport(
  ctx: Context,
  communityId: string,
  eventId: string,
): Promise<{ promisedFen: number; receivedFen: number }> {
  authorise(ctx.actor, 'partners.view', { communityId, eventId })
  return supportOf(await listPledges(ctx.db, communityId, eventId))
}

/** Names of partners with whom talks are open, for whoever may see them. */
export async function waitingPartners(ctx: Context, communityId: string, eventId: string): Promise<string[]> {
  authorise(ctx.actor, 'partners.view', { communityId, eventId })
  const pledges = await listPledges(ctx.db, communityId, eventId)
  return pledges.filter((pledge) => pledge.state === 'talking').map((pledge) => pledge.name)
}

/** Who made an event happen, as everybody may see it: those who said yes, without amounts. */
export async function publicPartnersOf(db: Context['db'] | Tx['db'], communityId: string, eventId: string): Promise<PublicPartner[]> {
  const pledges = await listPledges(db, communityId, eventId)
  return pledges.filter(isGiving).map(({ name, kinds, what, url }) => ({ name, kinds, what, url }))
}

/** The path of a partner's personal page. */
export function partnerLink(secret: string, communityNo: number, pledge: Pick<Pledge, 'id' | 'linkVersion'>): string {
  return `/p/${signLink(secret, { purpose: 'p', communityNo, subjectId: pledge.id, version: pledge.linkVersion })}`
}

/** Makes a partner's former link invalid and gives a new one. */
export async function renewPartnerLink(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'partners.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const { name, linkVersion } = await requirePledge(tx, communityId, eventId, id)
    await updatePledge(tx.db, communityId, id, { linkVersion: (linkVersion % 255) + 1 })
    tx.journal(partnersJournal.link_renewed, { communityId, eventId, kind: 'pledge', id }, { name })
  })
}

/** What the holder of a partner's link sees. Errors: access.link_invalid, access.link_expired. */
export async function openPartnerPage(ctx: Context, token: string): Promise<{ community: Community; event: Event; pledge: Pledge }> {
  const claim = readLink(ctx.secret, 'p', token)
  const community = claim && (await findCommunityByNo(ctx.db, claim.communityNo))
  if (!claim || !community) throw fail('access.link_invalid')
  const pledge = await findPledge(ctx.db, community.communityId, claim.subjectId)
  if (!pledge || pledge.linkVersion !== claim.version) throw fail('access.link_expired')
  const event = await findEvent(ctx.db, community.communityId, pledge.eventId)
  if (!event) throw fail('access.link_expired')
  return { community, event, pledge }
}

function noteState(
  tx: Tx,
  communityId: string,
  eventId: string,
  pledge: PledgeValues & { id: string; revision: number },
  before: Partial<PledgeValues>,
): void {
  const { id, name, state } = pledge
  const subject = { communityId, eventId, kind: 'pledge', id }
  const change = { name, revision: pledge.revision + 1, before }
  if (state === 'pledged' || state === 'received') tx.journal(partnersJournal[state], subject, { ...change, kinds: kindNames(pledge) })
  else tx.journal(partnersJournal[state], subject, change)
}

const kindNames = (pledge: Pick<PledgeValues, 'kinds'>) => pledge.kinds.map((kind) => supportNames[kind])

async function requireContact(tx: Tx, communityId: string, contactId: string | null): Promise<void> {
  if (contactId !== null && !(await contactExists(tx.db, communityId, contactId))) throw fail('thing.not_found')
}

async function requirePledge(tx: Tx, communityId: string, eventId: string, id: string): Promise<Pledge> {
  const pledge = await lockPledge(tx.db, communityId, eventId, id)
  if (!pledge) throw fail('thing.not_found')
  return pledge
}

function valuesOf({ name, kinds, what, inReturn, state, amountFen, receivedFen, url, contactId }: Pledge): PledgeValues {
  return { name, kinds, what, inReturn, state, amountFen, receivedFen, url, contactId }
}

async function withName<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error, 'pledge_community_id_event_id_name_key')) throw fail('partners.already')
    throw error
  }
}
