import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRegistration } from '@kaichang/core/registration/actions.ts'
import { openPage } from '../tests/setup/browser.ts'
import { askAll } from '../tests/setup/questions.ts'
import { makeEvent } from '../tests/setup/samples.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'
import { ask } from './doors/ask.ts'
import { axeTrouble, frameTrouble } from './look.ts'

let site: Site
let card: string
beforeAll(async () => {
  site = await openSite()
  card = join(mkdtempSync(join(tmpdir(), 'kaichang-card-')), '学生证.pdf')
  writeFileSync(card, '%PDF-1.7 a student’s card')
})
afterAll(() => site.close())

async function asking(community: string) {
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { communityId, event } = await makeEvent(ctx, { community })
  await openRegistration(ctx, communityId, event.id)
  await askAll(ctx, communityId, event.id)
  const answers = async () =>
    (
      await site.app.db
        .selectFrom('answer')
        .innerJoin('question', (join) =>
          join.onRef('question.communityId', '=', 'answer.communityId').onRef('question.id', '=', 'answer.questionId'),
        )
        .select(['question.key', 'answer.value'])
        .where('answer.communityId', '=', communityId)
        .orderBy('question.position')
        .execute()
    ).map(({ key, value }) => [key, value])
  return { communityId, answers, register: `${site.url}/${community}/nanning/register` }
}

test('without script: a form that comes back keeps its answers and its file; the ticket shows, changes and hands them out', async () => {
  const { register, answers } = await asking('asks')
  const { page, close } = await openPage({ phone: true, javaScriptEnabled: false })
  await page.goto(register)
  expect(await page.getByText('仅在「午餐吃什么」选了 有忌口 时填写').isVisible()).toBe(true)
  await page.getByLabel('姓名').fill('王小明')
  await page.getByLabel('手机号').fill('13800138000')
  await page.getByLabel('有忌口').check()
  await page.getByLabel('机器学习').check()
  await page.getByLabel('运维').check()
  await page.getByLabel('写程序几年了').fill('4')
  await page.getByLabel('学生证').setInputFiles(card)
  await page.getByLabel('同意用于购买活动保险').check()
  await page.getByText('同意主办方').click()
  await page.getByRole('button', { name: '报名', exact: true }).click()
  await page.waitForLoadState()
  expect(await page.locator('.wrong').allInnerTexts()).toEqual(['这里要填。'])
  expect(await page.getByLabel('忌口是什么').getAttribute('aria-invalid')).toBe('true')
  expect(await page.getByLabel('有忌口').isChecked()).toBe(true)
  expect([await page.getByLabel('机器学习').isChecked(), await page.getByLabel('网站开发').isChecked()]).toEqual([true, false])
  expect(await page.getByLabel('写程序几年了').inputValue()).toBe('4')
  expect(await page.getByText('已收到：学生证.pdf').count()).toBe(1)
  await page.getByLabel('忌口是什么').fill('花生')
  await page.getByRole('button', { name: '报名', exact: true }).click()
  await page.waitForURL(/\/t\/[^/]+\?done=registered$/)
  const given = await answers()
  const file = String(given.find(([key]) => key === 'card')?.[1])
  expect(given).toEqual([
    ['diet', 'other'],
    ['allergy', '花生'],
    ['topics', ['ai', 'ops']],
    ['years', 4],
    ['card', file],
    ['insurance', true],
  ])
  const ticket = new URL(page.url()).pathname
  const sent = await ask(site, `${ticket}/files/${file}`)
  expect([sent.status, sent.text, sent.headers.get('content-type'), sent.headers.get('x-content-type-options')]).toEqual([
    200,
    '%PDF-1.7 a student’s card',
    'application/pdf',
    'nosniff',
  ])
  expect(sent.headers.get('content-disposition')).toBe(
    `attachment; filename="___.pdf"; filename*=UTF-8''${encodeURIComponent('学生证')}.pdf`,
  )
  await page.getByText('我的回答', { exact: true }).click()
  expect(await page.locator('dd .text').allInnerTexts()).toEqual(['有忌口', '花生', '机器学习、运维', '4 年', '是'])
  await page.getByText('修改回答').click()
  await page.getByLabel('素食').check()
  await page.getByLabel('去掉 学生证.pdf').check()
  await page.getByRole('button', { name: '保存回答' }).click()
  await page.getByText('回答已保存。').waitFor()
  expect(await answers()).toEqual([
    ['diet', 'veg'],
    ['topics', ['ai', 'ops']],
    ['years', 4],
    ['insurance', true],
  ])
  expect((await ask(site, `${ticket}/files/${file}`)).status).toBe(404)
  await close()
})

