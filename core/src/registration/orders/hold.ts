import { isPublic } from '#core/community/rules.ts'
import type { Actor } from '#core/kernel/actor.ts'
import { fail, type KaichangError } from '#core/kernel/errors.ts'
import { newId, shortCode } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import { findKeys, insertKeys, type AnsweredKey } from '#core/store/request-keys.ts'
import type { Tx } from '#core/store/transaction.ts'
import { openingOf } from '../rules.ts'
import type { Book, Place } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import { take } from '../seats/rules.ts'
import { waitTogether, type Asked } from '../together.ts'
import { orderJournal } from './journal.ts'
import type { HoldValues } from './model.ts'
import { planOrder, wantsOf, type Plan } from './rules.ts'
import { insertOrders, listOrdersByIds } from './store.ts'

/** One wish to hold seats as it waits. */
export interface HoldAsking extends Asked {
  /** The id of the order that may come of it: made beforehand, so that it can be looked up when an end was not heard. */
  id: string
  values: HoldValues
  actor: Actor
  request: { scope: string; key: string; bodyHash: string } | null
}

/** What became of it: an order, or why there is none. */
export type HoldAnswer = { ok: true; orderId: string } | { ok: false; error: KaichangError }

/** A hold makes an order and its lines, which is about so many times the work of a single seat. */
const SEATS_WORTH = 4

/** Holds seats, together with all who ask at the same moment. Errors: those of `waitTogether`, event.not_found. */
export const askToHold = waitTogether<HoldAsking, HoldAnswer>({
  work: 'hold',
  room: (room) => Math.max(1, Math.floor(room / SEATS_WORTH)),
  decide: decideHolds,
})

type Held = Extract<Plan, { ok: true }> & { asking: HoldAsking; channelId: string | null }

function decideHolds(
  ctx: Context,
  tx: Tx,
  place: Place,
  requests: readonly HoldAsking[],
  { again }: { again: boolean },
): Promise<HoldAnswer[]> {
  const codes = [...new Set(requests.flatMap(({ values }) => (values.voucher === '' ? [] : [values.voucher])))]
  return withSeats(
    ctx,
    tx,
    place,
    async (book) => {
      const { communityId } = place
      const answered = new Map((await findKeys(tx.db, communityId, requests.flatMap(keyOf))).map((one) => [nameOf(one), one]))
      const standing = new Set(again ? (await listOrdersByIds(tx.db, communityId, requests.map(idOf))).map(idOf) : [])
      const held: Held[] = []
      const answers = requests.map((asking): HoldAnswer => {
        const { id, request } = asking
        const before = request && answered.get(nameOf(request))
        if (before && before.bodyHash !== request.bodyHash) return { ok: false, error: fail('request.repeated_otherwise') }
        if (before) return { ok: true, orderId: before.answer }
        if (!standing.has(id)) {
          const one = holdOne(book, asking)
          if (!('lines' in one)) return { ok: false, error: one }
          held.push(one)
        }
        if (request) answered.set(nameOf(request), { ...request, answer: id })
        return { ok: true, orderId: id }
      })
      await writeHolds(ctx, tx, book, held)
      return answers
    },
    { codes },
  )
}

/** Takes the seats of one wish, or says why not. */
function holdOne({ event, stock, now, blocked, counter }: Book, asking: HoldAsking): Held | KaichangError {
  const { values, anyTime } = asking
  // A draft is not even admitted to exist to those who may not see it.
  if (!isPublic(event) && !anyTime) return fail('event.not_found')
  const channelId = [...stock.channels.values()].find((one) => one.slug === values.channel)?.id ?? null
  const opening = openingOf(event, counter, now)
  const plan = planOrder({ opening, now, stock, blocked, anyTime, channelId }, values.lines, values.voucher)
  if (!plan.ok) return fail(plan.code, plan.params)
  // What is reviewed holds nothing yet.
  if (!plan.review) for (const want of wantsOf(plan.lines, channelId, plan.voucher?.id ?? null)) take(stock, want)
  return { ...plan, asking, channelId }
}

async function writeHolds(ctx: Context, tx: Tx, { place, now, counter }: Book, held: readonly Held[]): Promise<void> {
  const { communityId, eventId } = place
  const orders = held.map(({ asking, totalFen, channelId, voucher }) => ({
    communityId,
    id: asking.id,
    eventId,
    totalFen,
    channelId,
    code: shortCode(ctx.random, 8),
    state: 'held' as const,
    locale: asking.values.locale,
    voucherId: voucher?.id ?? null,
    createdAt: now,
    expiresAt: new Date(now.getTime() + counter.holdMinutes * 60_000),
  }))
  const lines = held.flatMap(({ asking, lines: planned, review }) => {
    const ids = planned.map(() => newId(ctx))
    return planned.map((line, n) => ({
      communityId,
      orderId: asking.id,
      eventId,
      position: n,
      id: ids[n] ?? '',
      ticketTypeId: line.typeId,
      forLineId: line.forLine === null ? null : (ids[line.forLine] ?? null),
      priceFen: line.priceFen,
      byVoucher: line.byVoucher,
      state: review ? ('asked' as const) : ('held' as const),
    }))
  })
  await insertOrders(tx.db, orders, lines)
  const keys = held.flatMap(({ asking: { id, request } }): AnsweredKey[] => (request ? [{ ...request, answer: id }] : []))
  await insertKeys(tx.db, communityId, now, keys)
  for (const { asking, lines: planned, totalFen } of held) {
    const seats = planned.filter((line) => line.forLine === null).length
    const subject = { communityId, eventId, kind: 'order', id: asking.id }
    tx.journal(orderJournal.held, subject, { seats, totalFen }, undefined, asking.actor)
  }
}

const keyOf = ({ request }: HoldAsking) => request ?? []
const nameOf = ({ scope, key }: { scope: string; key: string }): string => `${scope} ${key}`
const idOf = ({ id }: { id: string }): string => id
