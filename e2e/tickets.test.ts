import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitor } from '@kaichang/core/kernel/actor.ts'
import { openRegistration } from '@kaichang/core/registration/actions.ts'
import { addQuestion } from '@kaichang/core/registration/questions/actions.ts'
import { fillOrder } from '@kaichang/core/registration/orders/fill.actions.ts'
import { holdSeats } from '@kaichang/core/registration/orders/hold.actions.ts'
import { checkCounters } from '@kaichang/core/registration/seats/recount.ts'
import { addType, openTypes } from '@kaichang/core/registration/types/actions.ts'
import { addQuota } from '@kaichang/core/registration/types/quota.actions.ts'
import { makeVouchers, openVouchers } from '@kaichang/core/registration/vouchers/actions.ts'
import { editVoucher } from '@kaichang/core/registration/vouchers/edit.actions.ts'
import { openPage } from '../tests/setup/browser.ts'
import { makeEvent } from '../tests/setup/samples.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'
import { frameTrouble, axeTrouble } from './look.ts'

let site: Site
beforeAll(async () => void (site = await openSite()))
afterAll(() => site.close())

async function begin(community: string) {
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { communityId, event } = await makeEvent(ctx, { community, seats: 60, cap: 50 })
  await openRegistration(ctx, communityId, event.id)
  const place = [communityId, event.id] as const
  return { ctx, place, room: `${site.url}/console/${community}/nanning/registration` }
}

/** Somebody orders seats of a type and fills the form in. */
async function order(place: readonly [string, string], typeId: string, seats: number, who: string, answers = {}): Promise<void> {
  const guest = site.app.context(visitor)
  const held = await holdSeats(guest, ...place, { lines: [{ typeId, seats }] })
  await fillOrder(guest, held.path.slice('/o/'.length), {
    name: who,
    phone: '',
    email: `${Buffer.from(who).toString('hex').slice(0, 12)}@example.org`,
    consents: { registration: true },
    seats: held.lines.map((line, n) => ({
      lineId: line.id,
      name: n === 0 ? who : `${who}的同伴`,
      phone: '',
      email: n === 0 ? `${Buffer.from(who).toString('hex').slice(0, 12)}@example.org` : '',
      answers,
    })),
  })
}

test('without script on a phone: the usual set in one press, an add-on with sizes, a shared quota, and what draws on what', async () => {
  const { ctx, place, room } = await begin('types')
  const { page, close } = await openPage({ phone: true, javaScriptEnabled: false })
  await signIn(site, page)
  await page.goto(`${room}/tickets`)
  await page.getByRole('button', { name: '建好这两种票' }).click()
  expect(await page.getByRole('status').first().innerText()).toBe('标准票和学生票建好了。')
  expect((await openTypes(ctx, ...place)).types.map(({ name, priceFen, earlyFen }) => [name.zh, priceFen, earlyFen])).toEqual([
    ['标准票', 10_000, 8000],
    ['学生票', 5000, null],
  ])
  await page.getByRole('link', { name: '加一件加购' }).click()
  const form = page.locator('form#type')
  await form.getByLabel('名称 · 中文').fill('纪念衫')
  await form.getByLabel('价格 · 元').fill('69.00')
  await form.getByLabel('尺码或规格').fill('M，XL')
  await form.getByRole('button', { name: '保存' }).click()
  await page.getByRole('link', { name: '加一个名额' }).click()
  const quota = page.locator('form#quota')
  await quota.getByLabel('名称 · 中文').fill('大号')
  await quota.getByLabel('多少').fill('3')
  await quota.getByRole('checkbox', { name: '纪念衫 XL' }).check()
  await quota.getByRole('button', { name: '保存' }).click()
  expect(await page.locator('#quotas').innerText()).toContain('大号')
  const xl = (await openTypes(ctx, ...place)).types.find(({ name }) => name.zh === 'XL')
  expect(xl).toMatchObject({ priceFen: 6900, counts: false })
  // What cannot be saved keeps what was typed, and says where.
  await page.getByRole('link', { name: '修改 标准票' }).click()
  const edit = page
    .locator('form')
    .filter({ has: page.locator('input[name="id"]') })
    .first()
  await page.locator('form[id^="type-"] input[name="early"]').fill('200')
  await page.locator('form[id^="type-"] button.main').click()
  expect(await page.locator('form[id^="type-"] .wrong').first().innerText()).toBe('早鸟价要比原价低；随意付的票没有早鸟价。')
  expect(await page.locator('form[id^="type-"] input[name="early"]').inputValue()).toBe('200')
  expect(await edit.count()).toBe(1)
  await page.locator('form[id^="type-"] input[name="early"]').fill('70')
  await page.locator('form[id^="type-"] button.main').click()
  expect((await openTypes(ctx, ...place)).types[0]).toMatchObject({ earlyFen: 7000 })
  expect(await checkCounters(ctx, ...place)).toEqual([])
  await close()
})

