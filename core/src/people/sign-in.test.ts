import { afterEach, expect, test } from 'vitest'
import { newId } from '#core/kernel/ids.ts'
import { insertMember } from '../community/store.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { readOutbox } from './mail/actions.ts'
import {
  createSignInLink,
  firstAdministratorLink,
  inviteAccount,
  readSession,
  readSignInLink,
  renameAccount,
  requestCode,
  serialiseCookie,
  signOut,
  signOutEverywhere,
  useSignInLink,
  verifyCode,
  type SessionCookie,
} from './sign-in.ts'
import { transact } from '#core/store/transaction.ts'

const opened: TestApp[] = []
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close()
})
async function open(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await testApp({ env })
  opened.push(app)
  return app
}

const email = 'yao@example.org'
const ip = '203.0.113.7'
const ask = (app: TestApp, to = email, from = ip) => requestCode(app, { email: to, locale: 'zh', ip: from })
const answer = (app: TestApp, code: string, to = email, from = ip) => verifyCode(app, { email: to, code, locale: 'zh', ip: from })
const headers = (cookie: SessionCookie) => new Headers({ cookie: `kc-lang=en; ${cookie.name}=${cookie.value}` })
const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'in',
    (error: { code?: string }) => error.code ?? 'error',
  )

/** The code in the newest mail to an address. */
async function codeFor(app: TestApp, to = email): Promise<string> {
  const mail = (await readOutbox(app.ctx)).find((one) => one.toAddress === to)
  return /\b\d{6}\b/.exec(mail?.body ?? '')?.[0] ?? ''
}
const other = (code: string): string => code.replace(/^./, (digit) => String((Number(digit) + 1) % 10))

test('a code signs in, makes the account once, and works once', async () => {
  const app = await open()
  expect(await ask(app, ' Yao@Example.ORG ')).toEqual({ email })
  const code = await codeFor(app)
  const cookie = await answer(app, `${code.slice(0, 3)} ${code.slice(3)}`)
  expect(cookie).toEqual({ name: 'kc-session', value: expect.stringMatching(/^[\w-]{43}$/), secure: false, maxAge: 2_592_000 })
  const actor = await readSession(app, headers(cookie))
  expect(actor).toEqual({ kind: 'account', accountId: expect.any(String), name: 'yao', email, administrator: false, grants: [] })
  expect(await outcome(answer(app, code))).toBe('access.code_wrong')
  app.clock.advance(60_000)
  await ask(app)
  const again = await readSession(app, headers(await answer(app, await codeFor(app))))
  expect(again).toEqual(actor)
})

test('behind https the cookie is Secure and bound to the host', async () => {
  const app = await open({ KAICHANG_URL: 'https://kai.example.org' })
  await ask(app)
  const cookie = await answer(app, await codeFor(app))
  expect(serialiseCookie(cookie)).toBe(`__Host-kc-session=${cookie.value}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure`)
  expect((await readOutbox(app.ctx))[0]?.body).toContain('https://kai.example.org/sign-in')
})

test('known and unknown addresses are answered alike, and nothing is told apart by a wrong code', async () => {
  const app = await open()
  await ask(app)
  await answer(app, await codeFor(app))
  expect(await ask(app)).toEqual({ email })
  expect(await ask(app, 'nobody@example.org')).toEqual({ email: 'nobody@example.org' })
  const code = other(await codeFor(app))
  for (const to of [email, 'nobody@example.org', 'never-asked@example.org', 'not an address'])
    expect([to, await outcome(answer(app, code, to))]).toEqual([to, 'access.code_wrong'])
  await expect(ask(app, 'not an address')).rejects.toMatchObject({
    code: 'input.invalid',
    issues: [{ path: 'email', code: 'field.email' }],
  })
})

test('a code ends after ten minutes, and when another is asked for', async () => {
  const app = await open()
  await ask(app)
  const first = await codeFor(app)
  app.clock.advance(60_000)
  await ask(app)
  const second = await codeFor(app)
  if (first !== second) expect(await outcome(answer(app, first))).toBe('access.code_wrong')
  app.clock.advance(10 * 60_000)
  expect(await outcome(answer(app, second))).toBe('access.code_wrong')
})

