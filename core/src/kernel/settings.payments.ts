import { resolve } from 'node:path'
import { z } from 'zod'

const base = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))
const file = z.string().min(1)

/** The variables of payments, all optional; each provider's are given all or none. */
export const paymentEnvironment = {
  /** Where money goes: a sandbox, real providers, or nowhere. Sandbox while no provider is configured, live when one is. */
  KAICHANG_PAYMENTS: z.enum(['sandbox', 'live', 'off']).optional(),
  /** WeChat Pay v3: app id, merchant number, serial number and private key (PEM file) of the merchant's certificate. */
  KAICHANG_WECHATPAY_APPID: z
    .string()
    .regex(/^\w{6,32}$/)
    .optional(),
  KAICHANG_WECHATPAY_MCHID: z
    .string()
    .regex(/^\d{6,32}$/)
    .optional(),
  KAICHANG_WECHATPAY_SERIAL: z
    .string()
    .regex(/^[0-9A-Fa-f]{8,64}$/)
    .optional(),
  KAICHANG_WECHATPAY_PRIVATE_KEY: file.optional(),
  /** The APIv3 key: 32 bytes. */
  KAICHANG_WECHATPAY_APIV3_KEY: z.string().length(32).optional(),
  /** The public key (or platform certificate) by which WeChat's signatures are checked: `PUB_KEY_ID_…` or its serial number, and the PEM file. */
  KAICHANG_WECHATPAY_PUBLIC_KEY_ID: z
    .string()
    .regex(/^(PUB_KEY_ID_\w+|[0-9A-Fa-f]{8,64})$/)
    .optional(),
  KAICHANG_WECHATPAY_PUBLIC_KEY: file.optional(),
  KAICHANG_WECHATPAY_URL: base.optional(),
  /** The official account (公众号, verified service account) by which a reader inside WeChat pays at once: app id and secret. */
  KAICHANG_WECHAT_APPID: z
    .string()
    .regex(/^\w{6,32}$/)
    .optional(),
  KAICHANG_WECHAT_SECRET: z
    .string()
    .regex(/^\w{16,64}$/)
    .optional(),
  KAICHANG_WECHAT_URL: base.optional(),
  /** Alipay: app id, the seller's number (PID, 2088…), the app's private key and Alipay's public key (PEM files). */
  KAICHANG_ALIPAY_APPID: z
    .string()
    .regex(/^\d{8,32}$/)
    .optional(),
  KAICHANG_ALIPAY_SELLER: z
    .string()
    .regex(/^2088\d{12}$/)
    .optional(),
  KAICHANG_ALIPAY_PRIVATE_KEY: file.optional(),
  KAICHANG_ALIPAY_PUBLIC_KEY: file.optional(),
  KAICHANG_ALIPAY_URL: base.optional(),
  /** Stripe: the secret key and the webhook's signing secret. */
  KAICHANG_STRIPE_KEY: z
    .string()
    .regex(/^(sk|rk)_\w{8,}$/)
    .optional(),
  KAICHANG_STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_\S{8,}$/)
    .optional(),
  KAICHANG_STRIPE_URL: base.optional(),
}

const environment = z.object(paymentEnvironment)
type Environment = z.output<typeof environment>

export interface WechatPaySettings {
  appId: string
  mchId: string
  serial: string
  /** Path of a PEM file, or the PEM text itself. */
  privateKey: string
  apiV3Key: string
  publicKeyId: string
  /** Path of a PEM file, or the PEM text itself. */
  publicKey: string
  /** Without a slash at the end. */
  url: string
  /** Without it nobody can be sent to WeChat's own sheet: a code to scan is shown. */
  account?: WechatAccountSettings
  /** Where payers' pages of a sandbox are, since WeChat's own sheet knows nothing of it. */
  pageUrl?: string
}

/** The official account that tells who pays inside WeChat. Addresses without a slash at the end. */
export interface WechatAccountSettings {
  appId: string
  secret: string
  /** Where the reader is sent. */
  pageUrl: string
  /** Where we ask. */
  url: string
}

export interface AlipaySettings {
  appId: string
  sellerId: string
  privateKey: string
  publicKey: string
  /** The gateway, `…/gateway.do`. */
  url: string
  /** The gateway as the payer's browser reaches it, where that differs. */
  pageUrl?: string
}

export interface StripeSettings {
  secretKey: string
  webhookSecret: string
  url: string
}

export interface PaymentSettings {
  mode: 'sandbox' | 'live' | 'off'
  wechatpay: WechatPaySettings | undefined
  alipay: AlipaySettings | undefined
  stripe: StripeSettings | undefined
}

