import { expect } from 'vitest'
import { picture } from '../pictures.ts'
import { CONSOLE, clockAt, EVENT, go, send, type Life } from './life.ts'
import { programme } from './nanning.ts'

const seatsLeft = async (life: Life): Promise<number> => {
  const page = await go(life, life.laptop, `${EVENT}/register`)
  return Number(await page.locator('.left .num').innerText())
}

/** On a phone without script: registered, cancelled (the seat is free at once), registered again. */
export async function register(life: Life): Promise<void> {
  clockAt(life, 20, '12:10:00')
  const before = await seatsLeft(life)
  const page = await go(life, life.phone, life.links.get('channel') ?? '')
  await page.getByRole('link', { name: '报名' }).first().click()
  await page.waitForURL('**/register**')
  const form = page.url()
  const attendee = { name: '林小雨', phone: '13800138642', 'consents.registration': true }
  await send(page, 'register', attendee)
  await page.getByText('报名成功').waitFor()
  expect(await seatsLeft(life)).toBe(before - 1)
  await page.getByRole('button', { name: '来不了，取消报名' }).click()
  await page.getByText('已经取消').first().waitFor()
  expect(await seatsLeft(life)).toBe(before)
  await go(life, life.phone, form)
  await send(page, 'register', attendee)
  await page.getByText('报名成功').waitFor()
  life.links.set('ticket', page.url().replace(/\?.*/, ''))
  life.links.set('code', await page.locator('.ticket .code').innerText())
  await picture(await go(life, life.helper, EVENT), 'event-phone')
  const other = await go(life, life.laptop, `${EVENT}/register`)
  await send(other, 'register', { name: 'Ada Liu', email: 'ada@example.org', 'consents.registration': true })
  await other.getByText('You are registered').waitFor()
}

/** The door by a volunteer's link: a typed code, the same once more, somebody found by initials and by four digits. */
export async function door(life: Life): Promise<void> {
  clockAt(life, 26, '13:22:05')
  const page = await go(life, life.helper, life.links.get('门口小李') ?? '')
  await page.getByRole('link', { name: '打开签到' }).click()
  await page.waitForURL('**/door')
  await page.locator('aside input[name=desk]').fill('门口')
  await page.getByRole('button', { name: '确定' }).click()
  await page.waitForLoadState('load')
  const type = async (code: string): Promise<string> => {
    await page.locator('#code').fill(code)
    const [answer] = await Promise.all([page.waitForResponse((one) => one.url().includes('/scans')), page.locator('#scan button').click()])
    expect(answer.ok()).toBe(true)
    await page.locator('.verdict').waitFor()
    return page.locator('.verdict').innerText()
  }
  expect(await type((life.links.get('code') ?? '').toLowerCase())).toMatch(/请进[\s\S]*林小雨/)
  await picture(page, 'door-phone')
  clockAt(life, 26, '13:25:00')
  expect(await type(life.links.get('code') ?? '')).toMatch(/已经签到过[\s\S]*13:22:05 在 门口/)
  expect(await type('ZZZZZZ')).toContain('没有这张票')
  for (const [asked, name] of [
    ['lxy', '林小雨'],
    ['8642', '林小雨'],
    ['ada', 'Ada Liu'],
  ] as const) {
    await page.locator('#q').fill(asked)
    await page.locator('form[action="?/scan"] + *, li').filter({ hasText: name }).first().waitFor()
  }
  await page.getByRole('button', { name: '签到 Ada Liu' }).click()
  await page.locator('.verdict').filter({ hasText: 'Ada Liu' }).waitFor()
}

/** Next, next, … by the clock of the recordings; a page that is open meanwhile follows by itself. */
export async function stage(life: Life): Promise<void> {
  clockAt(life, 26, programme[0]?.began ?? '')
  const page = await go(life, life.organiser, `${CONSOLE}/stage`)
  const outside = await go(life, life.laptop, `${EVENT}/schedule`)
  const timer = await page.context().newPage()
  for (const { title, began, ended } of programme) {
    clockAt(life, 26, began)
    await send(page, 'next')
    await page.locator('.now h2').filter({ hasText: title }).waitFor()
    if (ended === undefined) continue
    clockAt(life, 26, ended)
    if (title === '高龄程序猿自救指北') {
      await outside.locator('main').getByText(title).first().waitFor()
      await outside.locator('[aria-current=time]').filter({ hasText: title }).waitFor()
      await timer.goto(`${life.site.url}${CONSOLE}/stage/timer`)
      await timer.getByText(/6:4\d/).first().waitFor()
      await picture(timer, 'timer')
    }
    await send(page, 'end')
  }
  await timer.close()
  await page.getByText('全部讲完了').waitFor()
  await page.getByText('超时 6 分 42 秒').waitFor()
}