test('five guesses at a code, also when fifty come at once from fifty clients', async () => {
  const app = await open()
  await ask(app)
  const code = await codeFor(app)
  const guesses = Array.from({ length: 50 }, (_, i) => outcome(answer(app, other(code), email, `198.51.100.${i}`)))
  const answers = await Promise.all(guesses)
  expect(answers.filter((one) => one === 'access.code_wrong')).toHaveLength(10)
  expect(answers.filter((one) => one === 'access.too_many')).toHaveLength(40)
  const { tries } = await app.db.selectFrom('signInCode').select('tries').where('email', '=', email).executeTakeFirstOrThrow()
  expect(tries).toBe(5)
  app.clock.advance(9 * 60_000)
  expect(await outcome(answer(app, code))).toBe('access.too_many')
})

test('the right code after five wrong ones is wrong; new codes do not bring more than thirty guesses a day', async () => {
  const app = await open()
  let guesses = 0
  for (let hour = 0; hour < 24; hour += 1) {
    for (let round = 0; round < 3; round += 1) {
      if ((await outcome(ask(app, email, `198.51.100.${hour}`))) !== 'in') continue
      const wrong = other(await codeFor(app))
      for (let i = 0; i < 6; i += 1)
        if ((await outcome(answer(app, wrong, email, `198.51.100.${hour}`))) === 'access.code_wrong') guesses += 1
    }
    if (hour < 23) app.clock.advance(60 * 60_000)
  }
  expect(guesses).toBe(30)
  app.clock.advance(2 * 60 * 60_000)
  await ask(app)
  const code = await codeFor(app)
  for (let i = 0; i < 5; i += 1) await outcome(answer(app, other(code)))
  expect(await outcome(answer(app, code))).toBe('access.code_wrong')
})

test('one right code sent five times at once signs in once', async () => {
  const app = await open()
  await ask(app)
  const code = await codeFor(app)
  const answers = await Promise.all(Array.from({ length: 5 }, () => outcome(answer(app, code))))
  expect(answers.filter((one) => one === 'in')).toHaveLength(1)
  expect(await app.db.selectFrom('account').select('email').execute()).toEqual([{ email }])
})

test('asking is limited per address and per client, whatever the client says of itself', async () => {
  const app = await open()
  const one = await Promise.all(Array.from({ length: 12 }, (_, i) => outcome(ask(app, email, `198.51.100.${i}`))))
  expect(one.filter((x) => x === 'in')).toHaveLength(5)
  await expect(ask(app, email, '198.51.100.99')).rejects.toMatchObject({ code: 'access.too_many', params: { minutes: 15 } })
  const many: string[] = []
  for (let i = 0; i < 40; i += 1) many.push(await outcome(ask(app, `a${i}@example.org`, `2001:db8:1:2:${i.toString(16)}::1`)))
  expect(many.filter((x) => x === 'in')).toHaveLength(30)
  app.clock.advance(15 * 60_000)
  expect(await outcome(ask(app, email, '2001:db8:1:2::9'))).toBe('in')
  expect(await app.db.selectFrom('signInLimit').select('key').where('key', 'like', '%example%').execute()).toEqual([])
})

test('a link tells whom it signs in, is used up only by using it, and ends after a day', async () => {
  const app = await open()
  const path = await firstAdministratorLink(app)
  const token = path?.split('/').pop() ?? ''
  expect(path).toMatch(/^\/sign-in\/link\/[\w-]{43}$/)
  for (let i = 0; i < 2; i += 1) expect(await readSignInLink(app, token)).toEqual({ email: 'admin@localhost.localdomain' })
  const answers = await Promise.all(Array.from({ length: 4 }, () => outcome(useSignInLink(app, token))))
  expect(answers.sort()).toEqual(['access.link_expired', 'access.link_expired', 'access.link_expired', 'in'])
  expect(await outcome(readSignInLink(app, token))).toBe('access.link_expired')
  expect(await outcome(readSignInLink(app, `${token.slice(0, -1)}_`))).toBe('access.link_invalid')
  expect(await firstAdministratorLink(app)).toBeNull()

  const late = (await createSignInLink(app, { email })).split('/').pop() ?? ''
  app.clock.advance(24 * 3_600_000)
  expect(await outcome(useSignInLink(app, late))).toBe('access.link_expired')
})

test('an administrator’s new link ends the former one; an ordinary link gives no rights', async () => {
  const app = await open()
  const [old, fresh] = [await firstAdministratorLink(app), await firstAdministratorLink(app)]
  expect(await outcome(useSignInLink(app, old?.split('/').pop() ?? ''))).toBe('access.link_invalid')
  const admin = await readSession(app, headers(await useSignInLink(app, fresh?.split('/').pop() ?? '')))
  expect(admin).toMatchObject({ kind: 'account', administrator: true, email: 'admin@localhost.localdomain' })
  const plain = (await createSignInLink(app, { email })).split('/').pop() ?? ''
  expect(await readSession(app, headers(await useSignInLink(app, plain)))).toMatchObject({ administrator: false, email })
})

