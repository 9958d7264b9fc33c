import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { settableClock } from '@kaichang/core/kernel/clock.ts'
import type { SandboxKeys } from '@kaichang/core/registration/payment/providers/sandbox-keys.ts'
import { openSandbox, type OpenSandbox } from '@kaichang/server/sandbox/open.ts'
import { freePort, openSite, type Site } from './server.ts'

/** A site whose payments are live at a sandbox of its own: every request between the two goes over real HTTP. */
export interface PaidSite extends Site {
  sandbox: OpenSandbox
}

/** The settings with which an installation takes the sandbox for the real providers; keys lie in files, as real ones do. */
export function liveAtSandbox(folder: string, keys: SandboxKeys, url: string): Record<string, string> {
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

/** Opens both, on one settable clock. */
export async function openPaidSite(options: { now?: string; pages?: boolean } = {}): Promise<PaidSite> {
  const folder = mkdtempSync(join(tmpdir(), 'kaichang-sandbox-'))
  const clock = settableClock(new Date(options.now ?? '2026-11-20T12:00:00+08:00'))
  const port = await freePort()
  const sandbox = await openSandbox({ dataDirectory: folder, clock, kaichang: `http://127.0.0.1:${port}` })
  const site = await openSite({ port, clock, pages: options.pages ?? false, env: liveAtSandbox(folder, sandbox.keys, sandbox.url) })
  return {
    ...site,
    sandbox,
    close: async () => {
      await sandbox.close()
      await site.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
