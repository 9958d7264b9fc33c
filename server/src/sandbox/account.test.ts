import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import { paymentOffers } from '@kaichang/core/registration/payment/actions.ts'
import { wechatPay } from '@kaichang/core/registration/payment/providers/wechatpay.ts'
import { setPaymentSetting } from '@kaichang/core/registration/payment/setting.actions.ts'
import { payInWechat, wayThroughWechat } from '@kaichang/core/registration/payment/wechat.actions.ts'
import { openPaidSite, type PaidSite } from '../../../tests/setup/sandbox.ts'
import { openSite } from '../../../tests/setup/server.ts'
import { goodDay } from './behaviour.ts'
import { inBalance, openPlainShop, openShop, PRICE } from './world.testing.ts'

let site: PaidSite
beforeAll(async () => void (site = await openPaidSite()))
afterAll(() => site.close())
afterEach(() => void Object.assign(site.sandbox.control.behaviour, goodDay()))

const BROWSER = 'BROWSERBROWSERBROWSERBRO'
const codeOf = (code: string) => ({ code })

async function openCounter() {
  const shop = await openShop(site)
  const order = await shop.order()
  /** Through WeChat and back; what it brought. */
  async function away(token = order.token, browser = BROWSER, userAgent = 'MicroMessenger one') {
    const way = await wayThroughWechat(shop.stranger, token, browser)
    const answer = await fetch(way, { redirect: 'manual', headers: { 'user-agent': userAgent } })
    const back = new URL(answer.headers.get('location') ?? '')
    return { way: new URL(way), back, code: back.searchParams.get('code') ?? '', state: back.searchParams.get('state') ?? '', browser }
  }
  const comeBack = (given: { code: string; state: string; browser: string }, token = order.token) =>
    payInWechat(shop.stranger, token, given)
  return { ...shop, ...order, away, comeBack }
}

/** Every row of every table that holds this text. */
async function holding(text: string): Promise<string[]> {
  const tables = await sql<{ name: string }>`select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(site.app.db)
  const found: string[] = []
  for (const { name } of tables.rows) {
    const rows = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(name)} as one
      where position(${text} in one::text) > 0`.execute(site.app.db)
    if ((rows.rows[0]?.n ?? 0) > 0) found.push(name)
  }
  return found
}

test('a reader inside WeChat is told apart in silence, pays by its own sheet, and is kept nowhere', async () => {
  const at = await openCounter()
  const there = await at.away()
  expect(there.way.origin + there.way.pathname).toBe(`${site.sandbox.url}/wechat/connect/oauth2/authorize`)
  expect([there.way.searchParams.get('scope'), there.way.hash]).toEqual(['snsapi_base', '#wechat_redirect'])
  expect(there.state).toMatch(/^[0-9a-z]{1,128}$/)
  expect(there.back.origin + there.back.pathname).toBe(`${site.url}/o/${at.token}/wechat`)
  const view = await at.comeBack(there)
  expect(view).toMatchObject({ provider: 'wechatpay', method: 'jsapi', amountFen: PRICE, state: 'open', started: { kind: 'jsapi' } })
  const [trade] = at.control.trades().slice(-1)
  // Nothing is paid by coming back: only what WeChat says counts.
  expect(await at.stand(at.id)).toMatchObject({ order: 'placed', paidFen: 0 })
  at.control.pay(trade?.outTradeNo ?? '')
  await at.control.post.settled()
  expect(await at.stand(at.id)).toEqual({ order: 'done', paidFen: PRICE, payments: ['wechatpay paid booked'], refunds: [] })
  expect(await at.balanced()).toEqual(inBalance)
  const person = createHash('sha256').update(`${at.control.account.appId}:MicroMessenger one`)
  const openid = `o${person.digest('base64url').slice(0, 27)}`
  expect(at.control.account.knows(openid)).toBe(true)
  expect(await holding(openid)).toEqual([])
  expect(await holding(at.id)).toContain('payment')
  expect(site.log.join()).not.toMatch(new RegExp(`${openid}|${site.app.settings.payments.wechatpay?.account?.secret ?? '-'}`))
})

