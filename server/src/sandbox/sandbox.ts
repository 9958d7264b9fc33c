import { Hono, type Context as Request } from 'hono'
import type { Clock } from '@kaichang/core/kernel/clock.ts'
import { chooseLocale } from '@kaichang/core/kernel/locale.ts'
import { sandboxAccount, type SandboxAddress, type SandboxKeys } from '@kaichang/core/registration/payment/providers/sandbox-keys.ts'
import { openAccount } from './account.ts'
import { alipayNotice, alipayRoutes } from './alipay.ts'
import { goodDay, type Behaviour } from './behaviour.ts'
import { openBook, randomDigits, type SandboxRefund, type Trade } from './book.ts'
import { openPost, type NoticeToSend, type Post, type Sent } from './notices.ts'
import { payerPage } from './page.ts'
import { stripeNotice, stripeRoutes } from './stripe.ts'
import { wechatNotice, wechatRoutes, type Alteration } from './wechatpay.ts'

export interface SandboxOptions {
  keys: SandboxKeys
  clock: Clock
  /** Where payers' pages are. */
  pages: SandboxAddress['pages']
  /** Stripe's webhook; the others are told with each payment. */
  webhook: string
  /** How an address of ours is reached from here. */
  reach?: (url: string) => string
  /** Where trades are kept; null: in memory only. */
  file: string | null
}

/** What tests (and only they) do to the sandbox. */
export interface SandboxControl {
  behaviour: Behaviour
  trades(): Trade[]
  /** The trade of a number of ours. */
  trade(outTradeNo: string): Trade
  /** As if the payer had pressed 付款; also for a closed trade, as when somebody was faster. Notices follow by `behaviour`. */
  pay(outTradeNo: string): Trade
  /** Sends the trade's notice once, altered or not, and tells what was answered. */
  notify(outTradeNo: string, change?: Alteration): Promise<Sent>
  /** Sends the very same bytes so many times at once. */
  repeat(outTradeNo: string, times: number): Promise<Sent[]>
  /** Lets a refund that was under way end. */
  finishRefund(outRefundNo: string, state: 'done' | 'failed'): void
  post: Post
  /** The official account, and whom it knows. */
  account: { appId: string; knows(openid: string): boolean }
}

export interface Sandbox {
  /** Everything below /sandbox. */
  app: Hono
  control: SandboxControl
  close(): void
}

/** A stand-in for WeChat Pay, Alipay and Stripe: their endpoints, signatures and error answers, and a page on which a payer pays. */
export function createSandbox({ keys, clock, pages, webhook, reach = (url) => url, file }: SandboxOptions): Sandbox {
  const book = openBook(clock, file)
  const behaviour = goodDay()
  const post = openPost(behaviour, reach)
  const pageOf = (trade: Trade): string => `${pages}/pay/${trade.id}`
  const shared = { book, behaviour, pageOf, refunded: tellRefund }
  const account = openAccount({ account: sandboxAccount(keys), clock, behaviour })
  const wechat = { ...shared, keys: keys.wechatpay, account: { appId: sandboxAccount(keys).appId, knows: account.knows } }
  const alipay = { ...shared, keys: keys.alipay }
  const stripe = { ...shared, keys: keys.stripe, webhook }

  function noticeOf(trade: Trade, refund: SandboxRefund | null = null, change: Alteration = {}): NoticeToSend {
    if (trade.provider === 'wechatpay') return wechatNotice(wechat, trade, refund, change)
    return trade.provider === 'alipay' ? alipayNotice(alipay, trade, change) : stripeNotice(stripe, trade, refund, change)
  }

  function tellRefund(trade: Trade, refund: SandboxRefund): void {
    if (trade.provider !== 'alipay') post.post(() => noticeOf(trade, refund))
  }

  function pay(trade: Trade): Trade {
    trade.state = 'paid'
    trade.paidAt = clock.now()
    trade.providerNo ||= trade.provider === 'stripe' ? `pi_${trade.id}` : `42000${randomDigits(23)}`
    book.keep()
    post.post(() => noticeOf(trade))
    return trade
  }

  const find = (outTradeNo: string): Trade => {
    const trade = book.all().findLast((one) => one.outTradeNo === outTradeNo)
    if (!trade) throw new Error(`the sandbox knows no ${outTradeNo}`)
    return trade
  }

  const app = new Hono().basePath('/sandbox')
  app.route('/wechatpay', wechatRoutes(wechat))
  app.route('/wechat', account.app)
  app.route('/alipay', alipayRoutes(alipay))
  app.route('/stripe', stripeRoutes(stripe))
  app.get('/pay/:id', (request) => show(request, book.byId(request.req.param('id'))))
  app.post('/pay/:id', async (request) => {
    const trade = book.byId(request.req.param('id'))
    const form = await request.req.parseBody()
    if (trade?.state === 'open') {
      if (isOver(trade)) trade.state = 'closed'
      else if (form['do'] === 'pay') pay(trade)
      else if (form['do'] === 'cancel' && trade.backUrl !== '')
        return new Response(null, { status: 303, headers: { location: trade.backUrl } })
    }
    return show(request, trade)
  })

  const isOver = ({ expiresAt }: Trade): boolean => expiresAt !== null && expiresAt <= clock.now()

  /** WeChat's H5 is told with the address where the payer goes afterwards. */
  function show(request: Request, trade: Trade | undefined): Response {
    if (!trade) return new Response('404', { status: 404, headers: PAGE })
    const wanted = request.req.query('redirect_url')
    if (trade.backUrl === '' && wanted !== undefined) {
      trade.backUrl = wanted
      book.keep()
    }
    if (trade.state === 'open' && isOver(trade)) trade.state = 'closed'
    const locale = chooseLocale(request.req.query('lang') ?? null, undefined, request.req.header('accept-language') ?? null)
    return new Response(payerPage(trade, locale, new URL(request.req.url).search), { headers: PAGE })
  }

  const control: SandboxControl = {
    behaviour,
    trades: book.all,
    trade: find,
    pay: (outTradeNo) => pay(find(outTradeNo)),
    notify: (outTradeNo, change = {}) => post.sendOnce(noticeOf(find(outTradeNo), null, change)),
    repeat: (outTradeNo, times) => {
      const notice = noticeOf(find(outTradeNo))
      return Promise.all(Array.from({ length: times }, () => post.sendOnce(notice)))
    },
    finishRefund: (outRefundNo, state) => {
      for (const trade of book.all()) {
        const refund = trade.refunds.find((one) => one.outRefundNo === outRefundNo)
        if (!refund) continue
        refund.state = state
        refund.at = clock.now()
        book.keep()
        tellRefund(trade, refund)
      }
    },
    post,
    account: wechat.account,
  }
  return { app, control, close: () => post.close() }
}

const PAGE = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
}
