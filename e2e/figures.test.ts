import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEvent, setEventState } from '@kaichang/core/community/actions.ts'
import { findEvent } from '@kaichang/core/community/store.ts'
import { newId } from '@kaichang/core/kernel/ids.ts'
import { addChannel, countClick, openRegistration, registerMany } from '@kaichang/core/registration/actions.ts'
import { readSheets } from '@kaichang/core/registration/import/read-xlsx.ts'
import { openPage } from '../tests/setup/browser.ts'
import { eventInput, makeEvent } from '../tests/setup/samples.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'

let site: Site
beforeAll(async () => void (site = await openSite()))
afterAll(() => site.close())

const person = (n: number, at: string, channel = '', name = `参会者${n}`) => ({
  name,
  phone: `139${String(n).padStart(8, '0')}`,
  channel,
  consents: { registration: 'on' },
  at: new Date(at),
})

/** Today's event with 30 registered, and last month's with 40 registered of whom 30 came. */
async function furnish(community: string) {
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { communityId, event } = await makeEvent(ctx, { community, seats: 60, cap: 50 })
  const startsAt = new Date('2026-10-24T13:30:00+08:00')
  const last = await createEvent(
    ctx,
    communityId,
    eventInput({ slug: 'october', name: { zh: '十月聚会' }, startsAt, endsAt: new Date('2026-10-24T18:30:00+08:00') }),
  )
  await setEventState(ctx, communityId, last.id, 'published')
  for (const { id } of [last, event]) {
    await openRegistration(ctx, communityId, id)
    await addChannel(ctx, communityId, id, { slug: 'poster', name: { zh: '海报' } })
  }
  const answers = await registerMany(ctx, communityId, last.id, [
    ...Array.from({ length: 25 }, (_, n) => person(n, '2026-10-05T12:00:00+08:00')),
    ...Array.from({ length: 15 }, (_, n) => person(50 + n, '2026-10-20T12:00:00+08:00', 'poster')),
  ])
  for (const answer of answers.slice(0, 30))
    if (answer.ok)
      await site.app.db
        .insertInto('scan')
        .values({
          communityId,
          id: newId(ctx),
          eventId: last.id,
          registrationId: answer.registrationId,
          list: 'day',
          at: startsAt,
          verdict: 'admitted',
        })
        .execute()
  await registerMany(ctx, communityId, event.id, [
    ...Array.from({ length: 20 }, (_, n) => person(n, '2026-11-15T12:00:00+08:00')),
    ...Array.from({ length: 9 }, (_, n) => person(50 + n, '2026-11-18T12:00:00+08:00', 'poster')),
    person(99, '2026-11-19T12:00:00+08:00', '', '=HYPERLINK("http://evil.example","x")'),
  ])
  for (let n = 0; n < 18; n += 1) await countClick(ctx, communityId, event.id, 'poster')
  return { communityId, eventId: event.id, room: `${site.url}/console/${community}/nanning/registration` }
}

test('without script: seats, cap and who comes stand together, and the advised cap is taken over', async () => {
  const { communityId, eventId, room } = await furnish('advice')
  const { page, close } = await openPage({ phone: true, javaScriptEnabled: false })
  await signIn(site, page)
  await page.goto(room)
  const three = page.locator('#three')
  expect(await three.locator('dt').allInnerTexts()).toEqual(['场地座位', '报名上限', '预计到场'])
  expect(await three.locator('dd').allInnerTexts()).toEqual(['60', '50', '已报名 30', '≈26', '十次里八次在 22–29 之间'])
  expect(await three.innerText()).toContain('只参考了 1 场往期')
  const button = three.getByRole('button', { name: /^上限设为 \d+$/ })
  const cap = Number((await button.innerText()).replace(/\D/g, ''))
  expect(cap).toBeGreaterThan(50)
  // What is sent is held against the advice once more.
  await page.locator('#advice input[name=cap]').evaluate((field) => field.setAttribute('value', '600'))
  await button.click()
  expect(await page.getByRole('alert').innerText()).toContain('情况有变')
  expect((await findEvent(site.app.db, communityId, eventId))?.cap).toBe(50)
  await page.goto(room)
  await button.click()
  await page.waitForURL(/done=advised/)
  expect(await page.getByText(`上限已改为 ${cap}。`).count()).toBe(1)
  expect((await findEvent(site.app.db, communityId, eventId))?.cap).toBe(cap)
  expect(await three.innerText()).toContain('上限和场地正合适')
  await close()
})

test('the figures hold this event against last time, and tell what became of each link', async () => {
  const { room } = await furnish('held')
  const { page, complaints, close } = await openPage()
  await signIn(site, page)
  await page.goto(room)
  await page.getByRole('link', { name: '看全部数字' }).click()
  await page.waitForURL(/registration\/figures$/)
  // Fifteen days before: on 9 October 25 had registered.
  expect(await page.locator('main').innerText()).toContain('现在 30 人；上次（十月聚会，2026年10月24日（周六））到这时 25 人，最后 40 人。')
  const poster = page.locator('li', { has: page.getByRole('heading', { name: '海报' }) })
  expect((await poster.locator('dd').allInnerTexts()).map((text) => text.trim())).toEqual(['18', '9 打开的 50%'])
  expect(await page.getByText('没有姓名和联系方式').count()).toBe(1)
  expect(complaints).toEqual([])
  await close()
})

test('figures and list leave as workbook and CSV; nothing in them is a formula, phone numbers are text', async () => {
  const { communityId, room } = await furnish('taken')
  const { page, close } = await openPage()
  await signIn(site, page)
  const headers = { cookie: (await page.context().cookies()).map((one) => `${one.name}=${one.value}`).join('; '), origin: site.url }
  await close()
  const list = await fetch(`${room}/list.xlsx`, { method: 'POST', headers, body: new URLSearchParams({ purpose: 'event' }) })
  expect(list.headers.get('content-type')).toBe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  expect(list.headers.get('content-disposition')).toBe('attachment; filename="nanning-event.xlsx"')
  const [people = []] = await readSheets(new Uint8Array(await list.arrayBuffer()))
  expect(people.length).toBe(31)
  expect(people[0]?.cells.slice(0, 4)).toEqual(['短码', '姓名', '手机', '邮箱'])
  expect(people.at(-1)?.cells.slice(1, 3)).toEqual(['=HYPERLINK("http://evil.example","x")', '13900000099'])
  const journal = await site.app.db
    .selectFrom('journal')
    .select('facts')
    .where('communityId', '=', communityId)
    .where('kind', '=', 'registration.exported')
    .execute()
  expect(journal.map((one) => one.facts)).toEqual([{ purpose: 'event', rows: 30 }])

  const figures = await fetch(`${room}/figures.xlsx`, { headers })
  const sheets = await readSheets(new Uint8Array(await figures.arrayBuffer()))
  expect(sheets.map((rows) => rows[0]?.cells[0])).toEqual(['项目', '日期', '渠道'])
  expect(sheets[2]?.map((row) => row.cells)).toEqual([
    ['渠道', '打开', '报名', '取消', '到场', '名额'],
    ['海报', '18', '9', '0', '0'],
    ['活动页', '', '21', '0', '0'],
  ])
  const csv = await (await fetch(`${room}/figures.csv`, { headers })).text()
  expect(csv.split('\r\n').slice(0, 3)).toEqual(['部分,名称,项目,数值', '概览,场地座位,数值,60', '概览,报名上限,数值,50'])
  expect(csv).toContain('每天,2026-11-18,海报,9')
  expect(csv).not.toContain('参会者')
})
