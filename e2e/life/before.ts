import { expect } from 'vitest'
import { CONSOLE, clockAt, EVENT, go, send, useFirstLink, type Life } from './life.ts'
import { programme } from './nanning.ts'

/** From the printed link to a community and, by six questions, an event with a plan. */
export async function begin(life: Life): Promise<void> {
  await useFirstLink(life)
  const { page } = life.organiser
  await page.getByRole('link', { name: '办一场活动' }).click()
  await page.waitForURL('**/console/new')
  await send(page, 'found', { 'name.zh': 'PyChina 社区', slug: 'pychina', contact: 'hello@pychina.example' })
  await page.waitForURL('**/console/pychina/new')
  await send(page, 'six', {
    what: 'PyCon China 2019 南宁场',
    why: '省会的 IT 体量足够了，缺的是一个大家聚起来的理由。',
    forWhom: '写 Python 或想写 Python 的人',
    howMany: 50,
    startsAt: '2019-10-26T13:30',
    endsAt: '2019-10-26T18:30',
    city: '南宁',
    where: '赞助商提供的会议室',
    slug: 'nanning',
  })
  expect(new URL(page.url()).pathname).toBe(`${CONSOLE}/plan`)
  await page.getByText(/\d+ 件倒排的事/).waitFor()
}

/** The proposal's first sentence is there; it is what is held. Then a task is done, undone and done. */
export async function plan(life: Life): Promise<void> {
  const page = await go(life, life.organiser, `${CONSOLE}/plan/proposals`)
  await page.getByText('省会的 IT 体量足够了').first().waitFor()
  await go(life, life.organiser, `${CONSOLE}/plan`)
  const task = page.locator('.task').first()
  await task.locator('button.tick').click()
  await page.getByText('已办好。').waitFor()
  expect(await page.locator('.task .tick[aria-pressed=true]').count()).toBe(1)
  await page.getByRole('button', { name: '撤销' }).click()
  await page.waitForURL(/done=/)
  expect(await page.locator('.task .tick[aria-pressed=true]').count()).toBe(0)
  await task.locator('button.tick').click()
  await page.getByText('已办好。').waitFor()
}

/** Two who help, each with a link of their own; a partner; who led to whom. */
export async function people(life: Life): Promise<void> {
  const { page } = life.organiser
  for (const [name, duty] of [
    ['门口小李', 'door'],
    ['river', 'emcee'],
  ] as const) {
    await go(life, life.organiser, `${CONSOLE}/team`)
    await send(page, 'add', { name, duty })
    const link = page.getByRole('textbox', { name: `个人链接 ${name}` })
    life.links.set(name, await link.inputValue())
  }
  await go(life, life.organiser, `${CONSOLE}/partners`)
  await page.locator('form[id="pledge"] [name="kinds[]"][value="venue"]').check()
  await send(page, 'pledge', { name: '场地赞助商', 'what.zh': '会议室和很好的音响投影', state: 'received' }, '保存')
  await page.getByText('已记下。').waitFor()
  await go(life, life.organiser, `${CONSOLE}/partners/introductions`)
  await send(page, 'introduction', {
    'from.name': '大妈 (Zoom.Quiet)',
    'to.name': '黄盈樟',
    'through.zh': '101camp',
    'ledTo.zh': 'MicroPython 的演讲',
  })
  await page.getByText('大妈 (Zoom.Quiet)').first().waitFor()
}

/** Every item of the afternoon with its number, then the first release and the public page. */
export async function programmeAndPage(life: Life): Promise<void> {
  const page = await go(life, life.organiser, `${CONSOLE}/programme`)
  for (const { no, slug, kind, title, starts, minutes, speaker, affiliation } of programme) {
    await send(
      page,
      'add',
      {
        'title.zh': title,
        kind,
        startsAt: starts,
        minutes,
        no,
        slug,
        ...(speaker ? { 'speakers.0.name': speaker } : {}),
        ...(affiliation ? { 'speakers.0.affiliation.zh': affiliation } : {}),
      },
      '添加一项',
    )
    await page.getByText('已添加').waitFor()
  }
  await page.getByRole('button', { name: '发布第一版' }).click()
  await page.getByText('已发布').first().waitFor()
  await go(life, life.organiser, `${CONSOLE}/settings`)
  await send(page, 'state-published')
  const seen = await go(life, life.laptop, `${EVENT}/schedule`)
  for (const { title } of programme) expect(await seen.getByText(title).count(), title).toBeGreaterThan(0)
}

/** Registration opens, with a channel that has a link of its own. */
export async function openDoors(life: Life): Promise<void> {
  clockAt(life, 2, '21:00:00')
  const page = await go(life, life.organiser, `${CONSOLE}/registration`)
  await send(page, 'open')
  await page.getByText('报名开放了。').waitFor()
  await send(page, 'channel', { name: 'PyChina 公众号', slug: 'account' })
  await page.getByText('渠道已添加').waitFor()
  life.links.set('channel', await page.getByRole('textbox', { name: /PyChina 公众号/ }).inputValue())
}
