import { authorise } from '#core/community/permissions.ts'
import { csvFile } from '#core/kernel/csv.ts'
import { KaichangError, fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { formatMoney } from '#core/kernel/money.ts'
import { pickText, type Locale } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { decodeText, readCsv } from '../import/read-csv.ts'
import { addVouchers, type Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import { keepPlaces, lackOf } from '../seats/rules.ts'
import { listTypes } from '../types/store.ts'
import { voucherJournal } from './journal.ts'
import { drawSchema, termsSchema, type DrawInput, type Terms, type TermsInput, type Voucher } from './model.ts'
import { drawCode, readCodes, voucherState } from './rules.ts'
import { findCodes, insertVouchers, listBatches, listIdsOf, listVouchers, retireVouchers, type Batch } from './store.ts'

/** A page of the event's vouchers, the newest first, and its heaps. Errors: access.*. */
export async function openVouchers(
  ctx: Context,
  communityId: string,
  eventId: string,
  filter: { query?: string; batch?: string; page?: number } = {},
): Promise<{ rows: Voucher[]; total: number; page: number; pages: number; batches: Batch[] }> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const size = 50
  const page = Math.max(Math.trunc(filter.page ?? 1) || 1, 1)
  const { rows, total } = await listVouchers(ctx.db, communityId, eventId, { ...filter, page, size })
  return { rows, total, page, pages: Math.max(Math.ceil(total / size), 1), batches: await listBatches(ctx.db, communityId, eventId) }
}

/**
 * Makes one voucher with a code of one's own, or a heap with drawn codes. Those that reserve need room for all their
 * places now, else nothing is made. Returns the codes. Errors: access.*, input.invalid, registration.voucher_taken, .voucher_no_room.
 */
export async function makeVouchers(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: TermsInput & DrawInput & { key?: string | null },
): Promise<string[]> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const terms = parseInput(termsSchema, input)
  const { code, count, prefix } = parseInput(drawSchema, input)
  const place = { communityId, eventId }
  const body = { terms, code, count, prefix }
  const made = await transact(ctx, (tx) =>
    withSeats(ctx, tx, place, (book) =>
      createOnce(ctx, tx, { communityId, scope: `vouchers:${eventId}`, key: input.key, body }, async () => {
        const codes = code === '' ? await drawCodes(ctx, tx, book, count, prefix) : [code]
        if (code !== '' && (await findCodes(tx.db, communityId, eventId, codes)).size > 0)
          throw new KaichangError('input.invalid', {}, [{ path: 'code', code: 'registration.voucher_taken', params: { code } }])
        await write(
          ctx,
          tx,
          book,
          terms,
          codes.map((one) => ({ code: one, maxUses: terms.maxUses, note: terms.note })),
        )
        const facts = { count: codes.length, effect: terms.effect, uses: terms.maxUses * codes.length, reserves: terms.reserves }
        tx.journal(voucherJournal.vouchers_made, { communityId, eventId, kind: 'event', id: eventId }, facts)
        return codes.join(' ')
      }),
    ),
  )
  return made.split(' ')
}

/** Codes that the event has not given out. */
async function drawCodes(ctx: Context, tx: Tx, { place }: Book, count: number, prefix: string): Promise<string[]> {
  const codes = new Set<string>()
  while (codes.size < count) {
    const drawn = Array.from({ length: count - codes.size }, () => drawCode(ctx.random, prefix))
    const known = await findCodes(tx.db, place.communityId, place.eventId, drawn)
    for (const code of drawn) if (!known.has(code)) codes.add(code)
  }
  return [...codes]
}

async function write(
  ctx: Context,
  tx: Tx,
  book: Book,
  terms: Terms,
  codes: readonly { code: string; maxUses: number; note: string }[],
): Promise<void> {
  const { communityId, eventId } = book.place
  const { ticketTypeId, effect, value, reserves, validFrom, validUntil, batch } = terms
  const type = ticketTypeId === null ? undefined : book.stock.types.get(ticketTypeId)
  if (ticketTypeId !== null && (!type || type.retired))
    throw new KaichangError('input.invalid', {}, [{ path: 'ticketTypeId', code: 'registration.type_unknown' }])
  const shared = { communityId, eventId, ticketTypeId, effect, value, reserves, validFrom, validUntil, batch, createdAt: ctx.clock.now() }
  const rows = codes.map((one) => ({ ...shared, ...one, id: newId(ctx) }))
  await insertVouchers(tx.db, rows)
  if (reserves)
    await keepThem(
      tx,
      book,
      rows.map(({ id }) => id),
    )
}

/** Lets vouchers keep the places of their unused uses, all of them or none. Errors: registration.voucher_no_room. */
export async function keepThem(tx: Tx, book: Book, ids: readonly string[]): Promise<void> {
  await addVouchers(tx, book, ids)
  const vouchers = ids.flatMap((id) => book.stock.vouchers.get(id) ?? [])
  const live = vouchers.filter((one) => one.reserves && !one.retired && (one.validUntil === null || book.now < one.validUntil))
  const wants = live.map(({ typeId, maxUses, used, kept }) => ({ typeId, seats: maxUses - used - kept }))
  // Who waits was called before this; what is left for staff to keep is what nobody could be offered.
  const lack = lackOf(book.stock, wants)
  if (lack) throw fail('registration.voucher_no_room', { left: lack.left, wanted: wants.reduce((sum, want) => sum + want.seats, 0) })
  for (const voucher of live) keepPlaces(book.stock, voucher, book.now)
}

/** Stops one voucher or a whole heap; what was booked with them stays, and the places they keep come free. Errors: access.*, thing.not_found. */
export function stopVouchers(
  ctx: Context,
  communityId: string,
  eventId: string,
  which: { id: string } | { batch: string },
): Promise<number> {
  return setRetired(ctx, communityId, eventId, which, true)
}