test('a session carries the roles held now, ends by signing out at once, and by itself after thirty days', async () => {
  const app = await open()
  const { communityId } = await makeEvent(app.ctx)
  await ask(app)
  const cookie = await answer(app, await codeFor(app))
  const actor = await readSession(app, headers(cookie))
  if (actor.kind !== 'account') throw new Error('not signed in')
  await insertMember(app.db, {
    communityId,
    id: newId(app),
    accountId: actor.accountId,
    eventId: null,
    role: 'organiser',
    createdAt: app.clock.now(),
  })
  expect(await readSession(app, { cookie: `${cookie.name}=${cookie.value}` })).toMatchObject({
    grants: [{ communityId, eventId: null, role: 'organiser' }],
  })
  await renameAccount(app.context(actor), { name: ' 黄\u202e峣 ' })
  expect(await readSession(app, headers(cookie))).toMatchObject({ name: '黄峣' })

  expect(await signOut(app, headers(cookie))).toEqual({ name: 'kc-session', value: '', secure: false, maxAge: 0 })
  expect(await readSession(app, headers(cookie))).toEqual({ kind: 'visitor' })

  app.clock.advance(60_000)
  await ask(app)
  const next = await answer(app, await codeFor(app))
  app.clock.advance(30 * 86_400_000)
  expect(await readSession(app, headers(next))).toEqual({ kind: 'visitor' })
})

test('signing out everywhere ends the sessions of one account only', async () => {
  const app = await open()
  const sessions: SessionCookie[] = []
  for (const to of [email, email, 'li@example.org']) {
    await ask(app, to)
    sessions.push(await answer(app, await codeFor(app, to), to))
    app.clock.advance(60_000)
  }
  const [mine, phone, li] = await Promise.all(sessions.map((cookie) => readSession(app, headers(cookie))))
  expect(phone).toEqual(mine)
  if (mine) await signOutEverywhere(app.context(mine))
  const after = await Promise.all(sessions.map((cookie) => readSession(app, headers(cookie))))
  expect(after).toEqual([{ kind: 'visitor' }, { kind: 'visitor' }, li])
})

test('a cookie that is empty, short, unknown or hostile is a visitor’s', async () => {
  const app = await open()
  for (const value of ['', 'abc', 'A'.repeat(43), "' or 1=1 --".padEnd(43, 'x')]) {
    expect(await readSession(app, new Headers({ cookie: `kc-session=${value}` }))).toEqual({ kind: 'visitor' })
  }
  expect(await readSession(app, {})).toEqual({ kind: 'visitor' })
})

test('nothing that is stored signs anybody in', async () => {
  const app = await open()
  await ask(app)
  const code = await codeFor(app)
  const cookie = await answer(app, code)
  const token = (await createSignInLink(app, { email })).split('/').pop() ?? ''
  await ask(app)
  const open2 = await codeFor(app)
  const stored = JSON.stringify([
    await app.db.selectFrom('accountSession').selectAll().execute(),
    await app.db.selectFrom('signInCode').selectAll().execute(),
    await app.db.selectFrom('signInLink').selectAll().execute(),
  ])
  for (const secret of [cookie.value, token, `"${open2}"`]) expect(stored).not.toContain(secret)
})

test('an invitation makes the account and sends one link; inviting is limited', async () => {
  const app = await open()
  const { communityId } = await makeEvent(app.ctx)
  const ctx = app.as('owner', communityId)
  const invite = (to: string, by = ctx) =>
    transact(by, (tx) =>
      inviteAccount(by, tx, { email: to, locale: 'zh', communityId, place: '南宁\r\nBcc: x@example.org https://evil.example' }),
    )
  const account = await invite('li@example.org')
  const mail = (await readOutbox(app.ctx))[0]
  expect(mail?.subject).toBe('邀请您加入「南宁 Bcc: x@example.org https：//evil.example」')
  const token = /\/sign-in\/link\/([\w-]{43})\n/.exec(mail?.body ?? '')?.[1] ?? ''
  expect(await readSession(app, headers(await useSignInLink(app, token)))).toMatchObject({
    accountId: account.id,
    email: 'li@example.org',
    administrator: false,
  })
  const toOne = await Promise.all(Array.from({ length: 8 }, () => outcome(invite('li@example.org'))))
  expect(toOne.filter((one) => one === 'in')).toHaveLength(4)
  expect(await outcome(invite('li@example.org', app.context({ kind: 'visitor' })))).toBe('access.sign_in')
})
