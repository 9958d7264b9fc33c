import { authorise } from '#core/community/permissions.ts'
import { KaichangError, fail, type Issue } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { mergeEdit, type Opened } from '#core/store/changes.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { addVouchers, type Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import { keepPlaces } from '../seats/rules.ts'
import { keepThem } from './actions.ts'
import { voucherJournal } from './journal.ts'
import { editSchema, noteSchema, type EditInput, type EditValues, type Voucher } from './model.ts'
import { countOtherUses, findVoucher, updateVoucher } from './store.ts'

/** One voucher, to be changed. Errors: access.*, thing.not_found. */
export async function openVoucher(ctx: Context, communityId: string, eventId: string, id: string): Promise<Voucher> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const voucher = await findVoucher(ctx.db, communityId, eventId, id)
  if (!voucher) throw fail('thing.not_found')
  return voucher
}

/**
 * Changes how often, until when and for what a voucher serves, whether it keeps places, and its note; edits of two people
 * are merged. The places that it keeps move with it, all of them or nothing changes. What the note says stands in no
 * journal; who did not touch it leaves what the other wrote.
 * Errors: access.*, input.invalid, thing.not_found, thing.changed, registration.voucher_no_room.
 */
export async function editVoucher(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  input: EditInput & Opened,
): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const typed = parseInput(editSchema, input)
  const { note: wrote, noteWas } = parseInput(noteSchema, input)
  await transact(ctx, (tx) =>
    withSeats(ctx, tx, { communityId, eventId }, async (book) => {
      const voucher = await findVoucher(tx.db, communityId, eventId, id)
      if (!voucher) throw fail('thing.not_found')
      const { ticketTypeId, maxUses, reserves, validFrom, validUntil, revision } = voucher
      const now: EditValues = { ticketTypeId, maxUses, reserves, validFrom, validUntil }
      const { values, before } = await mergeEdit(tx.db, { communityId, id, now, revision }, typed, input)
      const note = wrote === noteWas ? voucher.note : wrote
      if (Object.keys(before).length === 0 && note === voucher.note) return
      // Two edits that are right alone may be wrong together.
      parseInput(editSchema, values)
      const faults = await faultsOf(tx, book, voucher, values)
      if (faults.length > 0) throw new KaichangError('input.invalid', {}, faults)
      await moveKept(tx, book, id, values)
      await updateVoucher(tx.db, communityId, id, { ...values, note })
      tx.journal(voucherJournal.voucher_changed, { communityId, eventId, kind: 'voucher', id }, { revision: revision + 1, before })
    }),
  )
}

/** What is wrong with a change, beside what was used already. */
async function faultsOf(tx: Tx, { stock, place }: Book, voucher: Voucher, values: EditValues): Promise<Issue[]> {
  const { ticketTypeId, maxUses, reserves } = values
  const type = ticketTypeId === null ? undefined : stock.types.get(ticketTypeId)
  const known = ticketTypeId === null || (type && (!type.retired || ticketTypeId === voucher.ticketTypeId))
  if (!known) return [{ path: 'ticketTypeId', code: 'registration.type_unknown' }]
  if (maxUses < voucher.used) return [{ path: 'maxUses', code: 'registration.voucher_below_used', params: { used: voucher.used } }]
  if (!reserves || ticketTypeId === null) return []
  // A use that comes back becomes a kept place: of the very type that it was for.
  const count = await countOtherUses(tx.db, place.communityId, voucher.id, ticketTypeId)
  return count === 0 ? [] : [{ path: 'ticketTypeId', code: 'registration.voucher_used_otherwise', params: { count } }]
}

/** Gives back what the voucher kept as it was, and keeps what it is to keep now. Errors: registration.voucher_no_room. */
async function moveKept(tx: Tx, book: Book, id: string, values: EditValues): Promise<void> {
  await addVouchers(tx, book, [id])
  const voucher = book.stock.vouchers.get(id)
  if (!voucher) throw fail('thing.not_found')
  voucher.reserves = false
  keepPlaces(book.stock, voucher, book.now)
  const { ticketTypeId, maxUses, reserves, validFrom, validUntil } = values
  Object.assign(voucher, { typeId: ticketTypeId, maxUses, reserves, validFrom, validUntil })
  await keepThem(tx, book, [id])
}
