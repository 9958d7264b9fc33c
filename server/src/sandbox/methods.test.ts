import { createPublicKey, createVerify } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPayment } from '@kaichang/core/registration/payment/actions.ts'
import { sandboxAccount } from '@kaichang/core/registration/payment/providers/sandbox-keys.ts'
import { wechatAccount } from '@kaichang/core/registration/payment/providers/wechatpay.account.ts'
import { openPaidSite, type PaidSite } from '../../../tests/setup/sandbox.ts'
import { openShop, PRICE } from './world.testing.ts'

let site: PaidSite
/** An id that the sandbox's official account gave out. */
async function openidOf(url: string): Promise<string> {
  const { account } = site.app.settings.payments.wechatpay ?? {}
  const query = new URLSearchParams({ appid: account?.appId ?? '', redirect_uri: site.url, response_type: 'code', scope: 'snsapi_base' })
  const away = await fetch(`${url}/connect/oauth2/authorize?${query.toString()}`, { redirect: 'manual' })
  const code = new URL(away.headers.get('location') ?? '').searchParams.get('code') ?? ''
  return account ? wechatAccount(account).openidOf(code) : ''
}
beforeAll(async () => void (site = await openPaidSite()))
afterAll(() => site.close())

test('every way to pay begins as its provider wants it, and a new one closes the one before', async () => {
  const shop = await openShop(site)
  const { token, id } = await shop.order()
  const back = encodeURIComponent(`${site.url}/o/${token}`)
  const begin = async (provider: 'wechatpay' | 'alipay', method: string, more: object = {}) =>
    (await startPayment(shop.stranger, token, { provider, method, ...more })).started

  expect(await begin('wechatpay', 'native')).toMatchObject({ kind: 'qr' })
  const h5 = await begin('wechatpay', 'h5', { ip: '203.0.113.7' })
  expect(h5?.kind === 'redirect' && h5.url.endsWith(`&redirect_url=${back}`)).toBe(true)

  await expect(begin('wechatpay', 'jsapi')).rejects.toMatchObject({ code: 'payment.openid' })
  await expect(begin('wechatpay', 'jsapi', { openid: 'o-abcdefgh' })).rejects.toMatchObject({ code: 'payment.provider_refused' })
  const jsapi = await begin('wechatpay', 'jsapi', { openid: await openidOf(`${site.sandbox.url}/wechat`) })
  const parameters = jsapi?.kind === 'jsapi' ? jsapi.parameters : {}
  const lines = ['appId', 'timeStamp', 'nonceStr', 'package'].map((name) => `${parameters[name] ?? ''}\n`).join('')
  const merchant = createPublicKey(site.sandbox.keys.wechatpay.merchant.publicKey)
  expect(
    createVerify('RSA-SHA256')
      .update(lines)
      .verify(merchant, parameters['paySign'] ?? '', 'base64'),
  ).toBe(true)
  expect(parameters).toMatchObject({ signType: 'RSA', appId: sandboxAccount(site.sandbox.keys).appId })

  expect(await begin('alipay', 'precreate')).toMatchObject({ kind: 'qr' })
  const wap = await begin('alipay', 'wap')
  const url = new URL(wap?.kind === 'redirect' ? wap.url : '')
  expect(url.searchParams.get('method')).toBe('alipay.trade.wap.pay')
  expect(JSON.parse(url.searchParams.get('biz_content') ?? '')).toMatchObject({ total_amount: '128.00', product_code: 'QUICK_WAP_WAY' })
  // The cashier takes it as it stands, and not with another amount.
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(302)
  url.searchParams.set('biz_content', (url.searchParams.get('biz_content') ?? '').replace('128.00', '1.00'))
  expect(await (await fetch(url, { redirect: 'manual' })).text()).toContain('isv.invalid-signature')

  const { payments } = await shop.stand(id)
  expect(payments.filter((one) => one.endsWith(' open'))).toEqual(['alipay open'])
  expect(payments).toHaveLength(6)
  expect(shop.control.trades().filter((trade) => trade.amountFen === PRICE && trade.state === 'open')).toHaveLength(1)
  await expect(begin('alipay', 'native')).rejects.toMatchObject({ code: 'input.invalid' })
})
