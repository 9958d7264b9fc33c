import { authorise } from '#core/community/permissions.ts'
import { KaichangError, fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import type { Text } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { mergeEdit, type Opened } from '#core/store/changes.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { forgetForm } from '../questions/asked.ts'
import { endWaitingForTypes } from '../waiting/ended.ts'
import { addVouchers, type Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import { recount } from '../seats/recount.ts'
import { keepPlaces } from '../seats/rules.ts'
import { listLiveVoucherIds, retireVouchers } from '../vouchers/store.ts'
import { typeJournal } from './journal.ts'
import {
  newTypeSchema,
  typeSchema,
  usualSchema,
  type NewTypeInput,
  type TicketType,
  type TypeInput,
  type TypeValues,
  type UsualInput,
} from './model.ts'
import { findTypeFaults, movedType, movesCounters, settle, usualSet } from './rules.ts'
import { areTypesUsed, deleteTypes, insertTypes, listQuotas, listTypes, orderTypes, setTypesRetired, updateType } from './store.ts'
import type { Quota } from './model.ts'

/** What can be registered for, and the quotas it draws on. Errors: access.*. */
export async function openTypes(ctx: Context, communityId: string, eventId: string): Promise<{ types: TicketType[]; quotas: Quota[] }> {
  authorise(ctx.actor, 'registration.figures', { communityId, eventId })
  return { types: await listTypes(ctx.db, communityId, eventId), quotas: await listQuotas(ctx.db, communityId, eventId) }
}

/** Adds a ticket or an add-on, with its sizes when some are named; returns its id. Errors: access.*, input.invalid. */
export async function addType(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: NewTypeInput & { key?: string | null },
): Promise<string> {
  const { kind, parentId, variants } = parseInput(newTypeSchema, input)
  const values = settle(parseInput(typeSchema, input), kind)
  return changeTypes(ctx, communityId, eventId, (tx, book) =>
    createOnce(ctx, tx, { communityId, scope: `type:${eventId}`, key: input.key, body: { values, kind, parentId, variants } }, async () => {
      const types = await listTypes(tx.db, communityId, eventId)
      const faults = findTypeFaults({ kind, parentId, variants: variants.length }, types)
      if (faults.length > 0) throw new KaichangError('input.invalid', {}, faults)
      const id = newId(ctx)
      await write(ctx, tx, book, types.length, [
        { id, kind, parentId, values },
        ...variants.map((name) => ({ id: newId(ctx), kind, parentId: id, values: { ...values, name, about: {} } })),
      ])
      return id
    }),
  )
}

interface Made {
  id: string
  kind: 'ticket' | 'addon'
  parentId: string | null
  values: TypeValues
}

async function write(ctx: Context, tx: Tx, book: Book, before: number, made: readonly Made[]): Promise<void> {
  const { communityId, eventId } = book.place
  const createdAt = ctx.clock.now()
  await insertTypes(
    tx.db,
    made.map(({ values, ...one }, n) => ({ ...values, ...one, communityId, eventId, createdAt, position: before + n + 1 })),
  )
  for (const { id, kind, values } of made)
    tx.journal(
      typeJournal.type_added,
      { communityId, eventId, kind: 'ticket_type', id },
      { name: values.name, kind, priceFen: values.priceFen },
    )
  await recount(tx, book)
}

/** The usual set in one press: standard with an early price, and student. Only where there is no type yet. Errors: access.*, input.invalid, registration.types_there. */
export async function addUsualTypes(ctx: Context, communityId: string, eventId: string, input: UsualInput): Promise<void> {
  const values = parseInput(usualSchema, input)
  await changeTypes(ctx, communityId, eventId, async (tx, book) => {
    if ((await listTypes(tx.db, communityId, eventId)).length > 0) throw fail('registration.types_there')
    const made = usualSet(values, book.event).map((one): Made => ({ id: newId(ctx), kind: 'ticket', parentId: null, values: one }))
    await write(ctx, tx, book, 0, made)
  })
}

/**
 * Changes a type; edits of two people are merged field by field. What was ordered keeps its price. A type that begins or
 * ceases to take a seat has the event's seats counted anew. Errors: access.*, input.invalid, thing.not_found, thing.changed.
 */
export async function editType(ctx: Context, communityId: string, eventId: string, id: string, input: TypeInput & Opened): Promise<void> {
  const typed = parseInput(typeSchema, input)
  await changeTypes(ctx, communityId, eventId, async (tx, book) => {
    const type = await requireType(tx, book, id)
    const { kind, parentId: _parent, position: _position, taken: _taken, retiredAt: _retired, revision, id: _id, ...now } = type
    const { values, before } = await mergeEdit(tx.db, { communityId, id, now, revision }, settle(typed, kind), input)
    if (Object.keys(before).length === 0) return
    // Two edits that are right alone may be wrong together.
    parseInput(typeSchema, values)
    await updateType(tx.db, communityId, id, values)
    const facts = { name: values.name, revision: revision + 1, before }
    tx.journal(typeJournal.type_changed, { communityId, eventId, kind: 'ticket_type', id }, facts)
    if (movesCounters(before)) await recount(tx, book)
  })
}

/** Moves a type up (-1) or down (1) among those it stands with. At the end it stays. Errors: access.*, thing.not_found. */
export async function moveType(ctx: Context, communityId: string, eventId: string, id: string, by: -1 | 1): Promise<void> {
  await changeTypes(ctx, communityId, eventId, async (tx, book) => {
    await requireType(tx, book, id)
    const types = await listTypes(tx.db, communityId, eventId)
    const order = movedType(types, id, by)
    if (order.every((one, n) => one === types[n]?.id)) return
    await orderTypes(tx.db, communityId, order)
    tx.journal(typeJournal.types_ordered, { communityId, eventId, kind: 'event', id: eventId }, { count: order.length })
  })
}

/**
 * Takes a type away with its variants: for good when nothing hangs on it, else it is retired. What was booked stays valid,
 * vouchers for it alone are retired too, so that they keep no places that nobody can use, and who waits for it is told that
 * there will be none. Errors: access.*, thing.not_found.
 */
export async function removeType(ctx: Context, communityId: string, eventId: string, id: string): Promise<'removed' | 'retired'> {
  return changeTypes(ctx, communityId, eventId, async (tx, book) => {
    const type = await requireType(tx, book, id)
    const types = await listTypes(tx.db, communityId, eventId)
    const ids = types.filter((one) => one.id === id || one.parentId === id).map((one) => one.id)
    const subject = { communityId, eventId, kind: 'ticket_type', id }
    if (!(await areTypesUsed(tx.db, communityId, eventId, ids))) {
      await deleteTypes(tx.db, communityId, ids)
      await recount(tx, book)
      tx.journal(typeJournal.type_removed, subject, { name: type.name })
      return 'removed'
    }
    if (type.retiredAt !== null) return 'retired'
    const vouchers = await retireVouchersFor(tx, book, ids)
    await setTypesRetired(tx.db, communityId, ids, book.now)
    await endWaitingForTypes(ctx, tx, book, ids)
    for (const one of ids) {
      const stock = book.stock.types.get(one)
      if (stock) stock.retired = true
    }
    tx.journal(typeJournal.type_retired, subject, { name: type.name, taken: book.stock.types.get(id)?.taken ?? type.taken, vouchers })
    return 'retired'
  })
}

/** Retires the vouchers that are for these types alone, and lets go of the places they keep; how many. */
async function retireVouchersFor(tx: Tx, book: Book, typeIds: readonly string[]): Promise<number> {
  const { communityId, eventId } = book.place
  const ids = await listLiveVoucherIds(tx.db, communityId, eventId, typeIds)
  await addVouchers(tx, book, ids)
  for (const id of ids) {
    const voucher = book.stock.vouchers.get(id)
    if (!voucher) continue
    voucher.retired = true
    keepPlaces(book.stock, voucher, book.now)
  }
  await retireVouchers(tx.db, communityId, ids, book.now)
  return ids.length
}

/** Gives a retired type out again, with its variants. Errors: access.*, thing.not_found. */
export async function restoreType(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  await changeTypes(ctx, communityId, eventId, async (tx, book) => {
    const type = await requireType(tx, book, id)
    if (type.retiredAt === null) return
    const types = await listTypes(tx.db, communityId, eventId)
    const ids = types.filter((one) => one.id === id || one.id === type.parentId || one.parentId === id).map((one) => one.id)
    await setTypesRetired(tx.db, communityId, ids, null)
    tx.journal(typeJournal.type_restored, { communityId, eventId, kind: 'ticket_type', id }, { name: type.name })
  })
}

async function requireType(tx: Tx, { place }: Book, id: string): Promise<TicketType> {
  const type = (await listTypes(tx.db, place.communityId, place.eventId)).find((one) => one.id === id)
  if (!type) throw fail('thing.not_found')
  return type
}

/** Work on what can be registered for, with the event's seats open: nobody books meanwhile, and two editors wait for one another. */
export async function changeTypes<T>(
  ctx: Context,
  communityId: string,
  eventId: string,
  work: (tx: Tx, book: Book) => Promise<T>,
): Promise<T> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const result = await transact(ctx, (tx) => withSeats(ctx, tx, { communityId, eventId }, (book) => work(tx, book)))
  // What is asked depends on which types there are.
  forgetForm(ctx, communityId, eventId)
  return result
}

/** Names of sizes as they were typed in one field: S, M、L. */
export function readVariants(typed: string): Text[] {
  const names = typed
    .split(/[,，、;；\n]/)
    .map((name) => name.trim())
    .filter(Boolean)
  return [...new Set(names)].map((name) => ({ zh: name }))
}
