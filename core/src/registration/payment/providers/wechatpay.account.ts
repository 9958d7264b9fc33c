import { z } from 'zod'
import { fail } from '#core/kernel/errors.ts'
import type { WechatAccountSettings } from '#core/kernel/settings.payments.ts'
import { askProvider } from './ask.ts'
import { parseJson } from './common.ts'
import type { Account } from './provider.ts'

// The web authorisation of an official account, silent (`snsapi_base`): no name, no picture, nothing to agree to.
// Source: https://developers.weixin.qq.com/doc/service/guide/h5/auth.html.

const told = z.union([
  z.object({ openid: z.string().regex(/^[\w-]{6,128}$/) }),
  z.object({ errcode: z.int().refine((code) => code !== 0) }),
])
/** Codes that are wrong, used, too old or missing: whoever presses once more gets a new one. */
const SPENT = new Set([40029, 40163, 42003, 41008])
/** Busy, or asked too often. */
const BUSY = new Set([-1, 45009, 45011])

/** Tells who pays inside WeChat. The secret goes to WeChat alone; nothing of it is logged. */
export function wechatAccount({ appId, secret, pageUrl, url }: WechatAccountSettings): Account {
  return {
    address: (back, state) => {
      // Kept in the order of WeChat's own documents, which some of its programs insist on.
      const query = new URLSearchParams({ appid: appId, redirect_uri: back, response_type: 'code', scope: 'snsapi_base', state })
      return `${pageUrl}/connect/oauth2/authorize?${query.toString()}#wechat_redirect`
    },

    async openidOf(code) {
      if (!/^[\w-]{1,512}$/.test(code)) throw fail('payment.wechat_code')
      const query = new URLSearchParams({ appid: appId, secret, code, grant_type: 'authorization_code' })
      const answer = await askProvider('wechatpay', `${url}/sns/oauth2/access_token?${query.toString()}`)
      const read = told.safeParse(parseJson(answer.body))
      if (!read.success || answer.status >= 300) throw fail('payment.provider_away', { provider: 'wechatpay' })
      if ('openid' in read.data) return read.data.openid
      const { errcode } = read.data
      if (SPENT.has(errcode)) throw fail('payment.wechat_code')
      if (BUSY.has(errcode)) throw fail('payment.provider_away', { provider: 'wechatpay' })
      throw fail('payment.wechat_account', { problem: String(errcode) })
    },
  }
}
