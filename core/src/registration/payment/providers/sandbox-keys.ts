import { generateKeyPairSync, hash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { PaymentSettings } from '#core/kernel/settings.payments.ts'

const pair = z.object({ privateKey: z.string(), publicKey: z.string() })
const keysSchema = z.object({
  wechatpay: z.object({
    appId: z.string(),
    mchId: z.string(),
    serial: z.string(),
    apiV3Key: z.string(),
    publicKeyId: z.string(),
    merchant: pair,
    platform: pair,
  }),
  alipay: z.object({ appId: z.string(), sellerId: z.string(), app: pair, alipay: pair }),
  stripe: z.object({ secretKey: z.string(), webhookSecret: z.string() }),
})
/** What the sandbox and its one merchant know of each other. */
export type SandboxKeys = z.output<typeof keysSchema>

/** The sandbox's keys, made at first use and kept in `sandbox/keys.json` of the data folder (0600). They open nothing real. */
export function sandboxKeys(dataDirectory: string): SandboxKeys {
  const folder = join(dataDirectory, 'sandbox')
  const file = join(folder, 'keys.json')
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    // Written whole beside it: two processes may start at once, and the first one's keys hold.
    const own = `${file}.${process.pid}`
    writeFileSync(own, JSON.stringify(makeKeys()), { mode: 0o600 })
    if (!existsSync(file)) renameSync(own, file)
  }
  return keysSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

function makeKeys(): SandboxKeys {
  const digits = (count: number): string => Array.from(randomBytes(count), (byte) => byte % 10).join('')
  const hex = (bytes: number): string => randomBytes(bytes).toString('hex')
  return {
    wechatpay: {
      appId: `wx${hex(8)}`,
      mchId: `1${digits(9)}`,
      serial: hex(20).toUpperCase(),
      apiV3Key: hex(16),
      publicKeyId: `PUB_KEY_ID_0${digits(26)}`,
      merchant: makePair(),
      platform: makePair(),
    },
    alipay: { appId: `2021${digits(12)}`, sellerId: `2088${digits(12)}`, app: makePair(), alipay: makePair() },
    stripe: { secretKey: `sk_test_${hex(12)}`, webhookSecret: `whsec_${hex(16)}` },
  }
}

function makePair(): z.output<typeof pair> {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

/** The sandbox's official account. It follows from the keys, so that folders made before it have one, too. */
export function sandboxAccount({ wechatpay }: SandboxKeys): { appId: string; secret: string } {
  const secret = hash('sha256', `account:${wechatpay.apiV3Key}`)
  return { appId: `wx${hash('sha256', secret).slice(0, 16)}`, secret: secret.slice(0, 32) }
}

/** Where a sandbox is reached: by us, and by the payer's browser. Both without a slash at the end. */
export interface SandboxAddress {
  api: string
  pages: string
}

/** The settings of a merchant at the sandbox. */
export function sandboxSettings(keys: SandboxKeys, { api, pages }: SandboxAddress): Omit<PaymentSettings, 'mode'> {
  const { wechatpay, alipay, stripe } = keys
  const { appId, mchId, serial, apiV3Key, publicKeyId } = wechatpay
  return {
    wechatpay: {
      appId,
      mchId,
      serial,
      apiV3Key,
      publicKeyId,
      privateKey: wechatpay.merchant.privateKey,
      publicKey: wechatpay.platform.publicKey,
      url: `${api}/wechatpay`,
      account: { ...sandboxAccount(keys), url: `${api}/wechat`, pageUrl: `${pages}/wechat` },
      pageUrl: `${pages}/pay`,
    },
    alipay: {
      appId: alipay.appId,
      sellerId: alipay.sellerId,
      privateKey: alipay.app.privateKey,
      publicKey: alipay.alipay.publicKey,
      url: `${api}/alipay/gateway.do`,
      pageUrl: `${pages}/alipay/gateway.do`,
    },
    stripe: { ...stripe, url: `${api}/stripe` },
  }
}
