import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHttpServer, type HttpServer } from '@kaichang/server/http/server.ts'
import { firstAdministratorLink, readSession } from '@kaichang/core/people/sign-in.ts'
import { readOutbox } from '@kaichang/core/people/mail/actions.ts'
import { openPage } from '../tests/setup/browser.ts'
import { testApp, type TestApp } from '../tests/setup/app.ts'

let app: TestApp
let server: HttpServer
let site: string
beforeAll(async () => {
  app = await testApp()
  server = await createHttpServer(app, { port: 0, host: '127.0.0.1' })
  site = `http://127.0.0.1:${server.port}`
})
afterAll(async () => {
  await server.close()
  await app.close()
})

async function codeFor(email: string): Promise<string> {
  const mail = (await readOutbox(app.ctx)).find((one) => one.toAddress === email)
  return /\b\d{6}\b/.exec(mail?.body ?? '')?.[0] ?? ''
}
const post = (path: string, body: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(site + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: site, accept: 'text/html', ...headers },
    body: new URLSearchParams(body),
  })

test.each([true, false])('signs in by a code on a phone and out again (script: %s)', async (javaScriptEnabled) => {
  const email = `yao-${String(javaScriptEnabled)}@example.org`
  const { page, close } = await openPage({ phone: true, javaScriptEnabled })
  await page.goto(`${site}/console`)
  await page.getByLabel('邮箱').fill(email)
  await page.getByRole('button', { name: '寄验证码' }).click()
  await page.getByLabel('验证码').fill('000000')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.getByRole('alert').filter({ hasText: '验证码不对或已过期' }).waitFor()
  await page.getByLabel('验证码').fill(await codeFor(email))
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.waitForURL(`${site}/console`)
  const cookie = (await page.context().cookies()).find((one) => one.name === 'kc-session')
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', secure: false, path: '/' })
  await page.goto(`${site}/sign-in`)
  await page.getByLabel('称呼').fill('黄峣 🐼')
  await page.getByRole('button', { name: '保存' }).click()
  await page.waitForURL(/done=saved/)
  await page.getByRole('button', { name: '退出登录' }).click()
  await page.waitForURL(`${site}/`)
  expect(await readSession(app, { cookie: `kc-session=${cookie?.value ?? ''}` })).toEqual({ kind: 'visitor' })
  await close()
})

test('the printed link signs the first administrator in by its button only, and opens the outbox', async () => {
  const link = (await firstAdministratorLink(app)) ?? ''
  for (let i = 0; i < 3; i += 1) expect((await fetch(site + link)).status).toBe(200)
  const { page, complaints, close } = await openPage({ locale: 'en-GB' })
  await page.goto(site + link)
  await page.getByText('admin@localhost.localdomain').waitFor()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${site}/console`)
  await page.goto(`${site}/outbox`)
  await page.getByRole('heading', { name: 'Outbox' }).waitFor()
  expect(complaints).toEqual([])
  expect((await page.goto(site + link))?.status()).toBe(410)
  await page.getByText('A sign-in link works once').waitFor()
  expect(await page.getByText('no longer valid').count()).toBe(1)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.waitForURL(`${site}/sign-in`)
  expect((await page.goto(`${site}/sign-in/link/abc`))?.status()).toBe(404)
  await close()
})

test('the outbox is closed to visitors and to other accounts', async () => {
  const asked = await fetch(`${site}/outbox`, { redirect: 'manual' })
  expect([asked.status, asked.headers.get('location')]).toEqual([303, '/sign-in?next=%2Foutbox'])
  await post('/sign-in?/code', { email: 'li@example.org' })
  const signedIn = await post('/sign-in?/verify', { email: 'li@example.org', code: await codeFor('li@example.org'), next: '/outbox' })
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/outbox'])
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect((await fetch(`${site}/outbox`, { headers: { cookie } })).status).toBe(403)
})

test.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)'])(
  'after signing in nobody is led to %s',
  async (next) => {
    app.clock.advance(3_600_000)
    await post('/sign-in?/code', { email: 'next@example.org' })
    const answer = await post('/sign-in?/verify', { email: 'next@example.org', code: await codeFor('next@example.org'), next })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/console'])
  },
)

test('another site can neither sign anybody in nor out', async () => {
  for (const path of ['/sign-in?/code', '/sign-in?/verify', '/sign-out']) {
    const answer = await post(path, { email: 'victim@example.org', code: '123456' }, { origin: 'https://evil.example' })
    expect([path, answer.status]).toEqual([path, 403])
  }
  expect((await readOutbox(app.ctx)).filter((one) => one.toAddress === 'victim@example.org')).toEqual([])
  expect((await fetch(`${site}/sign-out`, { redirect: 'manual' })).headers.get('location')).toBe('/sign-in')
})

test('known and unknown addresses see the same page; the sixth code in a quarter of an hour is refused whatever X-Forwarded-For says', async () => {
  app.clock.advance(3_600_000)
  const text = async (email: string): Promise<string> =>
    (await (await post('/sign-in?/code', { email })).text())
      .replaceAll(email, '…')
      .replace(/value="[0-9a-f]{32}"/g, '')
      .replace(/nonce="[^"]*"|nonce-[\w+/=]+/g, '')
  expect(await text('nobody@example.org')).toBe(await text('li@example.org'))
  const answers: number[] = []
  for (let i = 0; i < 7; i += 1)
    answers.push((await post('/sign-in?/code', { email: 'many@example.org' }, { 'x-forwarded-for': `9.9.9.${i}` })).status)
  expect(answers).toEqual([200, 200, 200, 200, 200, 429, 429])
})
