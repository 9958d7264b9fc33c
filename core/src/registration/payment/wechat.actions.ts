import { createHmac, timingSafeEqual } from 'node:crypto'
import { fail, isKaichangError } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import { openOrder } from '../orders/open.ts'
import { offeredProvider, startPayment } from './actions.ts'
import type { PaymentView } from './model.ts'
import type { Account } from './providers/provider.ts'
import { providersOf } from './providers/registry.ts'
import { judgePayable } from './rules.ts'

/** How long somebody may be on the way through WeChat, in seconds. */
export const WECHAT_WAY = 600

/**
 * Where a reader inside WeChat is sent to be told apart, before they pay by WeChat's own sheet. `browser` is a secret that
 * only this browser has; the order's link, it and the time are in the state that comes back. Nothing is written.
 * Errors: access.link_*, payment.not_offered, .nothing_to_pay, .paid_already, .order_over.
 */
export async function wayThroughWechat(ctx: Context, token: string, browser: string): Promise<string> {
  const { order, path } = await openOrder(ctx, token)
  const judged = judgePayable(order, ctx.clock.now())
  if (judged !== 'payable') throw fail(judged)
  const account = await accountFor(ctx, order)
  const until = Math.floor(ctx.clock.now().getTime() / 1000) + WECHAT_WAY
  return account.address(`${ctx.settings.publicUrl}${path}/wechat`, stateOf(ctx, token, browser, until))
}

/**
 * Takes whoever comes back from there, and begins their payment. The payer's id goes on to WeChat Pay and is kept
 * nowhere. Errors: those of `startPayment`, payment.wechat_state, .wechat_code, .wechat_account.
 */
export async function payInWechat(
  ctx: Context,
  token: string,
  back: { code: string; state: string; browser: string },
): Promise<PaymentView> {
  const { order } = await openOrder(ctx, token)
  const account = await accountFor(ctx, order)
  if (!isOurs(ctx, token, back)) throw fail('payment.wechat_state')
  const openid = await account.openidOf(back.code)
  try {
    return await startPayment(ctx, token, { provider: 'wechatpay', method: 'jsapi', openid })
  } catch (error) {
    if (!isKaichangError(error, 'payment.provider_refused')) throw error
    throw fail('payment.wechat_account', { problem: String(error.params['problem'] ?? '—') })
  }
}

/** Whether anybody can be asked for their id at WeChat here: what a data notice has to say. */
export function asksWhoPays(ctx: Pick<Context, 'settings' | 'clock' | 'random'>): boolean {
  return providersOf(ctx).get('wechatpay')?.account !== undefined
}

async function accountFor(ctx: Context, order: { communityId: string; eventId: string }): Promise<Account> {
  const { account } = await offeredProvider(ctx, order, 'wechatpay', 'jsapi')
  if (!account) throw fail('payment.not_offered')
  return account
}

/** WeChat brings back letters and digits, at most 128: the second until which it holds, and its seal. */
function stateOf(ctx: Pick<Context, 'secret'>, token: string, browser: string, until: number): string {
  const seal = createHmac('sha256', ctx.secret).update(`kaichang-wechat:${token}:${browser}:${until}`).digest('hex')
  return `${until.toString(36)}x${seal}`
}

function isOurs(ctx: Context, token: string, { state, browser }: { state: string; browser: string }): boolean {
  const [, told = ''] = /^([0-9a-z]{1,9})x[0-9a-f]{64}$/.exec(state) ?? []
  const until = Number.parseInt(told, 36)
  if (browser === '' || !Number.isSafeInteger(until) || until * 1000 <= ctx.clock.now().getTime()) return false
  const ours = stateOf(ctx, token, browser, until)
  return ours.length === state.length && timingSafeEqual(Buffer.from(ours), Buffer.from(state))
}
