import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addChannel, openRegistration, registerAttendee } from '@kaichang/core/registration/actions.ts'
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
