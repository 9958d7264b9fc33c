import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addChannel, openRegistration, registerAttendee } from '@kaichang/core/registration/actions.ts'
import { addType } from '@kaichang/core/registration/types/actions.ts'
import { makeXlsx } from '@kaichang/core/registration/import/xlsx.testing.ts'
import { openPage } from '../tests/setup/browser.ts'
import { makeEvent } from '../tests/setup/samples.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'

let site: Site
beforeAll(async () => void (site = await openSite()))
afterAll(() => site.close())

test.each([true, false])(
  'a list from elsewhere (script: %s): columns, decisions, preview, seats, and what was not taken',
  async (script) => {
    const ctx = site.app.context({ kind: 'system', name: 'test' })
    const community = script ? 'list-script' : 'list-plain'
    const { communityId, event } = await makeEvent(ctx, { community, cap: 50 })
    await openRegistration(ctx, communityId, event.id)
    await addChannel(ctx, communityId, event.id, { slug: 'hdx', name: { zh: '活动行' } })
    await registerAttendee(ctx, communityId, event.id, { name: '赵一', phone: '13800138000', consents: { registration: true } })
    const { page, complaints, close } = await openPage({ phone: true, javaScriptEnabled: script, acceptDownloads: true })
    await signIn(site, page)
    await page.goto(`${site.url}/console/${community}/nanning/registration`)
    await page.getByRole('link', { name: '导入别处的名单' }).click()
    await page.getByRole('heading', { name: '导入名单', level: 1 }).waitFor()

    const upload = async (bytes: Buffer): Promise<void> => {
      await page.getByLabel('名单文件').setInputFiles({ name: '名单.xlsx', mimeType: 'application/octet-stream', buffer: bytes })
      await page.getByLabel('从哪里来').fill('活动行')
      await page.getByLabel('算在哪个渠道').selectOption({ label: '活动行' })
      await page.getByText('平台替我们收集的').click()
      await page.getByRole('button', { name: '读取名单' }).click()
    }
    await upload(Buffer.from('not a list at all'))
    expect(await page.getByRole('alert').or(page.getByRole('status')).first().innerText()).toContain('没有找到名单')
    expect(await page.getByLabel('从哪里来').inputValue()).toBe('活动行')

    await upload(
      makeXlsx([
        [
          ['南宁场报名表'],
          ['姓名', '手机号', '单位', '状态', '联系我们的途径'],
          ['赵一', 13800138000, '甲', '已通过', '公众号'],
          ['钱二', 13800138001, '乙', '已通过', null],
          ['钱二', 13800138002, '乙', '已通过', null],
          ['孙三', '1.38E+10', '丙', '已通过', null],
        ],
      ]),
    )
    await page.getByRole('heading', { name: '每一列是什么' }).waitFor()
    expect(await page.getByLabel('“手机号”是').inputValue()).toBe('phone')
    await page.getByLabel('“联系我们的途径”是').selectOption({ label: '不要这一列' })
    await page.getByRole('button', { name: '看预览' }).click()
    await page.getByRole('heading', { name: '可能是同一个人' }).waitFor()
    expect(await page.locator('li').filter({ hasText: '名单里' }).innerText()).toContain('姓名和单位相同')
    await page.getByRole('group', { name: '钱二：是同一个人吗' }).getByText('是另一个人').click()
    await page.getByRole('button', { name: '保存判断' }).click()
    await page.getByText('判断已保存。').waitFor()
    await page.getByRole('button', { name: '登记 2 人' }).click()
    if (!script) {
      await expect.poll(() => page.reload().then(() => page.getByText('登记完了。').count()), { timeout: 20_000 }).toBe(1)
    }
    await page.getByText('登记完了。').waitFor()
    const rows = await site.app.db
      .selectFrom('registration')
      .select('phone')
      .where('communityId', '=', communityId)
      .orderBy('phone')
      .execute()
    expect(rows.map((row) => row.phone)).toEqual(['+8613800138000', '+8613800138001', '+8613800138002'])
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载没有收的行' }).click()])
    expect(await text(await download.createReadStream())).toContain('6,手机号被表格软件截断了')
    await page.goto(`${site.url}/console/${community}/nanning/registration/import`)
    expect(await page.getByRole('listitem').filter({ hasText: '已登记' }).innerText()).toContain('4 行')
    // A browser without script complains about each that it does not load.
    if (script) expect(complaints.filter((one) => !one.includes('422'))).toEqual([])
    await close()
  },
)

test.each([true, false])('ticket types of a list (script: %s): its words are matched once and remembered', async (script) => {
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const community = script ? 'types-script' : 'types-plain'
  const { communityId, event } = await makeEvent(ctx, { community, cap: 50 })
  await openRegistration(ctx, communityId, event.id)
  const standard = await addType(ctx, communityId, event.id, { name: { zh: '标准票' }, counts: true })
  const student = await addType(ctx, communityId, event.id, { name: { zh: '学生票' }, counts: true })
  const { page, complaints, close } = await openPage({ phone: true, javaScriptEnabled: script, acceptDownloads: true })
  await signIn(site, page)
  const upload = async (lines: string): Promise<void> => {
    await page.goto(`${site.url}/console/${community}/nanning/registration/import`)
    const buffer = Buffer.from(`姓名,手机,票种\n${lines}\n`)
    await page.getByLabel('名单文件').setInputFiles({ name: '名单.csv', mimeType: 'text/csv', buffer })
    await page.getByLabel('从哪里来').fill('活动行')
    await page.getByText('平台替我们收集的').click()
    await page.getByRole('button', { name: '读取名单' }).click()
    await page.getByRole('button', { name: '看预览' }).click()
    await page.getByRole('heading', { name: '名单里的票种是这里的哪一种' }).waitFor()
  }
  const people = async (): Promise<(string | null)[]> => {
    const rows = await site.app.db
      .selectFrom('registration')
      .select('ticketTypeId')
      .where('communityId', '=', communityId)
      .orderBy('phone')
      .execute()
    return rows.map((row) => row.ticketTypeId)
  }
  await upload('甲,13800138000,标准\n乙,13800138001,校园\n丙,13800138002,嘉宾')
  expect(await page.getByLabel('“标准”对应').inputValue()).toBe(standard)
  expect(await page.getByLabel('“校园”对应').inputValue()).toBe('')
  await page.getByLabel('“校园”对应').selectOption({ label: '学生票' })
  await page.getByRole('button', { name: '看预览' }).click()
  await page.getByText('有 1 种写法没有对应到票种').waitFor()
  expect(await page.getByText('票种没有对应上').first().innerText()).toContain('请在“票种”一步选好')
  await page.getByRole('button', { name: '登记 2 人' }).click()
  await expect.poll(people, { timeout: 20_000 }).toEqual([standard, student])
  await upload('丁,13800138003,校园')
  expect(await page.getByLabel('“校园”对应').inputValue()).toBe(student)
  if (script) expect(complaints).toEqual([])
  await close()
})
