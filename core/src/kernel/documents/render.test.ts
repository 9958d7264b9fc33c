import { afterAll, describe, expect, test } from 'vitest'
import { changsha, manyBadges, nanning } from './examples.testing.ts'
import type { DataOf, OgData, ProgrammeData, Template } from './model.ts'
import { pdfPages } from './pdf.testing.ts'
import { stopDocuments } from './queue.ts'
import { readDocument, renderPdf, renderPng, renderSvg, type RenderOptions } from './render.ts'
import { renderNow } from './typst.ts'

afterAll(stopDocuments)

/** The printed text by page, blanks and joiners taken out: where lines break is the layout's affair. */
const compact = (text: string): string => text.replace(/[\s\u200b\u2060\u00ad]/g, '')
function pages<T extends Template>(template: T, data: DataOf<T>, options: RenderOptions = {}): string[] {
  return pdfPages(renderNow({ ...readDocument(template, data, options), format: 'pdf', width: 0 })).map(compact)
}
const { items: talks, seats: _, price: __, ...event } = nanning
const programme: ProgrammeData = { ...event, days: [{ items: talks }] }
const { partners: ___, url: ____, link: _____, ...og } = event
const badges = { title: nanning.title, when: nanning.when }

function size(png: Uint8Array): [width: number, height: number] {
  const view = new DataView(png.buffer, png.byteOffset)
  return [view.getUint32(16), view.getUint32(20)]
}

describe('poster', () => {
  test('says what, when, where, with whom, and how to come', () => {
    const [text = '', ...more] = pages('poster', nanning)
    expect(more).toEqual([])
    for (const part of [
      nanning.title,
      nanning.otherTitle,
      '2019年10月26日（周六）13:30 – 18:30',
      nanning.place,
      '一起办成这件事的人',
      'GDG 南宁',
      '扫码报名',
      '免费 · 上限 50 席',
      nanning.link,
    ]) {
      expect(text).toContain(compact(part))
    }
    for (const talk of talks.filter((item) => !item.quiet)) expect(text).toContain(compact(talk.title))
  })
  test('has halves of a day where no times are known, and all partners', () => {
    const [text = ''] = pages('poster', { ...changsha, page: 'a3' })
    for (const part of [
      '上午',
      '下午',
      '百师通教育长沙分公司',
      '长沙冉星科技',
      ...changsha.items.flatMap((item) => [item.title, item.who]),
    ])
      expect(text).toContain(compact(part))
  })
  test('counts what has no room and stays one page', () => {
    const many = Array.from({ length: 40 }, (_unused, i) => ({ time: '09:00', title: `${'很长的题目'.repeat(12)}${i}`, who: '某某某' }))
    const [text = '', ...more] = pages('poster', { ...nanning, title: '大会'.repeat(60), items: many, partners: [] })
    expect(more).toEqual([])
    expect(text).toMatch(/还有\d+项，见活动页/)
  })
  test('needs nothing but a title and an address', () => {
    expect(pages('poster', { title: '读书会', url: 'https://a.example/x' })).toEqual(['读书会日期待定扫码报名'])
    expect(pages('poster', { locale: 'en', title: 'Reading', url: 'https://a.example/x' })).toEqual([
      'ReadingDatetobedecidedScantoregister',
    ])
  })
})

describe('badge', () => {
  test('400 badges are 400 pages, each with its own name', () => {
    const people = manyBadges(400)
    const printed = pages('badge', { ...badges, badges: people })
    expect(printed).toHaveLength(400)
    people.forEach(({ name, code }, i) => {
      expect(printed[i]).toContain(compact(name))
      expect(printed[i]).toContain(code)
    })
  })
  test('a sheet takes four', () => {
    expect(pages('badge', { ...badges, layout: 'sheet', badges: manyBadges(9) })).toHaveLength(3)
  })
  test('the longest name is whole', () => {
    const name = 'Wolfeschlegelsteinhausenbergerdorff 阿卜杜热西提·麦麦提图尔荪·吐尔逊江'
    expect(pages('badge', { ...badges, badges: [{ name, role: 'speaker' }] })[0]).toContain(compact(name))
  })
})

