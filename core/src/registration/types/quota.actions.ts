import { KaichangError, fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { mergeEdit, type Opened } from '#core/store/changes.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import type { Tx } from '#core/store/transaction.ts'
import type { Book } from '../seats/book.ts'
import { recount } from '../seats/recount.ts'
import { changeTypes } from './actions.ts'
import { typeJournal } from './journal.ts'
import { quotaSchema, type Quota, type QuotaInput, type QuotaValues } from './model.ts'
import { deleteQuota, insertQuotas, listQuotas, listTypes, setQuotaTypes, updateQuota } from './store.ts'

/** Quotas of one event at most. */
const MOST_QUOTAS = 50

/** Adds a number of places that some types share; what they hold already is counted at once. Returns its id. Errors: access.*, input.invalid. */
export async function addQuota(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: QuotaInput & { key?: string | null },
): Promise<string> {
  const values = parseInput(quotaSchema, input)
  return changeTypes(ctx, communityId, eventId, (tx, book) =>
    createOnce(ctx, tx, { communityId, scope: `quota:${eventId}`, key: input.key, body: values }, async () => {
      await requireTypes(tx, book, values)
      const position = (await listQuotas(tx.db, communityId, eventId)).length
      if (position >= MOST_QUOTAS)
        throw new KaichangError('input.invalid', {}, [
          { path: 'name.zh', code: 'registration.types_many', params: { maximum: MOST_QUOTAS } },
        ])
      const id = newId(ctx)
      const { name, size, typeIds } = values
      await insertQuotas(tx.db, [{ communityId, eventId, id, name, size, position, createdAt: ctx.clock.now() }])
      await setQuotaTypes(tx.db, communityId, id, typeIds)
      await recount(tx, book)
      tx.journal(typeJournal.quota_added, { communityId, eventId, kind: 'quota', id }, { name, size })
      return id
    }),
  )
}

/**
 * Changes a quota's name, size or types; edits of two people are merged. Below what is taken everybody keeps their place
 * and nobody new gets one. Errors: access.*, input.invalid, thing.not_found, thing.changed.
 */
export async function editQuota(ctx: Context, communityId: string, eventId: string, id: string, input: QuotaInput & Opened): Promise<void> {
  const mine = parseInput(quotaSchema, input)
  await changeTypes(ctx, communityId, eventId, async (tx, book) => {
    const { name, size, typeIds, revision } = await requireQuota(tx, book, id)
    const { values, before } = await mergeEdit(tx.db, { communityId, id, now: { name, size, typeIds }, revision }, mine, input)
    if (Object.keys(before).length === 0) return
    await requireTypes(tx, book, values)
    await updateQuota(tx.db, communityId, id, { name: values.name, size: values.size })
    if (before.typeIds) await setQuotaTypes(tx.db, communityId, id, values.typeIds)
    await recount(tx, book)
    tx.journal(
      typeJournal.quota_changed,
      { communityId, eventId, kind: 'quota', id },
      { name: values.name, revision: revision + 1, before },
    )
  })
}

/** Takes a limit away; what was booked stays. Errors: access.*, thing.not_found. */
export async function removeQuota(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  await changeTypes(ctx, communityId, eventId, async (tx, book) => {
    const { name } = await requireQuota(tx, book, id)
    await deleteQuota(tx.db, communityId, id)
    await recount(tx, book)
    tx.journal(typeJournal.quota_removed, { communityId, eventId, kind: 'quota', id }, { name })
  })
}

async function requireQuota(tx: Tx, { place }: Book, id: string): Promise<Quota> {
  const quota = (await listQuotas(tx.db, place.communityId, place.eventId)).find((one) => one.id === id)
  if (!quota) throw fail('thing.not_found')
  return quota
}

async function requireTypes(tx: Tx, { place }: Book, { typeIds }: QuotaValues): Promise<void> {
  const known = new Set((await listTypes(tx.db, place.communityId, place.eventId)).map(({ id }) => id))
  if (typeIds.every((id) => known.has(id))) return
  throw new KaichangError('input.invalid', {}, [{ path: 'typeIds', code: 'registration.type_unknown' }])
}