test('a request is looked at with its answers, let in, and told by its code; an order is found, opened and cancelled', async () => {
  const { ctx, place, room } = await begin('review')
  const question = { key: 'why', kind: 'short' as const, label: { zh: '想听什么' }, purpose: { zh: '安排内容' }, keepDays: 7 }
  await addQuestion(ctx, ...place, question)
  const some = { counts: true, perOrder: 5, perPerson: 5 }
  const closed = await addType(ctx, ...place, { ...some, name: { zh: '闭门会' }, review: true })
  const paid = await addType(ctx, ...place, { ...some, name: { zh: '标准票' }, priceFen: 9900 })
  await addQuota(ctx, ...place, { name: { zh: '小会议室' }, size: 2, typeIds: [closed] })
  await order(place, closed, 2, '欧阳春天', { why: '数据库' })
  await order(place, closed, 1, '李四')
  await order(place, paid, 3, '王小明')
  const { page, complaints, close } = await openPage()
  await signIn(site, page)
  await page.goto(`${room}/orders`)
  expect(await page.locator('form#review').innerText()).toContain('数据库')
  for (const box of await page.locator('form#review input[type="checkbox"]').all()) await box.check()
  await page.getByRole('button', { name: '通过所选' }).click()
  await page.waitForURL(/booked=/)
  const told = await page.locator('[data-focus]').innerText()
  expect(told).toMatch(/1 份通过，票已经发出。[\s\S]*1 份位置不够，还留在这里。/)
  // Declining without a reason is not done, and the tick stays.
  await page.locator('form#review input[type="checkbox"]').check()
  await page.getByRole('button', { name: '婉拒所选' }).click()
  await page.locator('form#review .wrong').waitFor()
  expect(await page.locator('form#review input[type="checkbox"]').isChecked()).toBe(true)
  await page.getByLabel('婉拒的原因').fill('这次坐满了')
  await page.getByRole('button', { name: '婉拒所选' }).click()
  await page.waitForURL(/declined=/)
  await page.getByRole('searchbox').fill('王小')
  await page.getByRole('button', { name: '查找' }).click()
  await page.waitForURL(/q=/)
  expect(await page.locator('#list li').count()).toBe(1)
  expect(await page.locator('#list li').innerText()).toMatch(/3 张[\s\S]*\*/)
  await page.locator('#list li a').click()
  await page.locator('#lines').waitFor()
  expect(await page.locator('dl').innerText()).toContain('@example.org')
  await page.locator('details summary', { hasText: '取消订单' }).click()
  await page.getByLabel('告诉对方为什么').fill('重复了')
  await page.getByRole('button', { name: '取消订单' }).click()
  await page.waitForURL(/done=cancelled/)
  expect(await page.locator('h1').innerText()).toContain('已取消')
  expect(await checkCounters(ctx, ...place)).toEqual([])
  // The browser's own note of the form that was not taken.
  expect(complaints).toEqual(['Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)'])
  await close()
})

