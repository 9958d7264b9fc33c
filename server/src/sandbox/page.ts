import { asYuan, type Trade } from './book.ts'

export type PageLocale = 'zh' | 'en'

const names = {
  wechatpay: { zh: '微信支付', en: 'WeChat Pay' },
  alipay: { zh: '支付宝', en: 'Alipay' },
  stripe: { zh: 'Stripe', en: 'Stripe' },
} as const
const words = {
  zh: {
    mark: '沙盒 · 不是真的钱',
    about: '这里代替支付平台，供试用与测试：按「付款」等于付款人付了钱，主办方会收到同样签名的通知。',
    pay: '付款',
    cancel: '取消',
    open: '待付款',
    paid: '已付款',
    closed: '已关闭，不能再付',
    back: '返回商家',
    no: '商户单号',
    other: 'English',
  },
  en: {
    mark: 'Sandbox · no real money',
    about:
      'This stands in for the payment provider, for trying out and for tests: “Pay” is as if the payer had paid, and the organisers get the same signed notice.',
    pay: 'Pay',
    cancel: 'Cancel',
    open: 'To be paid',
    paid: 'Paid',
    closed: 'Closed; it cannot be paid any more',
    back: 'Back to the merchant',
    no: 'Order number',
    other: '中文',
  },
} as const

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c] ?? c)

/** The payer's page of a trade: one amount, two buttons, and clearly no real money. Works without a script. */
export function payerPage(trade: Trade, locale: PageLocale, query: string): string {
  const w = words[locale]
  const provider = names[trade.provider][locale]
  const back = /^https?:\/\//.test(trade.backUrl) ? trade.backUrl : null
  const other = locale === 'zh' ? 'en' : 'zh'
  const buttons =
    trade.state === 'open'
      ? `<form method="post" action="${escape(query)}"><button class="main" name="do" value="pay">${w.pay} ¥${asYuan(trade.amountFen)}</button>
<button class="plain" name="do" value="cancel">${w.cancel}</button></form>`
      : back
        ? `<a class="main" href="${escape(back)}">${w.back}</a>`
        : ''
  return `<!doctype html>
<html lang="${locale === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${trade.state === 'paid' && back ? `<meta http-equiv="refresh" content="3;url=${escape(back)}">` : ''}
<title>${provider} · ${w.mark}</title>
<style>${STYLE}</style>
</head>
<body>
<header class="mark">${w.mark}</header>
<main>
<p class="who"><span class="dot ${trade.provider}" aria-hidden="true"></span>${provider}</p>
<h1><span>¥</span>${asYuan(trade.amountFen)}</h1>
<p class="what">${escape(trade.description)}</p>
<p class="state ${trade.state}">${w[trade.state]}</p>
${buttons}
<dl><dt>${w.no}</dt><dd>${escape(trade.outTradeNo)}</dd></dl>
<p class="about">${w.about}</p>
<p><a href="?lang=${other}" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${w.other}</a></p>
</main>
</body>
</html>`
}

const STYLE = `
:root{color-scheme:light dark;--paper:#f4f3ef;--card:#fff;--ink:#1c1b18;--soft:#5f5b53;--line:#dedbd2;--mark:#7a4b00;--markback:#ffe9b8;--go:#1c1b18;--onGo:#fff;--good:#12633b}
@media (prefers-color-scheme:dark){:root{--paper:#121210;--card:#1d1d1a;--ink:#f1eee6;--soft:#b0aa9c;--line:#3a3933;--mark:#ffdf9a;--markback:#463205;--go:#f1eee6;--onGo:#161614;--good:#8fd9ae}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:400 16px/1.7 'PingFang SC','HarmonyOS Sans SC','MiSans','Noto Sans SC','Microsoft YaHei',system-ui,sans-serif}
:lang(en) body{font-family:system-ui,'Helvetica Neue',Arial,'PingFang SC','Noto Sans SC',sans-serif}
.mark{margin:0;padding:10px 16px;background:var(--markback);color:var(--mark);text-align:center;font-weight:600}
main{max-width:400px;margin:24px auto;padding:32px 24px;background:var(--card);border:1px solid var(--line);border-radius:16px;text-align:center}
@media (max-width:440px){main{margin:0;border:0;border-radius:0;min-height:calc(100vh - 56px)}}
.who{display:flex;gap:8px;align-items:center;justify-content:center;margin:0;color:var(--soft)}
.dot{width:10px;height:10px;border-radius:50%;background:#888}
.dot.wechatpay{background:#07a24f}.dot.alipay{background:#1677ff}.dot.stripe{background:#635bff}
h1{margin:8px 0 4px;font-size:44px;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums}
h1 span{font-size:26px;margin-right:2px}
.what{margin:0 0 8px;overflow-wrap:anywhere}
.state{margin:0 0 20px;color:var(--soft)}
.state.paid{color:var(--good);font-weight:600}
form{display:grid;gap:12px}
button,.main{display:block;width:100%;min-height:48px;padding:12px;border-radius:12px;font:inherit;font-weight:600;cursor:pointer;text-decoration:none}
.main{border:0;background:var(--go);color:var(--onGo)}
.plain{border:1px solid var(--line);background:transparent;color:var(--ink)}
:focus-visible{outline:3px solid #1677ff;outline-offset:2px}
dl{margin:28px 0 0;padding-top:16px;border-top:1px solid var(--line);font-size:14px;color:var(--soft)}
dt,dd{display:inline;margin:0 4px}
dd{overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.about{font-size:14px;color:var(--soft);text-align:left}
a{color:inherit}
`
