import type { Insertable } from 'kysely'
import type { Locale } from '#core/kernel/text.ts'
import type { Grant } from '#core/kernel/actor.ts'
import type { Db } from '#core/store/database.ts'
import type { SignInLink } from '#core/store/schema.ts'

export interface Account {
  id: string
  email: string
  name: string
  locale: Locale
  administrator: boolean
}

const columns = ['id', 'email', 'name', 'locale', 'administrator'] as const

/** Inserts an account unless its address has one; either way the account is returned. */
export async function ensureAccountRow(db: Db, row: Account & { createdAt: Date }): Promise<Account> {
  await db
    .insertInto('account')
    .values(row)
    .onConflict((oc) => oc.column('email').doNothing())
    .execute()
  return db.selectFrom('account').select(columns).where('email', '=', row.email).executeTakeFirstOrThrow()
}

export function findAccount(db: Db, id: string): Promise<Account | undefined> {
  return db.selectFrom('account').select(columns).where('id', '=', id).executeTakeFirst()
}

export async function listAccountsByIds(db: Db, ids: readonly string[]): Promise<Account[]> {
  if (ids.length === 0) return []
  return db.selectFrom('account').select(columns).where('id', 'in', ids).execute()
}

/** True when some administrator has signed in at least once. */
export async function hasAdministrator(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('account')
    .select('id')
    .where('administrator', '=', true)
    .where('signedInAt', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function updateAccount(
  db: Db,
  id: string,
  values: { name?: string; administrator?: boolean; signedInAt?: Date },
): Promise<void> {
  await db.updateTable('account').set(values).where('id', '=', id).execute()
}

export async function insertSession(
  db: Db,
  row: { tokenHash: string; accountId: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await db.insertInto('accountSession').values(row).execute()
}

export async function deleteSession(db: Db, tokenHash: string): Promise<void> {
  await db.deleteFrom('accountSession').where('tokenHash', '=', tokenHash).execute()
}

export async function deleteSessionsOf(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('accountSession').where('accountId', '=', accountId).execute()
}

/** The account of a session that has not expired, with all roles it holds. */
export async function findSession(db: Db, tokenHash: string, now: Date): Promise<{ account: Account; grants: Grant[] } | undefined> {
  const rows = await db
    .selectFrom('accountSession')
    .innerJoin('account', 'account.id', 'accountSession.accountId')
    .leftJoin('membership', 'membership.accountId', 'account.id')
    .select(['account.id', 'account.email', 'account.name', 'account.locale', 'account.administrator'])
    .select(['membership.communityId', 'membership.eventId', 'membership.role'])
    .where('accountSession.tokenHash', '=', tokenHash)
    .where('accountSession.expiresAt', '>', now)
    .execute()
  const [first] = rows
  if (!first) return undefined
  const { id, email, name, locale, administrator } = first
  const grants = rows.flatMap(({ communityId, eventId, role }) =>
    communityId !== null && role !== null ? [{ communityId, eventId, role }] : [],
  )
  return { account: { id, email, name, locale, administrator }, grants }
}

/** Puts a code in the place of the address's former one. */
export async function putCode(db: Db, row: { email: string; codeHash: string; expiresAt: Date }): Promise<void> {
  const { codeHash, expiresAt } = row
  await db
    .insertInto('signInCode')
    .values({ ...row, tries: 0 })
    .onConflict((oc) => oc.column('email').doUpdateSet({ codeHash, expiresAt, tries: 0 }))
    .execute()
}

/** Counts one guess and, when any is left, gives the digest to compare: guesses sent at once are counted one by one. */
export async function countGuess(db: Db, email: string, now: Date, maximum: number): Promise<string | undefined> {
  const row = await db
    .updateTable('signInCode')
    .set((eb) => ({ tries: eb('tries', '+', 1) }))
    .where('email', '=', email)
    .where('expiresAt', '>', now)
    .where('tries', '<', maximum)
    .returning('codeHash')
    .executeTakeFirst()
  return row?.codeHash
}

/** Uses a code up; true for exactly one of those who come at once. */
export async function takeCode(db: Db, email: string, codeHash: string): Promise<boolean> {
  const result = await db.deleteFrom('signInCode').where('email', '=', email).where('codeHash', '=', codeHash).executeTakeFirst()
  return result.numDeletedRows > 0n
}

export async function insertLink(db: Db, row: Insertable<SignInLink>): Promise<void> {
  await db.insertInto('signInLink').values(row).execute()
}

export function findLink(
  db: Db,
  tokenHash: string,
): Promise<{ email: string; administrator: boolean; expiresAt: Date; usedAt: Date | null } | undefined> {
  return db
    .selectFrom('signInLink')
    .select(['email', 'administrator', 'expiresAt', 'usedAt'])
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst()
}

/** Uses a link up; true for exactly one of those who come at once. */
export async function takeLink(db: Db, tokenHash: string, now: Date): Promise<boolean> {
  const result = await db
    .updateTable('signInLink')
    .set({ usedAt: now })
    .where('tokenHash', '=', tokenHash)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Removes unused administrator links of an address: only the newest one that was printed works. */
export async function deleteOpenLinks(db: Db, email: string): Promise<void> {
  await db.deleteFrom('signInLink').where('email', '=', email).where('administrator', '=', true).where('usedAt', 'is', null).execute()
}

/** Counts one more and returns how many there were in the present window, and when it ends. */
export async function countLimit(db: Db, key: string, now: Date, resetsAt: Date): Promise<{ count: number; resetsAt: Date }> {
  return db
    .insertInto('signInLimit')
    .values({ key, count: 1, resetsAt })
    .onConflict((oc) =>
      oc.column('key').doUpdateSet((eb) => ({
        count: eb
          .case()
          .when('signInLimit.resetsAt', '<=', now)
          .then(1)
          .else(eb('signInLimit.count', '+', 1))
          .end(),
        resetsAt: eb.case().when('signInLimit.resetsAt', '<=', now).then(resetsAt).else(eb.ref('signInLimit.resetsAt')).end(),
      })),
    )
    .returning(['count', 'resetsAt'])
    .executeTakeFirstOrThrow()
}

export async function clearLimit(db: Db, key: string): Promise<void> {
  await db.deleteFrom('signInLimit').where('key', '=', key).execute()
}

/** Removes what has expired; used links stay a month longer, so that they are told apart from unknown ones. */
export async function deleteExpired(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('signInCode').where('expiresAt', '<=', now).execute()
  await db.deleteFrom('signInLimit').where('resetsAt', '<=', now).execute()
  await db.deleteFrom('accountSession').where('expiresAt', '<=', now).execute()
  await db
    .deleteFrom('signInLink')
    .where('expiresAt', '<=', new Date(now.getTime() - 30 * 86_400_000))
    .execute()
}
