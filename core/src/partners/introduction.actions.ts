import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { authorise, can } from '#core/community/permissions.ts'
import { partnersJournal } from './journal.ts'
import { introductionSchema, type Contact, type ContactKind, type IntroductionGraph, type IntroductionInput } from './model.ts'
import {
  deleteIntroduction,
  deleteLooseContacts,
  findContactByName,
  insertContact,
  insertIntroduction,
  listContacts,
  listIntroductions,
} from './store.ts'

/**
 * Notes who led to whom; both ends are found by name in the community or made. Introductions belong to the community,
 * `eventId` says on whose road it was noted. Returns its id. Errors: partners.introduced_self, partners.introduced_already.
 */
export async function addIntroduction(
  ctx: Context,
  communityId: string,
  eventId: string | null,
  input: IntroductionInput & { key?: string | null },
): Promise<string> {
  authorise(ctx.actor, 'partners.edit', { communityId, eventId })
  const { from, to, ...values } = parseInput(introductionSchema, input)
  if (from.name === to.name) throw fail('partners.introduced_self')
  return transact(ctx, (tx) =>
    createOnce(ctx, tx, { communityId, scope: 'introduction', key: input.key, body: { from, to, ...values } }, async () => {
      const id = newId(ctx)
      const [a, b] = [await ensureContact(ctx, tx, communityId, from), await ensureContact(ctx, tx, communityId, to)]
      const row = { ...values, communityId, eventId, id, fromId: a.id, toId: b.id, createdAt: ctx.clock.now() }
      if (!(await insertIntroduction(tx.db, row))) throw fail('partners.introduced_already')
      tx.journal(partnersJournal.introduced, { communityId, eventId, kind: 'introduction', id }, { from: from.name, to: to.name })
      return id
    }),
  )
}

/**
 * Strikes an introduction out; contacts that nothing else mentions go with it. What was noted on another event's road
 * can only be struck out by who may edit partners in the whole community. Errors: thing.not_found.
 */
export async function removeIntroduction(ctx: Context, communityId: string, eventId: string | null, id: string): Promise<void> {
  authorise(ctx.actor, 'partners.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const names = new Map((await listContacts(tx.db, communityId)).map((contact) => [contact.id, contact.name]))
    const gone = await deleteIntroduction(tx.db, communityId, id)
    const reach = gone && (gone.eventId === eventId || can(ctx.actor, 'partners.edit', { communityId }))
    if (!gone || !reach) throw fail('thing.not_found')
    await deleteLooseContacts(tx.db, communityId, [gone.fromId, gone.toId])
    const facts = { from: names.get(gone.fromId) ?? '', to: names.get(gone.toId) ?? '' }
    tx.journal(partnersJournal.introduction_removed, { communityId, eventId, kind: 'introduction', id }, facts)
  })
}

/** The community's chain of introductions as a graph; in the order in which they were first named. */
export async function introductionGraph(ctx: Context, communityId: string, eventId: string | null = null): Promise<IntroductionGraph> {
  authorise(ctx.actor, 'partners.view', { communityId, eventId })
  const [contacts, edges] = await Promise.all([listContacts(ctx.db, communityId), listIntroductions(ctx.db, communityId)])
  const byId = new Map(contacts.map((contact) => [contact.id, contact]))
  const met = new Set(edges.flatMap((edge) => [edge.fromId, edge.toId]))
  return { nodes: [...met].flatMap((id) => byId.get(id) ?? []), edges }
}

/** Everybody in the community's book of contacts. */
export function openContacts(ctx: Context, communityId: string, eventId: string | null = null): Promise<Contact[]> {
  authorise(ctx.actor, 'partners.view', { communityId, eventId })
  return listContacts(ctx.db, communityId)
}

/** Inside a transaction: the contact of this name, made when there is none; who is known keeps their kind. */
async function ensureContact(
  ctx: Context,
  tx: Tx,
  communityId: string,
  { name, kind }: { name: string; kind: ContactKind },
): Promise<Contact> {
  const known = await findContactByName(tx.db, communityId, name)
  if (known) return known
  const contact = { id: newId(ctx), name, kind }
  if (await insertContact(tx.db, { ...contact, communityId, createdAt: ctx.clock.now() })) return contact
  const made = await findContactByName(tx.db, communityId, name)
  if (!made) throw fail('thing.not_found')
  return made
}
