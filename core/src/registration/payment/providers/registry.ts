import type { PaymentSettings } from '#core/kernel/settings.payments.ts'
import type { Settings } from '#core/kernel/settings.ts'
import type { Context } from '#core/store/context.ts'
import { alipay } from './alipay.ts'
import { offline } from './offline.ts'
import type { Provider, ProviderName } from './provider.ts'
import { sandboxKeys, sandboxSettings, type SandboxAddress } from './sandbox-keys.ts'
import { stripe } from './stripe.ts'
import { wechatPay } from './wechatpay.ts'

const made = new WeakMap<Settings, ReadonlyMap<ProviderName, Provider>>()

/**
 * The providers of the installation, in the order in which they are offered: real ones by the settings, or those of the
 * sandbox that the same server carries. Offline is always there; each event says whether it wants it.
 */
export function providersOf(ctx: Pick<Context, 'settings' | 'clock' | 'random'>): ReadonlyMap<ProviderName, Provider> {
  const known = made.get(ctx.settings)
  if (known) return known
  const { settings, clock, random } = ctx
  const sandbox = settings.payments.mode === 'sandbox'
  const chosen: Omit<PaymentSettings, 'mode'> = sandbox
    ? sandboxSettings(sandboxKeys(settings.dataDirectory), sandboxAddress(settings))
    : settings.payments.mode === 'live'
      ? settings.payments
      : { wechatpay: undefined, alipay: undefined, stripe: undefined }
  const tools = { clock, random }
  const providers: Provider[] = [
    ...(chosen.wechatpay ? [wechatPay(chosen.wechatpay, tools, sandbox)] : []),
    ...(chosen.alipay ? [alipay(chosen.alipay, tools, sandbox)] : []),
    ...(chosen.stripe ? [stripe(chosen.stripe, tools, sandbox)] : []),
    offline(),
  ]
  const map = new Map(providers.map((provider): [ProviderName, Provider] => [provider.name, provider]))
  made.set(settings, map)
  return map
}

/** Where the server's own sandbox is: we ask it over loopback, payers over the public address. */
export function sandboxAddress(settings: Pick<Settings, 'host' | 'port' | 'publicUrl'>): SandboxAddress {
  const everywhere = settings.host === '0.0.0.0' || settings.host === '::'
  const host = everywhere ? '127.0.0.1' : settings.host.includes(':') ? `[${settings.host}]` : settings.host
  return { api: `http://${host}:${settings.port}/sandbox`, pages: `${settings.publicUrl}/sandbox` }
}
