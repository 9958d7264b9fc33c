import { requireEvent } from '#core/community/actions.ts'
import { authorise, type Place } from '#core/community/permissions.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { dropUnused } from '#core/store/files.ts'
import { transact } from '#core/store/transaction.ts'
import { openOrder } from '../orders/open.ts'
import { downloadOf, keepDocument, noting, type Download, type Handed } from './files.ts'
import { paymentJournal } from './journal.ts'
import { settingSchema, type PaymentSetting, type SettingInput } from './model.ts'
import { findSetting, saveSetting } from './store.ts'

type EventPlace = Place & { eventId: string }

/** How an event is paid, for those who look after its money. Errors: access.*. */
export async function paymentSetting(ctx: Context, { communityId, eventId }: EventPlace): Promise<PaymentSetting> {
  authorise(ctx.actor, 'money.view', { communityId, eventId })
  return findSetting(ctx.db, communityId, eventId)
}

/** What a buyer is told about paying and about money back. The link authorises. Errors: access.link_*. */
export async function paymentTerms(
  ctx: Context,
  token: string,
): Promise<Pick<PaymentSetting, 'offline' | 'instructions' | 'offlineDays' | 'hostEntity' | 'fapiao' | 'refunds'> & { code: boolean }> {
  const { order } = await openOrder(ctx, token)
  const { offline, instructions, offlineDays, hostEntity, fapiao, refunds, codePath } = await findSetting(
    ctx.db,
    order.communityId,
    order.eventId,
  )
  return { offline, instructions, offlineDays, hostEntity, fapiao, refunds, code: codePath !== null }
}

/**
 * Says how an event is paid. `code`: a picture of the community's own collection code; null takes it away, undefined
 * leaves it. Errors: access.*, event.not_found, input.invalid, file.*.
 */
export async function setPaymentSetting(
  ctx: Context,
  { communityId, eventId }: EventPlace,
  input: SettingInput,
  code?: Handed | null,
): Promise<void> {
  authorise(ctx.actor, 'money.edit', { communityId, eventId })
  const values = parseInput(settingSchema, input)
  await requireEvent(ctx, ctx.db, communityId, eventId)
  const kept = code ? await keepDocument(ctx, communityId, code, ['image/png', 'image/jpeg', 'image/webp']) : code
  let old: string | null = null
  const write = () =>
    transact(ctx, async (tx) => {
      const before = await findSetting(tx.db, communityId, eventId)
      old = before.codePath
      await saveSetting(tx.db, {
        communityId,
        eventId,
        ...values,
        ...(kept === undefined
          ? { codePath: before.codePath, codeName: before.codeName, codeType: before.codeType }
          : { codePath: kept?.sha256 ?? null, codeName: kept?.name ?? '', codeType: kept?.mediaType ?? '' }),
        revision: before.revision + 1,
      })
      tx.journal(paymentJournal.settings_changed, { communityId, eventId, kind: 'event', id: eventId }, {})
    })
  await (kept ? noting(ctx, communityId, kept, write) : write())
  if (old !== null && kept !== undefined && old !== kept?.sha256) await dropUnused(ctx, communityId, old)
}

/** The picture of the collection code, for whoever holds an order of the event. Errors: access.link_*, thing.not_found. */
export async function codeFile(ctx: Context, token: string): Promise<Download> {
  const { order } = await openOrder(ctx, token)
  const { codePath, codeName, codeType } = await findSetting(ctx.db, order.communityId, order.eventId)
  return downloadOf(ctx, order.communityId, { sha256: codePath, name: codeName, mediaType: codeType })
}

/** The same picture for those who look after the money. Errors: access.*, thing.not_found. */
export async function codeFileForStaff(ctx: Context, { communityId, eventId }: EventPlace): Promise<Download> {
  authorise(ctx.actor, 'money.view', { communityId, eventId })
  const { codePath, codeName, codeType } = await findSetting(ctx.db, communityId, eventId)
  return downloadOf(ctx, communityId, { sha256: codePath, name: codeName, mediaType: codeType })
}
