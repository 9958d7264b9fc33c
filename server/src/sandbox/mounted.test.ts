import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPayment } from '@kaichang/core/registration/payment/actions.ts'
import { openSite, type Site } from '../../../tests/setup/server.ts'
import { online, openPlainShop, PRICE, ways } from './world.testing.ts'

// An installation as it comes: nothing is configured, so payments go to the sandbox that the server itself carries.
let site: Site
beforeAll(async () => void (site = await openSite({ pages: false })))
afterAll(() => site.close())

async function atTheTill(provider: keyof typeof ways) {
  const shop = await openPlainShop(site)
  const order = await shop.order()
  const view = await startPayment(shop.stranger, order.token, { provider, method: ways[provider] })
  const address = view.started?.kind === 'qr' ? view.started.content : view.started?.kind === 'redirect' ? view.started.url : ''
  const page = await fetch(address, { headers: { 'accept-language': 'zh' } })
  return { ...shop, ...order, view, page, url: page.url, html: await page.text() }
}

test.each(online)('a newcomer pays by %s at once, on a page that says that it is no real money', async (provider) => {
  const at = await atTheTill(provider)
  expect(at.view).toMatchObject({ sandbox: true, amountFen: PRICE })
  expect(at.url.startsWith(`${site.url}/sandbox/pay/`)).toBe(true)
  expect([at.page.status, at.html.includes('沙盒 · 不是真的钱'), at.html.includes('128.00'), at.html.includes('付款')]).toEqual([
    200,
    true,
    true,
    true,
  ])
  expect(at.html).not.toContain('<script')
  expect(await (await fetch(`${at.url}?lang=en`)).text()).toContain('Sandbox · no real money')
  const paid = await fetch(at.url, { method: 'POST', body: new URLSearchParams({ do: 'pay' }) })
  expect(await paid.text()).toContain('已付款')
  await expect.poll(async () => (await at.stand(at.id)).order).toBe('done')
  // Pressed again nothing more is paid.
  await fetch(at.url, { method: 'POST', body: new URLSearchParams({ do: 'pay' }) })
  expect(await at.stand(at.id)).toEqual({ order: 'done', paidFen: PRICE, payments: [`${provider} paid booked`], refunds: [] })
})

test('whoever cancels has paid nothing', async () => {
  const at = await atTheTill('alipay')
  const answer = await fetch(at.url, { method: 'POST', body: new URLSearchParams({ do: 'cancel' }), redirect: 'manual' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `${site.url}/o/${at.token}`])
  expect(await at.stand(at.id)).toMatchObject({ order: 'placed', paidFen: 0 })
})

test('nobody steers the sandbox from outside, and nobody speaks to it without the merchant’s keys', async () => {
  const at = await atTheTill('wechatpay')
  const trials: [string, string, string?][] = [
    ['POST', '/sandbox/wechatpay/v3/pay/transactions/native', '{}'],
    ['POST', '/sandbox/wechatpay/v3/refund/domestic/refunds', '{}'],
    ['GET', '/sandbox/wechatpay/v3/bill/tradebill?bill_date=2026-11-20'],
    ['GET', '/sandbox/stripe/v1/balance_transactions'],
    ['GET', '/sandbox/pay/0123456789abcdef0123456789abcdef'],
    ['GET', '/sandbox/keys.json'],
    ['POST', '/sandbox/control/pay', '{}'],
    ['GET', '/sandbox/'],
  ]
  const statuses = await Promise.all(
    trials.map(
      async ([method, path, body]) => (await fetch(`${site.url}${path}`, { method, ...(body === undefined ? {} : { body }) })).status,
    ),
  )
  expect(statuses).toEqual([401, 401, 401, 401, 404, 404, 404, 404])
  expect(
    await (await fetch(`${site.url}/sandbox/alipay/gateway.do`, { method: 'POST', body: new URLSearchParams({ app_id: 'x' }) })).text(),
  ).toContain('isv.invalid-app-id')
  // Another site’s page cannot press for the payer.
  expect(
    (await fetch(at.url, { method: 'POST', headers: { origin: 'https://evil.example' }, body: new URLSearchParams({ do: 'pay' }) })).status,
  ).toBe(403)
  expect(await at.stand(at.id)).toMatchObject({ order: 'placed' })
})
