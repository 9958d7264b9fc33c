import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitor } from '@kaichang/core/kernel/actor.ts'
import { fillOrder } from '@kaichang/core/registration/orders/fill.actions.ts'
import { openOrder } from '@kaichang/core/registration/orders/open.ts'
import { holdSeats } from '@kaichang/core/registration/orders/hold.actions.ts'
import { cancelByTicket } from '@kaichang/core/registration/ticket.actions.ts'
import { startPayment } from '@kaichang/core/registration/payment/actions.ts'
import { trialBalance } from '@kaichang/core/registration/payment/books.actions.ts'
import { confirmOffline, uploadProof } from '@kaichang/core/registration/payment/offline.actions.ts'
import { refundsOfEvent } from '@kaichang/core/registration/payment/refund.actions.ts'
import { setPaymentSetting } from '@kaichang/core/registration/payment/setting.actions.ts'
import { askFapiao } from '@kaichang/core/registration/fapiao/actions.ts'
import { openPage } from '../tests/setup/browser.ts'
import { openPaidSite, type PaidSite } from '../tests/setup/sandbox.ts'
import { signIn } from '../tests/setup/sign-in.ts'
import { makeTickets, type Ticketed } from '../tests/setup/tickets.ts'

let site: PaidSite
beforeAll(async () => void (site = await openPaidSite({ pages: true })))
afterAll(() => site.close())

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n')

/** Somebody's order for one paid seat, with the proof of a transfer. */
async function transfer(at: Ticketed, name: string): Promise<{ token: string; payment: string }> {
  const guest = site.app.context(visitor)
  const held = await holdSeats(guest, at.communityId, at.event.id, { lines: [{ typeId: at.ids.standard, seats: 1 }] })
  const token = held.path.slice('/o/'.length)
  const [line] = held.lines
  const who = { name, phone: '', email: `${at.community}-${name.length}@example.org` }
  await fillOrder(guest, token, { ...who, consents: { registration: true }, seats: [{ lineId: line?.id ?? '', ...who }] })
  const { id } = await startPayment(guest, token, { provider: 'offline', method: 'transfer' })
  await uploadProof(guest, token, id, { name: '转账.png', bytes: PNG })
  return { token, payment: id }
}

test.each([true, false])(
  'a treasurer’s evening (script: %s): ways to pay, a proof confirmed, another sent back, money given back, an invoice',
  async (javaScriptEnabled) => {
    const { page, close } = await openPage({ phone: true, javaScriptEnabled })
    const at = await makeTickets(site.app.context({ kind: 'system', name: 'test' }), `treasury-${javaScriptEnabled}`)
    const money = `${site.url}/console/${at.community}/nanning/registration/money`
    try {
      await signIn(site, page, { administrator: true })
      await page.goto(money)
      await page.locator('#setting').getByLabel('接受转账').check()
      await page.locator('#setting textarea').first().fill('农业银行 6228 0000 0000 0000，备注订单号')
      await page.locator('#setting').getByLabel('可以申请发票').check()
      await page.locator('#setting input[type=file]').setInputFiles({ name: '收款码.png', mimeType: 'image/png', buffer: PNG })
      await page.locator('#setting').getByRole('button', { name: '保存' }).click()
      await page.getByText('已保存。').waitFor()

      const [good, bad] = [await transfer(at, '付过款的'), await transfer(at, '没有付够的')]
      await page.goto(money)
      const proofs = page.locator('section[aria-labelledby=transfers-title] li')
      expect(await proofs.count()).toBe(2)
      expect(await proofs.filter({ hasText: /位置留到 \d{4}年/ }).count()).toBe(2)
      await page.locator(`#confirm-${good.payment} button`).click()
      await page.getByText('已确认到账，位置登记好了。').waitFor()
      const back = proofs.filter({ has: page.locator(`#refuse-${bad.payment}`) })
      await back.locator('summary').click()
      await back.getByLabel('为什么').fill('少了五十元')
      await back.locator(`#refuse-${bad.payment} button`).click()
      await page.getByText('已退回凭证').waitFor()

      const opened = await openOrder(site.app.context(visitor), good.token)
      expect(opened.order).toMatchObject({ state: 'done', paidFen: opened.order.totalFen })
      await askFapiao(site.app.context(visitor), good.token, { titleType: 'person', title: '张三' })
      await page.goto(`${site.url}/console/${at.community}/nanning/registration/fapiao`)
      await page.getByRole('button', { name: '开始开具' }).click()
      await page.getByText('状态已更新。').waitFor()
      await page.getByText('上传并完成').first().click()
      await page.getByLabel('发票号码').fill('26312000000000000001')
      await page.locator('input[name=pdf]').setInputFiles({ name: '发票.pdf', mimeType: 'application/pdf', buffer: PDF })
      await page.getByRole('button', { name: '上传并完成' }).click()
      await page.getByText('发票已交给申请人。').waitFor()

      const [ticket] = opened.tickets
      await cancelByTicket(site.app.context(visitor), ticket?.path.slice('/t/'.length) ?? '')
      await page.goto(money)
      await page.getByRole('button', { name: '同意退款' }).click()
      await page.getByText('已处理，对方会收到通知。').waitFor()
      await page.getByRole('button', { name: '已转账退回' }).click()
      await page.getByText('已记为退回。').waitFor()
      expect(await page.locator('section[aria-labelledby=books-title] p').first().innerText()).toBe(
        '每笔分录借贷相等，每份订单与账目一致。',
      )
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      // Whoever gave the money back is led to the invoice that now says too much.
      await page.getByText('1 张发票比现在收的钱多').waitFor()
      await page.getByRole('link', { name: '去发票' }).click()
      await page.getByText('已退款，需要冲红').waitFor()
      await page.locator('summary', { hasText: '冲红' }).click()
      await page.getByLabel('原因').fill('票退了')
      await page.getByRole('button', { name: '冲红' }).click()
      await page.getByText('状态已更新。').waitFor()
      expect(await page.getByText('已冲红').count()).toBe(1)
      await page.goto(money)
      expect(await page.getByText('发票比现在收的钱多').count()).toBe(0)
    } finally {
      await close()
    }
  },
)

