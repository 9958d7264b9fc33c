import { expect, test } from 'vitest'
import { readSettings, SettingsError } from './settings.ts'

const stripe = { KAICHANG_STRIPE_KEY: 'sk_test_0123456789', KAICHANG_STRIPE_WEBHOOK_SECRET: 'whsec_0123456789' }
const wechat = {
  KAICHANG_WECHATPAY_APPID: 'wx0123456789abcdef',
  KAICHANG_WECHATPAY_MCHID: '1900000001',
  KAICHANG_WECHATPAY_SERIAL: '0123456789ABCDEF',
  KAICHANG_WECHATPAY_PRIVATE_KEY: 'keys/merchant.pem',
  KAICHANG_WECHATPAY_APIV3_KEY: '0123456789abcdef0123456789abcdef',
  KAICHANG_WECHATPAY_PUBLIC_KEY_ID: 'PUB_KEY_ID_0119000000012026',
  KAICHANG_WECHATPAY_PUBLIC_KEY: 'keys/wechat.pem',
}

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env)
    return []
  } catch (error) {
    if (error instanceof SettingsError) return error.problems
    throw error
  }
}

test('without a provider payments go to the sandbox, with one they are live, and can be off', () => {
  expect(readSettings({}).payments).toEqual({ mode: 'sandbox', wechatpay: undefined, alipay: undefined, stripe: undefined })
  expect(readSettings(stripe).payments).toMatchObject({ mode: 'live', stripe: { url: 'https://api.stripe.com' } })
  expect(readSettings({ ...stripe, KAICHANG_PAYMENTS: 'off' }).payments.mode).toBe('off')
  expect(readSettings({ KAICHANG_PAYMENTS: 'live' }).payments.mode).toBe('live')
  expect(readSettings({ ...wechat, KAICHANG_WECHATPAY_URL: 'http://127.0.0.1:3100/sandbox/wechatpay/' }).payments.wechatpay).toMatchObject({
    mchId: '1900000001',
    url: 'http://127.0.0.1:3100/sandbox/wechatpay',
  })
})

test('a half set of settings names what is missing, never what was given', () => {
  for (const missing of Object.keys(wechat)) {
    const { [missing]: _, ...rest } = { ...wechat } as Record<string, string>
    const problems = problemsOf(rest)
    expect(problems.map((line) => line.split(':')[0])).toEqual([missing])
    expect(problems.join()).not.toContain(wechat.KAICHANG_WECHATPAY_APIV3_KEY)
  }
  expect(problemsOf({ KAICHANG_ALIPAY_URL: 'https://openapi.alipay.com/gateway.do' })).toHaveLength(1)
  expect(
    problemsOf({ ...wechat, KAICHANG_WECHATPAY_APIV3_KEY: 'short', KAICHANG_STRIPE_KEY: 'nonsense' }).map((line) => line.split(':')[0]),
  ).toEqual(['KAICHANG_WECHATPAY_APIV3_KEY', 'KAICHANG_STRIPE_KEY', 'KAICHANG_STRIPE_WEBHOOK_SECRET'])
})

test('real keys beside the sandbox are a contradiction', () => {
  expect(problemsOf({ ...stripe, KAICHANG_PAYMENTS: 'sandbox' })).toHaveLength(1)
})

test('the official account comes whole, with WeChat Pay, and its secret is never told', () => {
  const account = { KAICHANG_WECHAT_APPID: 'wxfedcba9876543210', KAICHANG_WECHAT_SECRET: '0123456789abcdef0123456789abcdef' }
  expect(readSettings(wechat).payments.wechatpay).not.toHaveProperty('account')
  expect(readSettings({ ...wechat, ...account }).payments.wechatpay?.account).toEqual({
    appId: 'wxfedcba9876543210',
    secret: account.KAICHANG_WECHAT_SECRET,
    pageUrl: 'https://open.weixin.qq.com',
    url: 'https://api.weixin.qq.com',
  })
  expect(readSettings({ ...wechat, ...account, KAICHANG_WECHAT_URL: 'http://127.0.0.1:3100/' }).payments.wechatpay?.account).toMatchObject({
    pageUrl: 'http://127.0.0.1:3100',
    url: 'http://127.0.0.1:3100',
  })
  const problems = [
    ...problemsOf({ ...wechat, KAICHANG_WECHAT_SECRET: account.KAICHANG_WECHAT_SECRET }),
    ...problemsOf({ ...wechat, KAICHANG_WECHAT_APPID: account.KAICHANG_WECHAT_APPID }),
    ...problemsOf(account),
    ...problemsOf({ ...wechat, ...account, KAICHANG_WECHAT_SECRET: 'a secret' }),
  ]
  expect(problems.map((line) => line.split(':')[0])).toEqual([
    'KAICHANG_WECHAT_APPID',
    'KAICHANG_WECHAT_SECRET',
    'KAICHANG_WECHAT_APPID',
    'KAICHANG_WECHAT_SECRET',
  ])
  expect(problems.join()).not.toMatch(/0123456789abcdef0123|a secret/)
})
