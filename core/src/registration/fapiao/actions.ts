import { z } from 'zod'
import { authorise, type Place } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { line, optionalLine } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import type { Order } from '../orders/model.ts'
import { openOrder } from '../orders/open.ts'
import { asBuyer } from '../payment/buyer.ts'
import { downloadOf, keepDocument, noting, type Download, type Handed } from '../payment/files.ts'
import { asYuan } from '../payment/providers/common.ts'
import { listRefundsOfOrder } from '../payment/refund.store.ts'
import { findSetting, lockOrder } from '../payment/store.ts'
import { fapiaoJournal } from './journal.ts'
import { mailFapiao } from './mails.ts'
import { titleSchema, type Fapiao, type FapiaoState, type TitleInput } from './model.ts'
import { invoiceable, isToBeReversed, isTooMuch, LIVE, mayMove } from './rules.ts'
import { findFapiao, insertFapiao, listFapiaoOfEvent, listFapiaoOfOrder, lockFapiao, updateFapiao } from './store.ts'

type EventPlace = Place & { eventId: string }

/** What an order's page says about invoices. Amounts in fen. */
export interface FapiaoOffer {
  /** Whether the event issues invoices, and who does. */
  offered: boolean
  hostEntity: string
  /** How much could be invoiced now: 0 while nothing is paid or all went back. */
  amountFen: number
  /** The order's invoices, the newest first. */
  fapiao: Fapiao[]
}

/** The invoices of an order and whether one can be asked for. The link authorises. Errors: access.link_*. */
export async function fapiaoOfOrder(ctx: Context, token: string): Promise<FapiaoOffer> {
  const { order } = await openOrder(ctx, token)
  const setting = await findSetting(ctx.db, order.communityId, order.eventId)
  const refunds = await listRefundsOfOrder(ctx.db, order.communityId, order.id)
  return {
    offered: setting.fapiao,
    hostEntity: setting.hostEntity,
    amountFen: invoiceable(order, refunds),
    fapiao: await listFapiaoOfOrder(ctx.db, order.communityId, order.id),
  }
}

/**
 * Asks for an invoice over everything that an order has paid and not got back; one at a time. Errors: access.link_*,
 * input.invalid, fapiao.not_offered, .nothing_paid, .open_already.
 */
export async function askFapiao(ctx: Context, token: string, input: TitleInput): Promise<string> {
  const title = parseInput(titleSchema, input)
  const { order } = await openOrder(ctx, token)
  const { communityId, eventId } = order
  const id = newId(ctx)
  await transact(asBuyer(ctx, order), async (tx) => {
    const locked = await lockOrder(tx.db, communityId, eventId, order.id)
    const setting = await findSetting(tx.db, communityId, eventId)
    if (!locked || !setting.fapiao) throw fail('fapiao.not_offered')
    const amountFen = invoiceable(locked, await listRefundsOfOrder(tx.db, communityId, order.id))
    if (amountFen === 0) throw fail('fapiao.nothing_paid')
    if ((await listFapiaoOfOrder(tx.db, communityId, order.id)).some(({ state }) => LIVE.includes(state))) throw fail('fapiao.open_already')
    await insertFapiao(tx.db, {
      communityId,
      id,
      eventId,
      orderId: order.id,
      ...title,
      amountFen,
      hostEntity: setting.hostEntity,
      locale: locked.locale,
      state: 'asked' as const,
      askedAt: ctx.clock.now(),
    })
    tx.journal(fapiaoJournal.asked, { communityId, eventId, kind: 'fapiao', id }, { yuan: asYuan(amountFen), fen: amountFen })
  })
  return id
}

/** An issued invoice's file for whoever holds the order's link. Errors: access.link_*, thing.not_found. */
export async function fapiaoFile(ctx: Context, token: string, id: string): Promise<Download> {
  const { order } = await openOrder(ctx, token)
  const fapiao = await findFapiao(ctx.db, order.communityId, id)
  if (!fapiao || fapiao.orderId !== order.id) throw fail('thing.not_found')
  return fileOf(ctx, fapiao)
}

/** The same file for those who look after the money. Errors: access.*, thing.not_found. */
export async function fapiaoFileForStaff(ctx: Context, { communityId, eventId }: EventPlace, id: string): Promise<Download> {
  authorise(ctx.actor, 'money.view', { communityId, eventId })
  const fapiao = await findFapiao(ctx.db, communityId, id)
  if (!fapiao || fapiao.eventId !== eventId) throw fail('thing.not_found')
  return fileOf(ctx, fapiao)
}

const fileOf = (ctx: Context, { communityId, filePath, fileName }: Fapiao): Download =>
  downloadOf(ctx, communityId, { sha256: filePath, name: fileName, mediaType: 'application/pdf' })

