import { errorText, type ErrorCode } from '@kaichang/core/kernel/errors.ts'
import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import { paymentOffers } from '@kaichang/core/registration/payment/actions.ts'
import type { Offer, PaymentView } from '@kaichang/core/registration/payment/model.ts'
import type { Look } from '@kaichang/core/registration/payment/look.actions.ts'
import { paymentTerms } from '@kaichang/core/registration/payment/setting.actions.ts'
import { qrSvg } from '@kaichang/core/registration/qr.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import type { ShownPayment, Way } from '#lib/order.ts'

/** What a browser says it is, as far as ways to pay differ. */
export type Reader = 'wechat' | 'phone' | 'desktop'

export function readerOf(userAgent: string): Reader {
  if (/MicroMessenger/i.test(userAgent)) return 'wechat'
  return /Android|iPhone|iPad|Mobile|HarmonyOS/i.test(userAgent) ? 'phone' : 'desktop'
}

/**
 * Which methods serve where. Inside WeChat neither WeChat's page for browsers nor Alipay's opens; its own sheet does where
 * an official account tells who pays, and everywhere a code is shown, for another phone to scan.
 */
const methodsAt: Record<Reader, readonly { name: Way['name']; value: string }[]> = {
  phone: [
    { name: 'wechatpay', value: 'wechatpay:h5' },
    { name: 'alipay', value: 'alipay:wap' },
    { name: 'stripe', value: 'stripe:checkout' },
    { name: 'offline', value: 'offline:transfer' },
  ],
  desktop: [
    { name: 'wechatpay_qr', value: 'wechatpay:native' },
    { name: 'alipay', value: 'alipay:page' },
    { name: 'alipay_qr', value: 'alipay:precreate' },
    { name: 'stripe', value: 'stripe:checkout' },
    { name: 'offline', value: 'offline:transfer' },
  ],
  wechat: [
    { name: 'wechatpay', value: 'wechatpay:jsapi' },
    { name: 'wechatpay_qr', value: 'wechatpay:native' },
    { name: 'alipay_qr', value: 'alipay:precreate' },
    { name: 'stripe', value: 'stripe:checkout' },
    { name: 'offline', value: 'offline:transfer' },
  ],
}

/** What can come in the way between this page and WeChat's sheet; told when one is back. */
const troubles = [
  'payment.wechat_state',
  'payment.wechat_code',
  'payment.wechat_account',
  'payment.provider_away',
  'payment.provider_forged',
  'payment.not_offered',
] as const satisfies readonly ErrorCode[]

export const isTrouble = (code: string | null): code is (typeof troubles)[number] => troubles.some((one) => one === code)

/** Whoever is told of it came from there. */
const WECHAT: Record<Locale, string> = { zh: '微信', en: 'WeChat' }

const wayOf = ({ provider, method }: Pick<PaymentView, 'provider' | 'method'>): string => `${provider}:${method}`

function waysFor(offers: readonly Offer[], reader: Reader): Way[] {
  const offered = new Set(offers.flatMap(({ provider, methods }) => methods.map((method) => wayOf({ provider, method }))))
  return methodsAt[reader].filter(({ value }) => offered.has(value))
}

/** Whoever has just pressed is on the way to the provider, which may take a slow phone a while, in seconds. */
const ON_THE_WAY = 30

/** How often the page looks by itself while a payment is awaited, in seconds: often at first, then seldom. */
function pauseOf(order: Look['opened']['order'], now: Date): number {
  return now.getTime() - (order.placedAt?.getTime() ?? 0) < 10 * 60_000 ? 5 : 20
}

/** Everything that the order's page shows about paying. */
export async function presentPaying(
  ctx: Context,
  { opened, payments }: Look,
  token: string,
  asked: { locale: Locale; reader: Reader; fresh: boolean; trouble: string | null },
) {
  const { order } = opened
  const [offers, terms] = await Promise.all([paymentOffers(ctx, order.communityId, order.eventId), paymentTerms(ctx, token)])
  const open = payments.find((one) => one.state === 'open')
  const refused = payments.find((one) => one.provider === 'offline' && one.state === 'failed')?.note ?? ''
  const shown = open ? presentPayment(open, asked.fresh) : null
  return {
    ways: waysFor(offers, asked.reader),
    open: shown,
    refused: open?.provider === 'offline' && open.proofName !== '' ? '' : refused,
    sandbox: offers.some((offer) => offer.sandbox && offer.provider !== 'offline'),
    inWechat: asked.reader === 'wechat',
    trouble: isTrouble(asked.trouble) ? errorText(asked.trouble, asked.locale, { provider: WECHAT[asked.locale] }) : '',
    transfer: { instructions: pickText(terms.instructions, asked.locale), hasCode: terms.code },
    refresh: shown && shown.kind !== 'transfer' && shown.kind !== 'none' ? (asked.fresh ? ON_THE_WAY : pauseOf(order, ctx.clock.now())) : 0,
  }
}

function presentPayment(payment: PaymentView, fresh: boolean): ShownPayment {
  const { id, provider, started, sandbox, proofName, note } = payment
  const content = started?.kind === 'qr' ? started.content : ''
  return {
    id,
    provider,
    sandbox,
    proofName,
    note,
    fresh,
    way: wayOf(payment),
    kind: started?.kind ?? 'none',
    url:
      started?.kind === 'redirect'
        ? started.url
        : started?.kind === 'jsapi'
          ? (started.page ?? '')
          : /^https?:\/\//.test(content)
            ? content
            : '',
    qr: content === '' ? '' : qrSvg(content),
    parameters: started?.kind === 'jsapi' ? started.parameters : {},
  }
}
