import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import type { Clock } from '@kaichang/core/kernel/clock.ts'
import type { Behaviour } from './behaviour.ts'
import { randomId } from './book.ts'

/** A code holds this long, and once. */
const CODE_MS = 5 * 60_000

interface Tools {
  account: { appId: string; secret: string }
  clock: Clock
  behaviour: Behaviour
}

/** Whom the sandbox's WeChat knows at the official account. */
export interface SandboxAccount {
  app: Hono
  /** Whether this id was given out at the account. */
  knows(openid: string): boolean
}

/** The official account's web authorisation, silent only: https://developers.weixin.qq.com/doc/service/guide/h5/auth.html. */
export function openAccount({ account, clock, behaviour }: Tools): SandboxAccount {
  const app = new Hono()
  const codes = new Map<string, { openid: string; at: number; used: boolean }>()
  const known = new Set<string>()

  app.get('/connect/oauth2/authorize', (request) => {
    const { appid, redirect_uri: back, response_type: type, scope, state = '' } = request.req.query()
    const say = (status: 400 | 403, text: string): Response => request.text(text, status)
    if (appid !== account.appId) return say(400, 'AppID 参数错误 (10013)')
    if (type !== 'code' || scope !== 'snsapi_base' || behaviour.account === 'no_scope')
      return say(403, 'Scope 参数错误或没有 Scope 权限 (10005)')
    if (!/^[a-zA-Z0-9]{0,128}$/.test(state)) return say(400, 'state 参数错误')
    if (!back || !URL.canParse(back) || !/^https?:$/.test(new URL(back).protocol)) return say(400, 'redirect_uri 参数错误 (10003)')
    const url = new URL(back)
    const code = randomId()
    // The same person has the same id at one account; here whoever has the same browser.
    const person = createHash('sha256').update(`${account.appId}:${request.req.header('user-agent') ?? ''}`)
    codes.set(code, { openid: `o${person.digest('base64url').slice(0, 27)}`, at: clock.now().getTime(), used: false })
    url.searchParams.set('code', code)
    url.searchParams.set('state', state)
    return request.redirect(url.href, 302)
  })

  app.get('/sns/oauth2/access_token', (request) => {
    if (behaviour.faults[0] === 'down') {
      behaviour.faults.shift()
      return new Response('', { status: 500 })
    }
    const { appid, secret, code: given = '', grant_type: kind } = request.req.query()
    // Errors come with 200, as WeChat's do.
    const refuse = (errcode: number, errmsg: string): Response => request.json({ errcode, errmsg })
    if (appid !== account.appId) return refuse(40013, 'invalid appid')
    if (secret !== account.secret) return refuse(40125, 'invalid appsecret')
    if (kind !== 'authorization_code') return refuse(40002, 'invalid grant_type')
    if (behaviour.account === 'no_right') return refuse(48001, 'api unauthorized')
    const code = codes.get(given)
    if (!code) return refuse(40029, 'invalid code')
    if (code.used) return refuse(40163, 'code been used')
    if (clock.now().getTime() - code.at >= CODE_MS) return refuse(42003, 'oauth_code expired')
    code.used = true
    known.add(code.openid)
    return request.json({
      access_token: randomId(),
      expires_in: 7200,
      refresh_token: randomId(),
      openid: code.openid,
      scope: 'snsapi_base',
    })
  })

  return { app, knows: (openid) => known.has(openid) }
}