test('vouchers: a heap is made, exported and stopped; a file with wrong lines is not taken and each line is named', async () => {
  const { ctx, place, room } = await begin('vouchers')
  await addType(ctx, ...place, { name: { zh: '标准票' }, counts: true, priceFen: 9900 })
  const { page, close } = await openPage({ phone: true, javaScriptEnabled: false })
  await signIn(site, page)
  await page.goto(`${room}/vouchers`)
  const make = page.locator('form#make')
  await make.getByLabel('生成几个').fill('5')
  await make.getByLabel('随机码的开头').fill('gdg')
  await make.getByLabel('多少', { exact: true }).fill('20')
  await make.getByLabel('只用于').selectOption({ label: '标准票' })
  await make.getByLabel('这一批叫什么').fill('GDG 南宁')
  await make.getByRole('button', { name: '生成' }).click()
  expect(await page.locator('[data-focus]').innerText()).toBe('生成了 5 个。')
  const codes = await page.locator('code').allInnerTexts()
  expect(codes).toHaveLength(5)
  for (const code of codes) expect(code).toMatch(/^GDG-[2-9BCDFGHJKMNPQRSTVWXYZ]{10}$/)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '导出 CSV GDG 南宁' }).click()])
  expect(download.suggestedFilename()).toBe('nanning-vouchers.csv')
  await page.locator('summary', { hasText: '导入优惠码' }).click()
  const bring = page.locator('form#bring')
  const file = { name: 'codes.csv', mimeType: 'text/csv', buffer: Buffer.from(`码,次数\nGOOD-1,2\n?,1\n${codes[0]},1\n`) }
  await bring.getByLabel('CSV 文件').setInputFiles(file)
  await bring.getByLabel('作用').selectOption('none')
  await bring.getByRole('button', { name: '导入' }).click()
  expect(await page.locator('form#bring .lines').innerText()).toMatch(/第 3 行[\s\S]*第 4 行/)
  await page.getByRole('button', { name: '整批停用 GDG 南宁' }).click()
  expect(await page.locator('[data-focus]').innerText()).toBe('停用了，已经用它报名的不受影响。')
  expect(await page.locator('.tag', { hasText: '已停用' }).count()).toBe(5)
  await close()
})

test('a voucher is changed: a limit below what is used is refused and what was typed stays; two who change one field see both', async () => {
  const { ctx, place, room } = await begin('voucher-edit')
  const standard = await addType(ctx, ...place, { name: { zh: '标准票' }, counts: true, perOrder: 5, perPerson: 5 })
  await makeVouchers(ctx, ...place, { code: 'FRIENDS', maxUses: 5, note: '给朋友' })
  await holdSeats(site.app.context(visitor), ...place, { lines: [{ typeId: standard, seats: 2 }], voucher: 'FRIENDS' })
  const { page, close } = await openPage({ phone: true, javaScriptEnabled: false })
  await signIn(site, page)
  await page.goto(`${room}/vouchers`)
  await page.getByRole('link', { name: '修改 FRIENDS' }).click()
  const edit = page.locator('form#edit')
  expect(await edit.getByLabel('一共能用几次').inputValue()).toBe('5')
  await edit.getByLabel('一共能用几次').fill('1')
  await edit.getByLabel('备注').fill('给老朋友')
  await edit.getByRole('button', { name: '保存' }).click()
  expect(await edit.locator('.wrong').innerText()).toBe('已经用了 2 次，次数不能比这更少。')
  expect(await edit.getByLabel('备注').inputValue()).toBe('给老朋友')
  await edit.getByLabel('一共能用几次').fill('3')
  await edit.getByLabel('只用于').selectOption({ label: '标准票' })
  await edit.getByLabel('为没用掉的次数留着位置').check()
  await edit.getByLabel('到什么时候').fill('2026-12-01T12:00')
  await edit.getByRole('button', { name: '保存' }).click()
  expect(await page.locator('[data-focus]').innerText()).toBe('已保存。')
  expect(await page.getByRole('listitem').filter({ hasText: 'FRIENDS' }).innerText()).toMatch(/已用 2 \/ 3 · 留着 1 个位置[\s\S]*给老朋友/)
  expect(await checkCounters(ctx, ...place)).toEqual([])
  // Somebody else changes the limit meanwhile.
  await page.getByRole('link', { name: '修改 FRIENDS' }).click()
  const { rows } = await openVouchers(ctx, ...place)
  const { id = '', validUntil = null } = rows[0] ?? {}
  await editVoucher(ctx, ...place, id, { ticketTypeId: standard, maxUses: 4, reserves: true, validUntil, note: '给老朋友' })
  await edit.getByLabel('一共能用几次').fill('8')
  await edit.getByRole('button', { name: '保存' }).click()
  expect(await edit.innerText()).toContain('4')
  expect(await edit.getByLabel('一共能用几次').inputValue()).toBe('8')
  await edit.getByRole('button').first().click()
  expect(await page.getByRole('listitem').filter({ hasText: 'FRIENDS' }).innerText()).toContain('已用 2 / 8')
  await close()
})

