import { expect } from 'vitest'
import { silentMp3 } from '@kaichang/core/archive/silence.ts'
import { CONSOLE, clockAt, EVENT, go, send, type Life } from './life.ts'
import { programme, recordings } from './nanning.ts'

/** A folder of recordings is dropped in; what is odd about it is said; published, they play on the talks' pages. */
export async function archive(life: Life): Promise<void> {
  clockAt(life, 27, '21:00:00')
  const page = await go(life, life.organiser, `${CONSOLE}/archive`)
  const files = recordings.map((name) => ({ name, mimeType: 'audio/mpeg', buffer: Buffer.from(silentMp3(40, name)) }))
  await page.locator('input[type=file][accept]').setInputFiles(files)
  await page.getByText(`传完了：收下 ${files.length} 个，没收下 0 个。`).waitFor()
  await go(life, life.organiser, `${CONSOLE}/archive`)
  const report = await page.locator('main').innerText()
  expect(report).toContain('序号 02、05 没有文件。')
  expect(report).toContain('「openning」像是拼错了，应为「opening」')
  for (const name of ['191026-10-ltalk-1-.MP3', '191026-11-ltalk-2-.MP3'])
    expect(report).toMatch(new RegExp(`${name.replaceAll('.', '\\.')} [^\\n]*文件名里没有时间`))
  await send(page, 'publish-all')
  await page.getByText(`公开了 ${files.length} 段。`).waitFor()
  for (const { slug, title } of programme.filter(({ kind }) => kind === 'talk' || kind === 'lightning')) {
    const talk = await go(life, life.laptop, `${EVENT}/talks/${slug}`)
    const source = await talk.locator('audio').getAttribute('src')
    const part = await fetch(new URL(source ?? '', life.site.url), { headers: { range: 'bytes=100-199' } })
    expect([title, part.status, part.headers.get('content-range')?.split('/')[0], (await part.arrayBuffer()).byteLength]).toEqual([
      title,
      206,
      'bytes 100-199',
      100,
    ])
  }
}

/** The recap is drafted from the journal, made one's own, published: page, feed, copy for WeChat. */
export async function recap(life: Life): Promise<void> {
  clockAt(life, 29, '21:40:00')
  const page = await go(life, life.organiser, `${CONSOLE}/story`)
  await send(page, 'draft')
  const draft = await page.locator('textarea[name=body]').first().inputValue()
  for (const said of ['6 分 42 秒', '15:59', '大妈 (Zoom.Quiet)', '报名 **2** 人', '到场 **2** 人', '场地赞助商'])
    expect(draft).toContain(said)
  const order = programme.map(({ title }) => draft.indexOf(title))
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(draft).not.toMatch(/林小雨|Ada Liu|13800138642/)
  await send(page, 'article', { title: 'PyCon China 2019 南宁场纪实', body: `${draft}\n\n## 一句话\n\n下个月再聚。\n` })
  await page.getByText('已保存。').waitFor()
  await send(page, 'publish')
  await page.getByText('发布了。').waitFor()
  const shown = await go(life, life.phone, `${EVENT}/recap`)
  await shown.getByText('下个月再聚。').waitFor()
  expect(await shown.locator('audio').count()).toBe(recordings.length)
  const feed = await (await fetch(`${life.site.url}${EVENT}/feed.xml`)).text()
  expect(feed).toContain('PyCon China 2019 南宁场纪实')
  await go(life, life.organiser, `${CONSOLE}/story/wechat?in=zh`)
  expect(await page.locator('main').innerText()).toContain('没有发现编辑器会去掉的东西。')
}

/** What was learned becomes another city's event, and nobody's name comes along. */
export async function handOver(life: Life): Promise<void> {
  clockAt(life, 29, '21:50:00')
  const page = await go(life, life.organiser, `${CONSOLE}/handover`)
  await send(page, 'copy', { 'name.zh': '桂林场', 'city.zh': '桂林', startsAt: '2020-05-16T13:30', slug: 'guilin' }, '生成新活动')
  await page.waitForURL(/\/console\/pychina\/guilin/)
  const names = [
    ...new Set(programme.flatMap(({ speaker }) => (speaker ? [speaker] : []))),
    '林小雨',
    'Ada Liu',
    '门口小李',
    '场地赞助商',
    '13800138642',
    'ada@example.org',
  ]
  // Introductions belong to the community, which stays the same here.
  for (const room of [
    '',
    '/plan',
    '/plan/budget',
    '/plan/proposals',
    '/team',
    '/partners',
    '/programme',
    '/registration',
    '/journal',
    '/handover',
    '/settings',
  ]) {
    await go(life, life.organiser, `/console/pychina/guilin${room}`)
    const text = await page.locator('main').innerText()
    const values = await page
      .locator('main')
      .locator('input, textarea')
      .evaluateAll((fields) => fields.map((field) => ('value' in field ? String(field.value) : '')).join(' '))
    for (const name of names) expect([room, name, `${text} ${values}`.includes(name)]).toEqual([room, name, false])
  }
  await go(life, life.organiser, '/console/pychina/guilin/programme')
  await page.getByText('茶歇').first().waitFor()
  await go(life, life.organiser, '/console/pychina/guilin/partners')
  await page.getByText('待找').first().waitFor()
}
