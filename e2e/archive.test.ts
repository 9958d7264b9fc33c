import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentMp3 } from '@kaichang/core/archive/silence.ts'
import { addSession } from '@kaichang/core/programme/actions.ts'
import { releaseSchedule } from '@kaichang/core/programme/release.actions.ts'
import { saveArticle } from '@kaichang/core/story/actions.ts'
import { makeEvent } from '../tests/setup/samples.ts'
import { openPage } from '../tests/setup/browser.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'

let site: Site
let place: { communityId: string; eventId: string }
const CONSOLE = '/console/pychina/nanning'
const at = (time: string): Date => new Date(`2019-10-26T${time}+08:00`)

beforeAll(async () => {
  site = await openSite({ now: '2019-10-27T21:00:00+08:00' })
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { communityId, event } = await makeEvent(ctx, { startsAt: at('13:30:00'), endsAt: at('18:30:00') })
  place = { communityId, eventId: event.id }
  for (const [no, slug, title, time] of [
    [4, 'yolo', '人流量分析', '14:10:00'],
    [6, 'micropython', '硬件开发', '14:40:00'],
  ] as const) {
    await addSession(ctx, communityId, event.id, {
      no,
      slug,
      title: { zh: title },
      hallId: null,
      startsAt: at(time),
      minutes: 30,
      speakers: [],
    })
  }
  await releaseSchedule(ctx, communityId, event.id)
})
afterAll(() => site.close())

const file = (name: string, content: Uint8Array = silentMp3(1, name)) => ({ name, mimeType: 'audio/mpeg', buffer: Buffer.from(content) })

test('files go in with script and without; what is refused says why and does not stop the rest', async () => {
  const laptop = await openPage()
  await signIn(site, laptop.page)
  // The files are chosen while the script is still on its way.
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await laptop.page.route(/\/_app\/.*\.js/, async (route) => {
    await held
    await route.continue()
  })
  await laptop.page.goto(`${site.url}${CONSOLE}/archive`, { waitUntil: 'commit' })
  const files = [
    file('191026-04-yolo-141104.MP3'),
    file('191026-05-empty-.MP3', new Uint8Array()),
    file('web.mp3', new TextEncoder().encode('<html>')),
  ]
  await laptop.page.locator('#recordings').setInputFiles(files)
  release()
  await laptop.page.getByText('传完了：收下 1 个，没收下 2 个。').waitFor()
  await laptop.page.getByText('191026-05-empty-.MP3 是空文件（0 字节），没有收下。').waitFor()
  await laptop.page.getByText('web.mp3 的类型不能收：HTML / XML。').waitFor()
  await laptop.page.getByText('按时间归位：开讲 1 分 4 秒 后按下录音').waitFor()

  const old = await openPage({ phone: true, javaScriptEnabled: false })
  await signIn(site, old.page)
  await old.page.goto(`${site.url}${CONSOLE}/archive`)
  await old.page.getByLabel('录音文件').setInputFiles([file('191025-06-micropython-144227.MP3'), file('x-empty.mp3', new Uint8Array())])
  await old.page.getByRole('button', { name: '上传' }).click()
  await old.page.getByText('收下 1 个文件。').waitFor()
  await old.page.getByText('x-empty.mp3 是空文件（0 字节），没有收下。').waitFor()
  expect(await old.page.locator('main').innerText()).toContain('文件名里的日期是 2019-10-25，活动在 2019-10-26，没有归位')
  // One tap to correct: the session is chosen from the list.
  const loose = old.page.locator('.recording', { hasText: '191025-06' })
  await loose.getByLabel('属于哪一项').selectOption({ label: '14:40 硬件开发' })
  await loose.getByRole('button', { name: '保存' }).click()
  await old.page.getByText('已保存。').waitFor()
  expect(await old.page.locator('.recording', { hasText: '191025-06' }).innerText()).toContain('手动归位')
  // The refusals are answers of 422, which the console notes.
  expect(laptop.complaints.filter((c) => !/422/.test(c))).toEqual([])
  await laptop.close()
  await old.close()
})

test('the recap: live preview, what was typed survives a reload, and two editors see each other’s version', async () => {
  const { page, complaints, close } = await openPage()
  await signIn(site, page)
  await page.goto(`${site.url}${CONSOLE}/story`)
  await page.getByRole('button', { name: '起草纪实' }).click()
  await page.getByText('草稿好了。').waitFor()
  const body = page.locator('#article textarea[name=body]')
  const text = `${await body.inputValue()}\n- **18:00** 散场\n`
  await body.fill(text)
  await page.locator('.preview').getByText('散场').waitFor()
  await page.reload()
  await page.getByRole('button', { name: '找回来' }).click()
  expect(await body.inputValue()).toBe(text)

  const ctx = site.app.context({ kind: 'account', accountId: 'x', name: '小李', email: 'x@example.org', administrator: true, grants: [] })
  await saveArticle(ctx, place.communityId, place.eventId, { title: '南宁场纪实', body: '小李的一版', revision: 1 })
  await page.locator('#article').getByRole('button', { name: '保存' }).click()
  await page.getByText('小李 先保存了一版，并排放在下面。').waitFor()
  expect(await page.getByRole('textbox', { name: '对方的一版' }).inputValue()).toBe('小李的一版')
  expect(await body.inputValue()).toContain('散场')
  await page.locator('#article').getByRole('button', { name: '保存' }).click()
  await page.getByText('已保存。').waitFor()
  await page.getByRole('button', { name: '发布' }).click()
  await page.getByText('发布了。').waitFor()
  const { page: reader, close: leave } = await openPage({ phone: true, javaScriptEnabled: false })
  await reader.goto(`${site.url}/pychina/nanning/recap`)
  await reader.getByText('散场').waitFor()
  await page.goto(`${site.url}/pychina/nanning/recap/wechat`)
  await page.getByText('没有发现编辑器会去掉的东西。').waitFor()
  // The other person’s version came as a 409.
  expect(complaints.filter((c) => !/409/.test(c))).toEqual([])
  await leave()
  await close()
})