test.each(['W', '赢', 'a word '])('no length of text (%s) makes a second page or an error', (letter) => {
  const long = (most: number): string => letter.repeat(most).slice(0, most).trim()
  const head = { title: long(200), otherTitle: long(200), place: long(200), community: long(120), edition: long(120) }
  const item = { time: '上午 9:30 – 11:00', title: long(300), who: long(300) }
  const partners = Array.from({ length: 30 }, () => ({ gave: long(60), names: [long(120), long(120)] }))
  const person = { name: long(120), otherName: long(120), organisation: long(200), roleLabel: long(40), code: long(40), qr: long(300) }
  expect(
    pages('poster', {
      ...head,
      items: [item, item],
      partners,
      lead: long(600),
      url: nanning.url,
      link: long(120),
      seats: long(60),
      price: long(60),
    }),
  ).toHaveLength(1)
  expect(pages('og', { ...head, kicker: long(60), who: long(200), note: long(80) })).toHaveLength(1)
  expect(pages('ticket', { ...head, name: long(120), ticket: long(80), qr: long(300), code: long(40), hint: long(200) })).toHaveLength(1)
  expect(pages('badge', { ...head, badges: [person, person] })).toHaveLength(2)
  expect(
    pages('programme', {
      ...head,
      lead: long(1000),
      link: long(120),
      days: [{ heading: long(120), items: [{ ...item, abstract: long(1000), room: long(80) }] }],
      partners,
    }),
  ).not.toHaveLength(0)
})

describe('programme', () => {
  test('has every entry in order', () => {
    const [text = '', ...more] = pages('programme', programme)
    expect(more).toEqual([])
    const places = talks.map((item) => text.indexOf(compact(item.title)))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })
  test('an entry at the same time does not repeat it, rooms and languages are named', () => {
    const item = { time: '10:00', end: '11:00', title: '一', room: '主会场', language: 'EN' }
    const [text = ''] = pages('programme', {
      title: '会',
      days: [{ heading: '10 月 26 日', items: [item, { ...item, title: '二', room: '二楼' }] }],
    })
    expect(text.split('10:00–11:00')).toHaveLength(2)
    for (const part of ['10月26日', '主会场', '二楼', 'EN']) expect(text).toContain(part)
  })
})

describe('what people wrote is text and nothing else', () => {
  test.each([
    '#import "/etc/passwd": *',
    '#read("lib.typ")',
    '*bold* _it_ $x^2$ @ref <label>',
    '</text><script>alert(1)</script>',
    '{n} \\ // /* ~ \\u{41}',
    '"]); #panic()',
  ])('%s', (text) => {
    expect(pages('badge', { ...badges, badges: [{ name: text, organisation: text }] })[0]?.split(compact(text))).toHaveLength(3)
    expect(
      pages('poster', {
        ...nanning,
        title: text,
        items: [{ title: text, who: text }],
        partners: [{ gave: text, names: [text] }],
      })[0]?.split(compact(text)),
    ).toHaveLength(6)
  })
})

describe('characters that no font has', () => {
  test('are named and nothing is printed', async () => {
    const people = [{ name: '张𠮷' }, { name: '小🎉明', organisation: 'a\u202eb' }]
    await expect(renderPdf('badge', { ...badges, badges: people })).rejects.toMatchObject({
      code: 'document.missing_glyphs',
      params: { characters: '𠮷 (U+20BB7)、🎉 (U+1F389)、U+202E' },
    })
  })
  test('are replaced when asked for, and never print a box', () => {
    expect(pages('badge', { ...badges, badges: [{ name: '张𠮷🎉' }] }, { missing: 'replace' })[0]).toContain('张〓')
    expect(readDocument('og', { ...og, title: '🎉开场𠮷' }).data.title).toBe('开场〓')
  })
})

describe('by the worker', () => {
  test('pictures have the size asked for', async () => {
    const link: OgData = { ...og, note: '还剩 7 席' }
    const [picture, small, poster] = await Promise.all([
      renderPng('og', link),
      renderPng('og', link, { width: 600 }),
      renderPng('poster', changsha),
    ])
    expect(size(picture)).toEqual([1200, 630])
    expect(size(small)).toEqual([600, 315])
    expect(size(poster)).toEqual([1080, 1440])
  })
  test('SVG is text, a ticket is one page', async () => {
    expect(await renderSvg('og', og)).toMatch(/^<svg [\s\S]*<\/svg>\s*$/)
    const ticket = await renderPdf('ticket', { ...og, name: '欧阳铁柱', qr: 'https://kaichang.example/t/x', code: 'K7Q4-M2XP' })
    expect(pdfPages(ticket).map(compact)).toEqual([expect.stringContaining('K7Q4-M2XP')])
  })
  test('starts again after it was stopped; what waited is refused', async () => {
    const lost = expect(Promise.all([renderPng('og', og), renderPng('og', og)])).rejects.toThrow('stopped')
    await stopDocuments()
    await lost
    expect(size(await renderPng('og', og))).toEqual([1200, 630])
  })
  test('a wrong input is refused field by field', async () => {
    await expect(renderPdf('poster', { ...nanning, accent: 'red' })).rejects.toMatchObject({
      code: 'input.invalid',
      issues: [{ path: 'accent', code: 'field.invalid' }],
    })
  })
})