/** What each provider cannot do without; addresses have defaults. */
const needed = {
  WECHATPAY: ['APPID', 'MCHID', 'SERIAL', 'PRIVATE_KEY', 'APIV3_KEY', 'PUBLIC_KEY_ID', 'PUBLIC_KEY'],
  WECHAT: ['APPID', 'SECRET'],
  ALIPAY: ['APPID', 'SELLER', 'PRIVATE_KEY', 'PUBLIC_KEY'],
  STRIPE: ['KEY', 'WEBHOOK_SECRET'],
} as const

/** One line for each variable that is missing beside its set, and for a set that the mode leaves unused. */
export function judgePayments(given: Readonly<Record<string, string | undefined>>): string[] {
  const problems: string[] = []
  for (const [provider, names] of Object.entries(needed)) {
    const set = names.map((name) => `KAICHANG_${provider}_${name}`)
    const present = set.filter((name) => given[name] !== undefined)
    if (present.length === 0) {
      if (given[`KAICHANG_${provider}_URL`] !== undefined) problems.push(`KAICHANG_${provider}_URL: set without ${set.join(', ')}`)
      continue
    }
    for (const name of set) {
      if (given[name] === undefined) problems.push(`${name}: missing beside ${present.join(', ')} (要么全填，要么全不填)`)
    }
    if (given['KAICHANG_PAYMENTS'] === 'sandbox') {
      problems.push(`KAICHANG_PAYMENTS: “sandbox” leaves ${present.join(', ')} unused; take one of the two out (沙盒与真实收款只能选一个)`)
    }
  }
  if (given['KAICHANG_WECHAT_APPID'] !== undefined && given['KAICHANG_WECHATPAY_MCHID'] === undefined) {
    problems.push('KAICHANG_WECHAT_APPID: set without KAICHANG_WECHATPAY_… (公众号只和微信支付一起用)')
  }
  return problems
}

/** The payments' part of the settings. */
export function readPayments(s: Environment): PaymentSettings {
  const wechatpay = wechatPayOf(s)
  const alipay = alipayOf(s)
  const stripe = stripeOf(s)
  return { mode: s.KAICHANG_PAYMENTS ?? (wechatpay || alipay || stripe ? 'live' : 'sandbox'), wechatpay, alipay, stripe }
}

function wechatPayOf(s: Environment): WechatPaySettings | undefined {
  const { KAICHANG_WECHATPAY_APPID: appId, KAICHANG_WECHATPAY_MCHID: mchId, KAICHANG_WECHATPAY_SERIAL: serial } = s
  const { KAICHANG_WECHATPAY_PRIVATE_KEY: privateKey, KAICHANG_WECHATPAY_APIV3_KEY: apiV3Key } = s
  const { KAICHANG_WECHATPAY_PUBLIC_KEY_ID: publicKeyId, KAICHANG_WECHATPAY_PUBLIC_KEY: publicKey } = s
  if (!appId || !mchId || !serial || !privateKey || !apiV3Key || !publicKeyId || !publicKey) return undefined
  const url = s.KAICHANG_WECHATPAY_URL ?? 'https://api.mch.weixin.qq.com'
  const account = wechatAccountOf(s)
  const keys = { serial, privateKey: resolve(privateKey), apiV3Key, publicKeyId, publicKey: resolve(publicKey) }
  return { appId, mchId, ...keys, url, ...(account ? { account } : {}) }
}

function wechatAccountOf(s: Environment): WechatAccountSettings | undefined {
  const { KAICHANG_WECHAT_APPID: appId, KAICHANG_WECHAT_SECRET: secret, KAICHANG_WECHAT_URL: other } = s
  if (!appId || !secret) return undefined
  return { appId, secret, pageUrl: other ?? 'https://open.weixin.qq.com', url: other ?? 'https://api.weixin.qq.com' }
}

function alipayOf(s: Environment): AlipaySettings | undefined {
  const { KAICHANG_ALIPAY_APPID: appId, KAICHANG_ALIPAY_SELLER: sellerId } = s
  const { KAICHANG_ALIPAY_PRIVATE_KEY: privateKey, KAICHANG_ALIPAY_PUBLIC_KEY: publicKey } = s
  if (!appId || !sellerId || !privateKey || !publicKey) return undefined
  const url = s.KAICHANG_ALIPAY_URL ?? 'https://openapi.alipay.com/gateway.do'
  return { appId, sellerId, privateKey: resolve(privateKey), publicKey: resolve(publicKey), url }
}

function stripeOf(s: Environment): StripeSettings | undefined {
  const { KAICHANG_STRIPE_KEY: secretKey, KAICHANG_STRIPE_WEBHOOK_SECRET: webhookSecret } = s
  if (!secretKey || !webhookSecret) return undefined
  return { secretKey, webhookSecret, url: s.KAICHANG_STRIPE_URL ?? 'https://api.stripe.com' }
}
