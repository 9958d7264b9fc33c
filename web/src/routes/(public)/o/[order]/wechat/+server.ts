import { isKaichangError } from '@kaichang/core/kernel/errors.ts'
import { shortCode } from '@kaichang/core/kernel/ids.ts'
import { payInWechat, wayThroughWechat, WECHAT_WAY } from '@kaichang/core/registration/payment/wechat.actions.ts'
import { redirect } from '@sveltejs/kit'
import { isTrouble } from '#lib/server/order-pay.ts'
import type { RequestHandler } from './$types'

const COOKIE = 'kaichang_wechat'
/** The order's page says these by itself. */
const STATES: ReadonlySet<string> = new Set(['payment.paid_already', 'payment.order_over', 'payment.nothing_to_pay'])

/**
 * Through WeChat and back, so that its own sheet knows who pays: by a link, since a page's own policy lets no form go
 * elsewhere. What cannot be is told on the order's page, beside the other ways to pay.
 */
export const GET: RequestHandler = async ({ locals, params, url, cookies, setHeaders }) => {
  setHeaders({ 'cache-control': 'private, no-store' })
  const { ctx, app } = locals
  const [path, token] = [`/o/${params.order}`, params.order]
  const state = url.searchParams.get('state')
  try {
    if (state === null) {
      const browser = shortCode(ctx.random, 26)
      const way = await wayThroughWechat(ctx, token, browser)
      const secure = url.protocol === 'https:'
      cookies.set(COOKIE, browser, { path: `${path}/wechat`, maxAge: WECHAT_WAY, httpOnly: true, sameSite: 'lax', secure })
      return new Response(null, { status: 303, headers: { location: way } })
    }
    const browser = cookies.get(COOKIE) ?? ''
    // Once: whoever goes back in their history begins anew.
    cookies.delete(COOKIE, { path: `${path}/wechat` })
    await payInWechat(ctx, token, { code: url.searchParams.get('code') ?? '', state, browser })
  } catch (error) {
    if (!isKaichangError(error)) throw error
    if (STATES.has(error.code)) redirect(303, `${path}#pay`)
    if (!isTrouble(error.code)) throw error
    // For whoever runs this: the number that WeChat gave, and nothing of the reader's.
    if (error.code === 'payment.wechat_account') app.log(`wechat account: ${String(error.params['problem'])}`)
    redirect(303, `${path}?trouble=${error.code}#pay`)
  }
  redirect(303, `${path}?started#pay`)
}
