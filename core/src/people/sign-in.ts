import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { system, visitor, type Actor } from '#core/kernel/actor.ts'
import { pickNumber } from '#core/kernel/random.ts'
import type { Locale } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { z } from 'zod'
import { INSTALLATION } from './mail/model.ts'
import { queueMail } from './mail/actions.ts'
import { ownLink } from './mail/rules.ts'
import { invitationMail, signInCodeMail } from './mail/templates.ts'
import { nameSchema, requiredEmailSchema } from './person/model.ts'
import { normaliseEmail } from './person/rules.ts'
import {
  clientOf,
  CODE_DIGITS,
  CODE_MINUTES,
  CODE_TRIES,
  codeDigest,
  cookieName,
  digest,
  limitKey,
  limits,
  LINK_HOURS,
  normaliseSignInCode,
  readCookie,
  sameDigest,
  SESSION_DAYS,
  type Limit,
} from './sign-in/rules.ts'
import {
  clearLimit,
  countGuess,
  countLimit,
  deleteExpired,
  deleteOpenLinks,
  deleteSession,
  deleteSessionsOf,
  ensureAccountRow,
  findLink,
  findSession,
  hasAdministrator,
  insertLink,
  insertSession,
  putCode,
  takeCode,
  takeLink,
  updateAccount,
  type Account,
} from './sign-in/store.ts'

export type { Account } from './sign-in/store.ts'

/** What sign-in needs of the running installation: an `App` as well as a `Context`. */
export type Installation = Omit<Context, 'actor'>

/** The cookie that an edge sets: path /, HttpOnly, SameSite=Lax. An empty value with maxAge 0 removes it. */
export interface SessionCookie {
  name: string
  value: string
  secure: boolean
  /** Seconds. */
  maxAge: number
}

/** The headers of a request, as the web platform and Node's `http` give them. */
export type RequestHeaders = Headers | { readonly cookie?: string | undefined }

/**
 * Sends a code of six digits to an address; the former one stops working. It is the same for known and unknown
 * addresses in answer and in work. `ip`: the client's address as the HTTP server made it out, never a header of the client's.
 * Errors: input.invalid, access.too_many.
 */
