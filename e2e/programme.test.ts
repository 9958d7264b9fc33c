import { afterAll, beforeAll, expect, test } from 'vitest'
import { addHall, releaseSchedule } from '@kaichang/core/programme/release.actions.ts'
import { addSession, openProgramme } from '@kaichang/core/programme/actions.ts'
import type { Programme } from '@kaichang/core/programme/model.ts'
import { makeEvent } from '../tests/setup/samples.ts'
import { openPage } from '../tests/setup/browser.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'
import { axeTrouble } from './look.ts'

let site: Site
let base: string
let item: string
let programme: () => Promise<Programme>

beforeAll(async () => {
  site = await openSite({ now: '2026-11-20T21:30:00+08:00' })
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { communityId, event } = await makeEvent(ctx, {
    startsAt: new Date('2026-12-05T14:00:00+08:00'),
    endsAt: new Date('2026-12-05T17:00:00+08:00'),
  })
  const hall = await addHall(ctx, communityId, event.id, { name: { zh: '报告厅' }, seats: 80 })
  const { id } = await addSession(ctx, communityId, event.id, {
    title: { zh: '用 Yolo 数人' },
    abstract: {},
    slidesUrl: '',
    note: {},
    hallId: hall.id,
    startsAt: new Date('2026-12-05T14:00:00+08:00'),
    minutes: 30,
    no: null,
    slug: null,
    speakers: [{ personId: null, name: '姜原', affiliation: { zh: '优趣天下', en: 'Youqu' } }],
  })
  await releaseSchedule(ctx, communityId, event.id)
  base = `${site.url}/console/pychina/nanning/programme`
  item = `${base}/${id}`
  programme = () => openProgramme(ctx, communityId, event.id)
})
afterAll(() => site.close())

test('two organisers edit one item: both versions side by side, what the other changed elsewhere stays', async () => {
  const first = await openPage()
  const second = await openPage({ phone: true })
  for (const { page } of [first, second]) {
    await signIn(site, page)
    await page.goto(item)
  }
  const form = { first: first.page.locator('form#session'), second: second.page.locator('form#session') }
  await form.first.getByLabel('标题 · 中文').fill('用 Yolo 数会场里的人')
  await form.first.getByLabel('时间', { exact: true }).fill('14:10')
  await form.first.getByRole('button', { name: '保存', exact: true }).click()
  await first.page.getByText('已保存。').waitFor()

  await form.second.getByLabel('标题 · 中文').fill('数人这件小事')
  await form.second.getByLabel('介绍 · 中文').fill('从一张照片讲起')
  await form.second.getByRole('button', { name: '保存', exact: true }).click()
  const both = second.page.getByRole('region', { name: '两边都改了这些地方' })
  await both.getByText('用 Yolo 数会场里的人').waitFor()
  await both.getByText('数人这件小事').waitFor()
  expect(await axeTrouble(second.page)).toEqual([])
  expect(await form.second.getByLabel('介绍 · 中文').inputValue()).toBe('从一张照片讲起')
  await both.getByRole('button', { name: '用我填的保存' }).click()
  await second.page.getByText('已保存。').waitFor()
  expect((await programme()).sessions[0]).toMatchObject({
    title: { zh: '数人这件小事' },
    abstract: { zh: '从一张照片讲起' },
    startsAt: new Date('2026-12-05T14:10:00+08:00'),
  })
  for (const one of [first, second]) expect(one.complaints.filter((text) => !text.includes('409'))).toEqual([])
  for (const one of [first, second]) await one.close()
})

test('a speaker keeps the affiliation in both languages; the second to save sees both lists and loses no row', async () => {
  const first = await openPage()
  const second = await openPage({ phone: true, javaScriptEnabled: false, locale: 'en-GB' })
  for (const { page } of [first, second]) {
    await signIn(site, page)
    await page.goto(item)
  }
  const form = { first: first.page.locator('form#speakers-form'), second: second.page.locator('form#speakers-form') }
  await form.first.getByLabel('单位或身份 · 中文').first().fill('优趣')
  await form.first.getByRole('button', { name: '保存' }).click()
  await first.page.getByText('已保存。').waitFor()
  const speakers = async () => (await programme()).sessions[0]?.speakers.map(({ name, affiliation }) => ({ name, ...affiliation }))
  expect(await speakers()).toEqual([{ name: '姜原', zh: '优趣', en: 'Youqu' }])

  await form.second.getByLabel('Affiliation · English').first().fill('Youqu Ltd')
  await form.second.getByLabel('Name', { exact: true }).nth(2).fill('小罗')
  await form.second.getByRole('button', { name: 'Save' }).click()
  const both = second.page.getByRole('region', { name: 'Both of you changed these' })
  await both.getByText(/^Saved\s*姜原 \/ 优趣 \/ Youqu$/).waitFor()
  await both.getByText(/^Yours\s*姜原 \/ Youqu Ltd \/ 优趣天下 \/ 小罗$/).waitFor()
  expect(await form.second.getByLabel('Name', { exact: true }).nth(2).inputValue()).toBe('小罗')
  await form.second.getByLabel('Affiliation · 中文').first().fill('优趣')
  await both.getByRole('button', { name: 'Save mine' }).click()
  await second.page.getByText('Saved.').waitFor()
  expect(await speakers()).toEqual([{ name: '姜原', zh: '优趣', en: 'Youqu Ltd' }, { name: '小罗' }])
  expect(first.complaints).toEqual([])
  for (const one of [first, second]) await one.close()
})

test('a hall is edited where it is listed; a form that is sent twice adds one item', async () => {
  const { page, complaints, close } = await openPage()
  await signIn(site, page)
  await page.goto(base)
  await page.locator('#halls > summary').click()
  await page.locator('#halls li summary', { hasText: '报告厅' }).click()
  const hall = page.locator('#halls li form')
  await hall.getByLabel('会场名称 · 中文').fill(' ')
  await hall.getByRole('button', { name: '保存' }).click()
  await hall.getByText('这里要填。').first().waitFor()
  await hall.getByLabel('会场名称 · 中文').fill('大报告厅')
  await hall.getByLabel('座位数').fill('120')
  await hall.getByRole('button', { name: '保存' }).click()
  await page.getByText('会场已保存。').waitFor()
  expect((await programme()).halls).toMatchObject([{ name: { zh: '大报告厅' }, seats: 120 }])

  await page.locator('#add summary').first().click()
  await page.locator('form#add').getByLabel('标题 · 中文').fill('茶歇')
  const body = await page
    .locator('form#add')
    .evaluate((form: HTMLFormElement) => Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, String(v)])))
  const sent = await Promise.all(
    [1, 2].map(() =>
      page.request.post(`${base}?/add`, { form: body, headers: { origin: site.url, accept: 'text/html' }, maxRedirects: 0 }),
    ),
  )
  expect(sent.map((answer) => answer.status())).toEqual([303, 303])
  expect((await programme()).sessions.filter((s) => s.title.zh === '茶歇')).toHaveLength(1)
  expect(complaints.filter((text) => !text.includes('422'))).toEqual([])
  await close()
})