test('a form for money that is sent twice counts once: given back by the treasurer in two places, asked for by the buyer, booked by hand', async () => {
  const { page, close } = await openPage({ phone: true })
  const at = await makeTickets(site.app.context({ kind: 'system', name: 'test' }), 'sent-twice')
  const place = { communityId: at.communityId, eventId: at.event.id }
  const treasurer = site.app.context({ kind: 'system', name: 'test' })
  await setPaymentSetting(treasurer, place, { offline: true, instructions: { zh: '转到社区账户' } })
  const { token, payment } = await transfer(at, '付过款的')
  await confirmOffline(treasurer, place, payment)
  const { order } = await openOrder(site.app.context(visitor), token)
  const sendTwice = async (path: string, action: string, form: string, fields: Record<string, string>): Promise<void> => {
    await page.goto(`${site.url}${path}`)
    const hidden = await page
      .locator(`form${form}[action*="?/${action}"] input[type=hidden]`)
      .evaluateAll((inputs) => inputs.map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']))
    const sent = { ...Object.fromEntries(hidden), ...fields }
    expect(Object.keys(sent)).toContain('_key')
    for (const answer of await Promise.all(
      [1, 2].map(() => page.request.post(`${site.url}${path}?/${action}`, { form: sent, headers: { origin: site.url } })),
    ))
      expect(answer.status()).toBe(200)
  }
  const refunds = async () => (await refundsOfEvent(treasurer, place)).map(({ state, amountFen }) => [state, amountFen]).toSorted()
  try {
    await signIn(site, page, { administrator: true })
    const registration = `/console/${at.community}/nanning/registration`
    await sendTwice(`${registration}/money`, 'give', `#give-${payment}`, { amount: '1', reason: '少一顿饭' })
    expect(await refunds()).toEqual([['due', 100]])
    await sendTwice(`${registration}/orders/${order.id}`, 'refund', '#refund', { amount: '2', reason: '改期' })
    expect(await refunds()).toEqual([
      ['due', 100],
      ['due', 200],
    ])
    await sendTwice(`/o/${token}`, 'refund', '', { amount: '3', reason: '来不了' })
    expect(await refunds()).toEqual([
      ['asked', 300],
      ['due', 100],
      ['due', 200],
    ])
    await sendTwice(`${registration}/money`, 'book', '', { what: 'payout', provider: 'wechatpay', amount: '5', note: '提现' })
    const { accounts } = await trialBalance(treasurer, place)
    expect(accounts.find(({ account, provider }) => account === 'provider' && provider === 'wechatpay')).toMatchObject({ fen: -500 })
  } finally {
    await close()
  }
})