describe('what does not fit is a sentence, and nothing has begun', () => {
  test('another browser, another order, an altered or old state', async () => {
    const at = await openCounter()
    const other = await at.order()
    const there = await at.away()
    const refused = async (given: Partial<typeof there>, token = at.token) =>
      expect(at.comeBack({ ...there, ...given }, token)).rejects.toMatchObject({ code: 'payment.wechat_state' })
    await refused({ browser: 'SOMEBODYELSES' })
    await refused({ browser: '' })
    await refused({}, other.token)
    await refused({ state: '' })
    await refused({ state: there.state.replace(/.$/, (last) => (last === '0' ? '1' : '0')) })
    await refused({ state: there.state.replace(/^[0-9a-z]+x/, 'zzzzzzx') })
    site.clock.advance(600_000)
    await refused({})
    expect((await at.stand(at.id)).payments).toEqual([])
  })

  test('a code is taken once and for five minutes; invented ones never', async () => {
    const at = await openCounter()
    const there = await at.away()
    await at.comeBack(there)
    for (const { code } of [there, codeOf('0123456789abcdef0123456789abcdef'), codeOf(''), codeOf('a b&secret=1')])
      await expect(at.comeBack({ ...there, code })).rejects.toMatchObject({ code: 'payment.wechat_code' })
    const late = await at.away()
    site.clock.advance(5 * 60_000)
    await expect(at.comeBack(late)).rejects.toMatchObject({ code: 'payment.wechat_code' })
    expect((await at.stand(at.id)).payments).toEqual(['wechatpay open'])
  })

  test('an account without the right, a WeChat that is away', async () => {
    const at = await openCounter()
    const there = await at.away()
    at.control.behaviour.account = 'no_right'
    await expect(at.comeBack(there)).rejects.toMatchObject({ code: 'payment.wechat_account', params: { problem: '48001' } })
    at.control.behaviour.account = 'good'
    at.control.behaviour.faults = ['down']
    await expect(at.comeBack(there)).rejects.toMatchObject({ code: 'payment.provider_away' })
    expect((await at.stand(at.id)).payments).toEqual([])
    // The code was not heard, so it still holds.
    expect(await at.comeBack(there)).toMatchObject({ state: 'open' })
  })

  test('an order that is over, an event that does without it, a link that is none', async () => {
    const at = await openCounter()
    await setPaymentSetting(at.ctx, at.place, { without: ['wechatpay'] })
    await expect(at.away()).rejects.toMatchObject({ code: 'payment.not_offered' })
    await setPaymentSetting(at.ctx, at.place, {})
    const there = await at.away()
    await setPaymentSetting(at.ctx, at.place, { without: ['wechatpay'] })
    await expect(at.comeBack(there)).rejects.toMatchObject({ code: 'payment.not_offered' })
    await setPaymentSetting(at.ctx, at.place, {})
    await expect(at.away(`${at.token}x`)).rejects.toMatchObject({ code: 'access.link_invalid' })
    site.clock.advance(3_600_000)
    await expect(at.away()).rejects.toMatchObject({ code: 'payment.order_over' })
  })
})

test('another person with the same link pays by a sheet of their own; the one before is closed', async () => {
  const at = await openCounter()
  const first = await at.comeBack(await at.away())
  const second = await at.comeBack(await at.away(at.token, 'ANOTHERBROWSER', 'MicroMessenger two'))
  expect(second.id).not.toBe(first.id)
  expect((await at.stand(at.id)).payments).toEqual(['wechatpay closed', 'wechatpay open'])
})

test('without the official account nobody is sent there', async () => {
  const settings = site.app.settings.payments.wechatpay
  if (!settings) throw new Error('no WeChat Pay')
  const { account: _, ...plain } = settings
  const provider = wechatPay(plain, { clock: site.clock, random: site.app.context({ kind: 'visitor' }).random })
  expect([provider.methods, provider.account]).toEqual([['native', 'h5'], undefined])
})

test('an installation as it comes: the sandbox’s own page stands in for the sheet', async () => {
  const own = await openSite({ pages: false })
  const shop = await openPlainShop(own)
  const order = await shop.order()
  expect(
    (await paymentOffers(shop.stranger, shop.place.communityId, shop.place.eventId)).find((one) => one.provider === 'wechatpay')?.methods,
  ).toContain('jsapi')
  const way = await wayThroughWechat(shop.stranger, order.token, BROWSER)
  const back = new URL((await fetch(way, { redirect: 'manual' })).headers.get('location') ?? '')
  const [code, state] = [back.searchParams.get('code') ?? '', back.searchParams.get('state') ?? '']
  const { started } = await payInWechat(shop.stranger, order.token, { code, state, browser: BROWSER })
  const page = started?.kind === 'jsapi' ? (started.page ?? '') : ''
  await fetch(page)
  expect(await (await fetch(page, { method: 'POST', body: new URLSearchParams({ do: 'pay' }) })).text()).toContain('已付款')
  await expect.poll(async () => (await shop.stand(order.id)).order).toBe('done')
  await own.close()
})

test('the sandbox’s account plays WeChat’s part: what it does not know it refuses', async () => {
  const at = await openCounter()
  const { way } = await at.away()
  const ask = async (change: Record<string, string>) => {
    const url = new URL(way)
    for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value)
    return (await fetch(url, { redirect: 'manual' })).status
  }
  expect(
    await Promise.all([
      ask({}),
      ask({ appid: 'wx0000' }),
      ask({ scope: 'snsapi_userinfo' }),
      ask({ redirect_uri: 'javascript:alert(1)' }),
      ask({ state: 'a-b' }),
    ]),
  ).toEqual([302, 400, 403, 400, 400])
  const token = async (query: object) =>
    (await fetch(`${site.sandbox.url}/wechat/sns/oauth2/access_token?${new URLSearchParams({ ...query }).toString()}`)).json()
  expect(await token({ appid: 'wx0000' })).toMatchObject({ errcode: 40013 })
  expect(await token({ appid: at.control.account.appId, secret: 'x' })).toMatchObject({ errcode: 40125 })
})