test('with script: what does not apply is not shown and not sent, and appears when it does', async () => {
  const { register, answers } = await asking('appears')
  const { page, complaints, close } = await openPage({ phone: true })
  await page.goto(register)
  const allergy = page.getByLabel('忌口是什么')
  expect(await allergy.isVisible()).toBe(false)
  await page.getByLabel('有忌口').check()
  await allergy.fill('花生')
  await page.getByLabel('都吃').check()
  expect(await allergy.isVisible()).toBe(false)
  await page.getByLabel('有忌口').check()
  expect(await allergy.inputValue()).toBe('花生')
  expect(await axeTrouble(page)).toEqual([])
  expect(await frameTrouble(page, 375, 'zh-CN')).toEqual([])
  await page.getByLabel('都吃').check()
  await page.getByLabel('姓名').fill('王小明')
  await page.getByLabel('手机号').fill('13800138000')
  await page.getByText('同意主办方').click()
  await page.getByRole('button', { name: '报名', exact: true }).click()
  await page.waitForURL(/\/t\//)
  expect(await answers()).toEqual([['diet', 'all']])
  await page.getByText('我的回答', { exact: true }).click()
  await page.getByText('修改回答').click()
  expect(await page.getByLabel('忌口是什么').isVisible()).toBe(false)
  expect(await axeTrouble(page)).toEqual([])
  expect(await frameTrouble(page, 375, 'zh-CN')).toEqual([])
  expect(complaints).toEqual([])
  await close()
})

test.each([true, false])('an organiser (script: %s) adds, edits, moves and stops asking', async (script) => {
  const community = script ? 'edits' : 'edits-plain'
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { communityId } = await makeEvent(ctx, { community })
  const signed = await openPage({ phone: true })
  await signIn(site, signed.page)
  const storageState = await signed.page.context().storageState()
  await signed.close()
  const { page, complaints, close } = await openPage({ phone: true, javaScriptEnabled: script, storageState })
  await page.goto(`${site.url}/console/${community}/nanning/registration/questions`)
  await page.getByRole('link', { name: '添加问题' }).click()
  // Only what belongs to the chosen kind is shown, once the script is there.
  if (script) await page.getByLabel('选项').waitFor({ state: 'detached' })
  await page.getByLabel('问题 · 中文').fill('衣服尺码')
  await page.getByLabel('类型').selectOption('choice')
  await page.getByLabel('选项').fill('s | 小\nl | 大 | Large')
  await page.getByLabel('活动后保存几天').fill('400')
  await page.getByLabel('为什么问 · 中文').fill('印衣服')
  await page.getByRole('button', { name: '添加问题' }).click()
  await page.locator('.wrong').waitFor()
  expect(await page.locator('.wrong').allInnerTexts()).toEqual(['比活动的保存期（180 天）更长，请写明理由。'])
  await page.getByLabel('活动后保存几天').fill('14')
  await page.getByRole('button', { name: '添加问题' }).click()
  await page.getByText('问题已添加。').waitFor()
  await page.getByRole('link', { name: '添加问题' }).click()
  await page.getByLabel('问题 · 中文').fill('要不要很大')
  await page.getByLabel('为什么问 · 中文').fill('印衣服')
  await page.getByText('条件、票种、更久的保存').click()
  await page.getByLabel('衣服尺码 · 大').check()
  await page.getByRole('button', { name: '添加问题' }).click()
  await page.getByText('问题已添加。').waitFor()
  expect(await page.locator('article h2').allInnerTexts()).toEqual(['衣服尺码', '要不要很大'])
  expect(await page.locator('article').nth(1).innerText()).toContain('仅在「衣服尺码」选了 大 时填写')
  await page.getByRole('button', { name: '上移 要不要很大' }).click()
  await page.getByText('顺序已调整。').waitFor()
  expect(await page.locator('article h2').allInnerTexts()).toEqual(['要不要很大', '衣服尺码'])
  await page.getByRole('button', { name: '不再问 衣服尺码' }).click()
  await page.getByText('「要不要很大」要看这个问题的回答才出现').waitFor()
  await page.getByRole('link', { name: '修改 衣服尺码' }).click()
  await page.getByLabel('选项').fill('s | 小\nl | 大 | Large\nxl | 特大')
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await page.getByText('已保存。').waitFor()
  await page.getByRole('button', { name: '不再问 要不要很大' }).click()
  await page.getByText('这个问题去掉了。').waitFor()
  const rows = await site.app.db
    .selectFrom('question')
    .select(['kind', 'label', 'options', 'keepDays'])
    .where('communityId', '=', communityId)
    .execute()
  expect(rows).toEqual([
    {
      kind: 'choice',
      label: { zh: '衣服尺码' },
      options: [
        { key: 's', label: { zh: '小' } },
        { key: 'l', label: { zh: '大', en: 'Large' } },
        { key: 'xl', label: { zh: '特大' } },
      ],
      keepDays: 14,
    },
  ])
  // What was refused on purpose is all that the browser told of.
  if (script) expect(complaints.map((one) => /status of (\d+)/.exec(one)?.[1] ?? one)).toEqual(['422', '409'])
  await close()
})