/**
 * An invoice in the treasurer's list; `toBeReversed`: money went back since it was issued; `leftFen`: what can be invoiced
 * now, when that is less than was asked for.
 */
export type ListedFapiao = Fapiao & { orderCode: string; toBeReversed: boolean; leftFen: number | null }

/** The invoices of an event, the one asked for first first. Errors: access.*. */
export async function fapiaoOfEvent(ctx: Context, place: EventPlace): Promise<ListedFapiao[]> {
  authorise(ctx.actor, 'money.view', place)
  return (await listFapiaoOfEvent(ctx.db, place.communityId, place.eventId)).map(({ paidFen, leavingFen, ...row }) => ({
    ...row,
    toBeReversed: isToBeReversed(row, paidFen - leavingFen),
    leftFen: isTooMuch(row, paidFen - leavingFen) ? Math.max(0, paidFen - leavingFen) : null,
  }))
}

const moveSchema = z.object({ reason: optionalLine(200) })

/**
 * Moves an invoice on: 开具中, back to 已申请, 驳回 or 已冲红 (the last two with a reason, and whoever asked is told).
 * Errors: access.*, thing.not_found, fapiao.state, payment.reason.
 */
export async function moveFapiao(
  ctx: Context,
  place: EventPlace,
  id: string,
  to: Exclude<FapiaoState, 'issued'>,
  input: z.input<typeof moveSchema> = {},
): Promise<void> {
  authorise(ctx.actor, 'money.edit', place)
  const { reason } = parseInput(moveSchema, input)
  const ends = to === 'refused' || to === 'reversed'
  if (ends && reason === '') throw fail('payment.reason')
  await inFapiao(ctx, place, id, async (tx, fapiao, order) => {
    if (!mayMove(fapiao.state, to)) throw fail('fapiao.state')
    await updateFapiao(tx.db, place.communityId, id, {
      state: to,
      reason,
      revision: fapiao.revision + 1,
      ...(ends ? { closedAt: ctx.clock.now() } : {}),
    })
    const entry = to === 'asked' ? fapiaoJournal.asked_again : fapiaoJournal[to]
    tx.journal(entry, subjectOf(fapiao), { yuan: asYuan(fapiao.amountFen), fen: fapiao.amountFen })
    if (ends) await mailFapiao(ctx, tx, fapiao, order, to, asYuan(fapiao.amountFen), reason)
  })
}

const issueSchema = z.object({ number: line(40).pipe(z.string().regex(/^[0-9A-Za-z-]+$/)) })

/**
 * Says that an invoice was issued: its number, and the PDF that the tax bureau's system made. Whoever asked is told.
 * Errors: access.*, input.invalid, thing.not_found, fapiao.state, file.*.
 */
export async function issueFapiao(
  ctx: Context,
  place: EventPlace,
  id: string,
  input: z.input<typeof issueSchema>,
  file: Handed,
): Promise<void> {
  authorise(ctx.actor, 'money.edit', place)
  const { number } = parseInput(issueSchema, input)
  const kept = await keepDocument(ctx, place.communityId, file, ['application/pdf'])
  await noting(ctx, place.communityId, kept, () =>
    inFapiao(ctx, place, id, async (tx, fapiao, order) => {
      if (!mayMove(fapiao.state, 'issued')) throw fail('fapiao.state')
      await updateFapiao(tx.db, place.communityId, id, {
        state: 'issued' as const,
        number,
        filePath: kept.sha256,
        fileName: kept.name,
        reason: '',
        issuedAt: ctx.clock.now(),
        revision: fapiao.revision + 1,
      })
      tx.journal(fapiaoJournal.issued, subjectOf(fapiao), { yuan: asYuan(fapiao.amountFen), fen: fapiao.amountFen })
      await mailFapiao(ctx, tx, fapiao, order, 'issued', asYuan(fapiao.amountFen))
    }),
  )
}

const subjectOf = ({ communityId, eventId, id }: Fapiao) => ({ communityId, eventId, kind: 'fapiao', id })

async function inFapiao(
  ctx: Context,
  { communityId, eventId }: EventPlace,
  id: string,
  work: (tx: Tx, fapiao: Fapiao, order: Order) => Promise<void>,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const found = await findFapiao(tx.db, communityId, id)
    if (!found || found.eventId !== eventId) throw fail('thing.not_found')
    const order = await lockOrder(tx.db, communityId, eventId, found.orderId)
    const fapiao = await lockFapiao(tx.db, communityId, id)
    if (!order || !fapiao) throw fail('thing.not_found')
    await work(tx, fapiao, order)
  })
}