test.each([375, 1280])('tickets, vouchers and orders stand well at %i px, in both languages', async (width) => {
  const { ctx, place, room } = await begin(`look-${width}`)
  const some = { counts: true, perOrder: 5, perPerson: 5 }
  const standard = await addType(ctx, ...place, {
    ...some,
    name: { zh: '标准票', en: 'Standard' },
    about: { zh: '含午餐和茶歇', en: 'With lunch and coffee' },
    priceFen: 9900,
    earlyFen: 6900,
    earlyUntil: '2026-11-25T00:00:00+08:00',
    earlyCount: 30,
  })
  const student = await addType(ctx, ...place, { ...some, name: { zh: '学生票', en: 'Student' }, category: 'student', priceFen: 4900 })
  const speaker = await addType(ctx, ...place, {
    ...some,
    name: { zh: '讲师票', en: 'Speaker' },
    category: 'speaker',
    counts: false,
    hidden: true,
  })
  const closed = await addType(ctx, ...place, { ...some, name: { zh: '闭门圆桌', en: 'Round table' }, review: true })
  const dinner = await addType(ctx, ...place, { kind: 'addon', name: { zh: '晚宴', en: 'Dinner' }, priceFen: 12_000 })
  await addType(ctx, ...place, {
    kind: 'addon',
    name: { zh: '纪念衫', en: 'T-shirt' },
    priceFen: 6900,
    variants: [{ zh: 'M' }, { zh: 'XL' }],
  })
  await addQuota(ctx, ...place, { name: { zh: '主会场', en: 'Main hall' }, size: 24, typeIds: [standard, student] })
  await addQuota(ctx, ...place, { name: { zh: '晚宴的餐位', en: 'Places at dinner' }, size: 20, typeIds: [dinner, speaker] })
  await order(place, standard, 5, '欧阳春天')
  await order(place, standard, 4, '司马相如')
  await order(place, student, 3, '李四')
  await order(place, closed, 2, '王小明')
  await order(place, closed, 1, '赵六')
  await makeVouchers(ctx, ...place, { code: 'PARTNERS-OF-THE-COMMUNITY', maxUses: 5, ticketTypeId: standard })
  const voucher = (await openVouchers(ctx, ...place)).rows[0]?.id ?? ''
  for (const { locale, scheme } of [
    { locale: 'zh', scheme: 'light' },
    { locale: 'en', scheme: 'dark' },
  ] as const) {
    const { page, close } = await openPage({ phone: width === 375, colorScheme: scheme, locale: locale === 'zh' ? 'zh-CN' : 'en-GB' })
    await signIn(site, page)
    for (const path of ['tickets', 'tickets?add=ticket', `tickets?edit=${standard}`, 'vouchers', `vouchers?edit=${voucher}`, 'orders']) {
      await page.goto(`${room}/${path}${path.includes('?') ? '&' : '?'}lang=${locale}`)
      expect(await frameTrouble(page, width, locale === 'zh' ? 'zh-CN' : 'en')).toEqual([])
      expect(await axeTrouble(page)).toEqual([])
    }
    await close()
  }
})