/** Lets them serve again, and keep places again where there is room for all. Errors: access.*, thing.not_found, registration.voucher_no_room. */
export function startVouchers(
  ctx: Context,
  communityId: string,
  eventId: string,
  which: { id: string } | { batch: string },
): Promise<number> {
  return setRetired(ctx, communityId, eventId, which, false)
}

async function setRetired(
  ctx: Context,
  communityId: string,
  eventId: string,
  which: { id: string } | { batch: string },
  retired: boolean,
): Promise<number> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  return transact(ctx, (tx) =>
    withSeats(ctx, tx, { communityId, eventId }, async (book) => {
      const asked = await listIdsOf(tx.db, communityId, eventId, which)
      if (asked.length === 0) throw fail('thing.not_found')
      await addVouchers(tx, book, asked)
      const changed = asked.flatMap((id) => book.stock.vouchers.get(id) ?? []).filter((one) => one.retired !== retired)
      const ids = changed.map(({ id }) => id)
      for (const voucher of changed) {
        voucher.retired = retired
        if (retired) keepPlaces(book.stock, voucher, book.now)
      }
      if (!retired) await keepThem(tx, book, ids)
      await retireVouchers(tx.db, communityId, ids, retired ? book.now : null)
      const kind = retired ? voucherJournal.vouchers_retired : voucherJournal.vouchers_restored
      if (ids.length > 0) tx.journal(kind, { communityId, eventId, kind: 'event', id: eventId }, { count: ids.length })
      return ids.length
    }),
  )
}

/**
 * Takes in codes that were printed or handed out elsewhere: a CSV of codes, how often each serves, a note; all of them or,
 * when a line is wrong, none. Returns how many. Errors: access.*, input.invalid (paths `line.{n}`), registration.list_*, .voucher_no_room.
 */
export async function bringVouchers(
  ctx: Context,
  communityId: string,
  eventId: string,
  bytes: Uint8Array,
  input: TermsInput,
): Promise<number> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const terms = parseInput(termsSchema, input)
  if (bytes.length > 2_000_000) throw fail('registration.list_too_large', { limit: '2 MB' })
  const table = readCsv(decodeText(bytes).text)
  return transact(ctx, (tx) =>
    withSeats(ctx, tx, { communityId, eventId }, async (book) => {
      const first = readCodes(table, new Set())
      const known = await findCodes(
        tx.db,
        communityId,
        eventId,
        first.given.map(({ code }) => code),
      )
      const { given, issues } = readCodes(table, known)
      if (issues.length > 0) throw new KaichangError('registration.voucher_lines', { count: issues.length }, issues)
      const codes = given.map(({ code, maxUses, note }) => ({ code, maxUses: maxUses ?? terms.maxUses, note: note || terms.note }))
      await write(ctx, tx, book, terms, codes)
      const uses = codes.reduce((sum, one) => sum + one.maxUses, 0)
      const facts = { count: codes.length, effect: terms.effect, uses, reserves: terms.reserves }
      tx.journal(voucherJournal.vouchers_brought, { communityId, eventId, kind: 'event', id: eventId }, facts)
      return codes.length
    }),
  )
}

const HEADERS = {
  zh: ['优惠码', '可用次数', '备注', '已用', '作用', '票种', '留位', '生效', '失效', '状态', '批次', '链接'],
  en: ['Code', 'Uses', 'Note', 'Used', 'Effect', 'Ticket type', 'Places kept', 'From', 'Until', 'State', 'Batch', 'Link'],
} as const
const STATES = {
  zh: { retired: '已停用', over: '已过期', used: '用完', early: '未生效', live: '可用' },
  en: { retired: 'retired', over: 'over', used: 'used up', early: 'not yet', live: 'live' },
} as const

/** What a voucher does, in words: −20 %, −¥30.00, ¥0.00. */
export function tellEffect({ effect, value }: Pick<Voucher, 'effect' | 'value'>, locale: Locale): string {
  if (effect === 'percent') return `−${value} %`
  if (effect === 'amount') return `−${formatMoney(value, locale)}`
  return effect === 'price' ? formatMoney(value, locale) : '—'
}

/**
 * The vouchers, or one heap of them, as a CSV file; its first columns can be brought into another event. `page`: the
 * registration page, to which each code's link leads. Errors: access.*.
 */
export async function exportVouchersCsv(
  ctx: Context,
  communityId: string,
  eventId: string,
  options: { batch?: string; locale: Locale; page: string; timeZone: string },
): Promise<string> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const { locale, page } = options
  const now = ctx.clock.now()
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone: options.timeZone, dateStyle: 'short', timeStyle: 'short' })
  const at = (moment: Date | null): string => (moment === null ? '' : time.format(moment))
  return transact(ctx, async (tx) => {
    const { rows } = await listVouchers(tx.db, communityId, eventId, options.batch === undefined ? {} : { batch: options.batch })
    const types = new Map((await listTypes(tx.db, communityId, eventId)).map((type) => [type.id, type.name]))
    tx.journal(voucherJournal.vouchers_exported, { communityId, eventId, kind: 'event', id: eventId }, { count: rows.length })
    return csvFile([
      HEADERS[locale],
      ...rows.map((one) => [
        one.code,
        one.maxUses,
        one.note,
        one.used,
        tellEffect(one, locale),
        one.ticketTypeId === null ? '' : pickText(types.get(one.ticketTypeId), locale),
        one.kept,
        at(one.validFrom),
        at(one.validUntil),
        STATES[locale][voucherState(one, now)],
        one.batch,
        `${page}?v=${encodeURIComponent(one.code)}`,
      ]),
    ])
  })
}
