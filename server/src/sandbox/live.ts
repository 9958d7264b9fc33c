import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sandboxAccount, type SandboxKeys } from '@kaichang/core/registration/payment/providers/sandbox-keys.ts'

/**
 * The settings with which an installation takes a sandbox for the real providers, its keys in files as real ones are:
 * for trying the settings out, and for tests. `url` without a slash at the end.
 */
export function liveAtSandbox(folder: string, keys: SandboxKeys, url: string): Record<string, string> {
  mkdirSync(folder, { recursive: true })
  const file = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  return {
    KAICHANG_PAYMENTS: 'live',
    KAICHANG_WECHATPAY_APPID: keys.wechatpay.appId,
    KAICHANG_WECHATPAY_MCHID: keys.wechatpay.mchId,
    KAICHANG_WECHATPAY_SERIAL: keys.wechatpay.serial,
    KAICHANG_WECHATPAY_PRIVATE_KEY: file('wechat-merchant.pem', keys.wechatpay.merchant.privateKey),
    KAICHANG_WECHATPAY_APIV3_KEY: keys.wechatpay.apiV3Key,
    KAICHANG_WECHATPAY_PUBLIC_KEY_ID: keys.wechatpay.publicKeyId,
    KAICHANG_WECHATPAY_PUBLIC_KEY: file('wechat-platform.pem', keys.wechatpay.platform.publicKey),
    KAICHANG_WECHATPAY_URL: `${url}/wechatpay`,
    KAICHANG_WECHAT_APPID: sandboxAccount(keys).appId,
    KAICHANG_WECHAT_SECRET: sandboxAccount(keys).secret,
    KAICHANG_WECHAT_URL: `${url}/wechat`,
    KAICHANG_ALIPAY_APPID: keys.alipay.appId,
    KAICHANG_ALIPAY_SELLER: keys.alipay.sellerId,
    KAICHANG_ALIPAY_PRIVATE_KEY: file('alipay-app.pem', keys.alipay.app.privateKey),
    KAICHANG_ALIPAY_PUBLIC_KEY: file('alipay.pem', keys.alipay.alipay.publicKey),
    KAICHANG_ALIPAY_URL: `${url}/alipay/gateway.do`,
    KAICHANG_STRIPE_KEY: keys.stripe.secretKey,
    KAICHANG_STRIPE_WEBHOOK_SECRET: keys.stripe.webhookSecret,
    KAICHANG_STRIPE_URL: `${url}/stripe`,
  }
}