export async function requestCode(app: Installation, input: { email: string; locale: Locale; ip: string }): Promise<{ email: string }> {
  const ctx = asSystem(app)
  await limit(ctx, limits.askPerClient, clientOf(input.ip))
  const { email } = parseInput(z.object({ email: requiredEmailSchema }), { email: input.email })
  await limit(ctx, limits.askPerAddress, email)
  const now = ctx.clock.now()
  const code = String(pickNumber(ctx.random, 10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0')
  await transact(ctx, async (tx) => {
    await putCode(tx.db, { email, codeHash: codeDigest(ctx.secret, email, code), expiresAt: later(now, CODE_MINUTES) })
    const values = { code, minutes: CODE_MINUTES, page: ownLink(ctx.settings, '/sign-in') }
    await queueMail(ctx, tx, { communityId: INSTALLATION, mail: signInCodeMail, values, to: email, locale: input.locale })
  })
  await deleteExpired(ctx.db, now)
  return { email }
}

/** Signs in by a code; the first time makes the account. Errors: access.code_wrong (wrong, expired, used, none), access.too_many. */
export async function verifyCode(
  app: Installation,
  input: { email: string; code: string; locale: Locale; ip: string },
): Promise<SessionCookie> {
  const ctx = asSystem(app)
  await limit(ctx, limits.tryPerClient, clientOf(input.ip))
  const email = normaliseEmail(input.email)
  if (email === null) throw fail('access.code_wrong')
  const perAddress = [limits.tryPerAddress, limits.tryPerAddressDay]
  for (const one of perAddress) await limit(ctx, one, email)
  const expected = await countGuess(ctx.db, email, ctx.clock.now(), CODE_TRIES)
  const given = codeDigest(ctx.secret, email, normaliseSignInCode(input.code))
  if (expected === undefined || !sameDigest(expected, given)) throw fail('access.code_wrong')
  const cookie = await transact(ctx, async (tx) => {
    if (!(await takeCode(tx.db, email, expected))) throw fail('access.code_wrong')
    return beginSession(ctx, tx, email, { locale: input.locale })
  })
  for (const one of perAddress) await clearLimit(ctx.db, limitKey(ctx.secret, one, email))
  return cookie
}

/** Makes a link `/sign-in/link/{token}` that signs in once within a day; an administrator's replaces their former ones. */
export async function createSignInLink(app: Installation, input: { email: string; administrator?: boolean }): Promise<string> {
  return transact(asSystem(app), (tx) => addLink(asSystem(app), tx, input))
}

/** The link for an installation in which no administrator has signed in yet; null afterwards. */
export async function firstAdministratorLink(app: Installation): Promise<string | null> {
  return (await hasAdministrator(app.db)) ? null : createSignInLink(app, { email: app.settings.admin, administrator: true })
}

/** Whom a link would sign in; it is not used up. Errors: access.link_invalid, access.link_expired. */
export async function readSignInLink(app: Installation, token: string): Promise<{ email: string }> {
  const link = await findLink(app.db, digest(token))
  if (!link) throw fail('access.link_invalid')
  if (link.usedAt || link.expiresAt <= app.clock.now()) throw fail('access.link_expired')
  return { email: link.email }
}

/** Signs in by a link and uses it up. Errors: access.link_invalid, access.link_expired. */
export async function useSignInLink(app: Installation, token: string, locale: Locale = 'zh'): Promise<SessionCookie> {
  const ctx = asSystem(app)
  return transact(ctx, async (tx) => {
    const link = await findLink(tx.db, digest(token))
    if (!link) throw fail('access.link_invalid')
    if (!(await takeLink(tx.db, digest(token), ctx.clock.now()))) throw fail('access.link_expired')
    return beginSession(ctx, tx, link.email, { locale, administrator: link.administrator })
  })
}

/** Who sends a request: the account of a valid session with its roles, else a visitor (without a query when there is no cookie). */
export async function readSession(app: Installation, headers: RequestHeaders): Promise<Actor> {
  const token = tokenOf(app, headers)
  if (token === null) return visitor
  const found = await findSession(app.db, digest(token), app.clock.now())
  if (!found) return visitor
  const { id, email, name, administrator } = found.account
  return { kind: 'account', accountId: id, name, email, administrator, grants: found.grants }
}

/** Ends the session at once; returns the cookie that clears the browser's. */
export async function signOut(app: Installation, headers: RequestHeaders): Promise<SessionCookie> {
  const token = tokenOf(app, headers)
  if (token !== null) await deleteSession(app.db, digest(token))
  return { ...cookieOf(app, ''), maxAge: 0 }
}

/** Ends every session of whoever asks, on all devices. Errors: access.sign_in. */
export async function signOutEverywhere(ctx: Context): Promise<void> {
  if (ctx.actor.kind !== 'account') throw fail('access.sign_in')
  await deleteSessionsOf(ctx.db, ctx.actor.accountId)
}

/** Changes how an account is called in the journal and to others. Errors: input.invalid, access.sign_in. */
export async function renameAccount(ctx: Context, input: { name: string }): Promise<void> {
  if (ctx.actor.kind !== 'account') throw fail('access.sign_in')
  await updateAccount(ctx.db, ctx.actor.accountId, parseInput(z.object({ name: nameSchema }), { name: input.name }))
}

/** The account of an address, made when there is none, so that it can be given a role. Errors: field.email. */
export async function ensureAccount(ctx: Context, tx: Tx, input: { email: string; name?: string; locale?: Locale }): Promise<Account> {
  const email = normaliseEmail(input.email)
  if (email === null) throw fail('field.email')
  const name = input.name || (email.split('@')[0] ?? '')
  return ensureAccountRow(tx.db, {
    id: newId(ctx),
    email,
    name,
    locale: input.locale ?? 'zh',
    administrator: false,
    createdAt: ctx.clock.now(),
  })
}

/**
 * Makes an account for somebody and sends them a link that signs them in once; the room above authorises and gives the role.
 * Limited per inviter and per address, so that it is no cannon for mail. Errors: field.email, access.sign_in, access.too_many.
 */
export async function inviteAccount(
  ctx: Context,
  tx: Tx,
  input: { email: string; locale: Locale; communityId: string; place: string },
): Promise<Account> {
  if (ctx.actor.kind !== 'account' && ctx.actor.kind !== 'system') throw fail('access.sign_in')
  const account = await ensureAccount(ctx, tx, input)
  if (ctx.actor.kind === 'account') {
    await limit(ctx, limits.invitePerAccount, ctx.actor.accountId)
    await limit(ctx, limits.invitePerAddress, account.email)
  }
  const link = ownLink(ctx.settings, await addLink(ctx, tx, { email: account.email }))
  const values = { inviter: ctx.actor.name, place: input.place, hours: LINK_HOURS, link }
  await queueMail(ctx, tx, { communityId: INSTALLATION, mail: invitationMail, values, to: account.email, locale: input.locale })
  return account
}

/** The cookie as a Set-Cookie header. */
export function serialiseCookie(cookie: SessionCookie): string {
  return `${cookie.name}=${cookie.value}; Path=/; Max-Age=${cookie.maxAge}; HttpOnly; SameSite=Lax${cookie.secure ? '; Secure' : ''}`
}

async function addLink(ctx: Context, tx: Tx, input: { email: string; administrator?: boolean }): Promise<string> {
  const email = normaliseEmail(input.email)
  if (email === null) throw fail('field.email')
  const token = newToken(ctx)
  const now = ctx.clock.now()
  const administrator = input.administrator === true
  if (administrator) await deleteOpenLinks(tx.db, email)
  await insertLink(tx.db, { tokenHash: digest(token), email, administrator, createdAt: now, expiresAt: later(now, LINK_HOURS * 60) })
  return `/sign-in/link/${token}`
}

async function beginSession(ctx: Context, tx: Tx, email: string, as: { locale: Locale; administrator?: boolean }): Promise<SessionCookie> {
  const account = await ensureAccount(ctx, tx, { email, locale: as.locale })
  const now = ctx.clock.now()
  await updateAccount(tx.db, account.id, { signedInAt: now, ...(as.administrator ? { administrator: true } : {}) })
  const token = newToken(ctx)
  await insertSession(tx.db, {
    tokenHash: digest(token),
    accountId: account.id,
    createdAt: now,
    expiresAt: later(now, SESSION_DAYS * 24 * 60),
  })
  return cookieOf(ctx, token)
}

/** Counts outside of any transaction: a failed try has to stay counted. */
async function limit(ctx: Context, rule: Limit, of: string): Promise<void> {
  const now = ctx.clock.now()
  const { count, resetsAt } = await countLimit(ctx.db, limitKey(ctx.secret, rule, of), now, later(now, rule.minutes))
  if (count > rule.max) throw fail('access.too_many', { minutes: Math.ceil((resetsAt.getTime() - now.getTime()) / 60_000) })
}

const asSystem = (app: Installation): Context => ({ ...app, actor: system('sign-in') })
const later = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * 60_000)
const newToken = (app: Installation): string => Buffer.from(app.random.bytes(32)).toString('base64url')

function cookieOf(app: Installation, value: string): SessionCookie {
  const { publicUrl } = app.settings
  return { name: cookieName(publicUrl), value, secure: publicUrl.startsWith('https:'), maxAge: SESSION_DAYS * 86_400 }
}

function tokenOf(app: Installation, headers: RequestHeaders): string | null {
  const token = readCookie(headers instanceof Headers ? headers.get('cookie') : headers.cookie, cookieName(app.settings.publicUrl))
  return token !== null && /^[\w-]{43}$/.test(token) ? token : null
}
