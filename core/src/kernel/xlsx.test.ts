import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { fromBufferPromise } from 'yauzl'
import { xlsxStream, type Cell } from './xlsx.ts'

const at = new Date('2026-11-20T04:00:00Z')

/** The parts of a workbook by their names. */
async function partsOf(rows: readonly (readonly Cell[])[], name = '名单'): Promise<Map<string, string>> {
  const bytes = await buffer(xlsxStream([{ name, rows }], at))
  const zip = await fromBufferPromise(bytes)
  const parts = new Map<string, string>()
  for await (const entry of zip.eachEntry()) parts.set(entry.fileName, (await buffer(await zip.openReadStreamPromise(entry))).toString())
  return parts
}
const sheetOf = async (rows: readonly (readonly Cell[])[]): Promise<string> => (await partsOf(rows)).get('xl/worksheets/sheet1.xml') ?? ''

test('a workbook has its parts, named sheets, and text as text', async () => {
  const parts = await partsOf([
    ['姓名', '人数'],
    ['张三', 3],
  ])
  expect([...parts.keys()]).toEqual([
    '[Content_Types].xml',
    '_rels/.rels',
    'xl/workbook.xml',
    'xl/_rels/workbook.xml.rels',
    'xl/styles.xml',
    'xl/worksheets/sheet1.xml',
  ])
  expect(parts.get('xl/workbook.xml')).toContain('<sheet name="名单" sheetId="1" r:id="rId1"/>')
  expect(parts.get('xl/worksheets/sheet1.xml')).toContain(
    '<row r="2"><c r="A2" s="1" t="inlineStr"><is><t xml:space="preserve">张三</t></is></c><c r="B2"><v>3</v></c></row>',
  )
})

test.each(['=HYPERLINK("http://evil","x")', '+1+1', '-1', '@SUM(A1)', '＝1+1', '\t=1+1', ' =cmd|"/C calc"!A0'])(
  'nothing is a formula: %j',
  async (typed) => {
    const xml = await sheetOf([['h'], [typed]])
    expect(xml).not.toMatch(/<f[ >]/)
    expect(xml.match(/<c [^>]*>/g)).toEqual(['<c r="A1" s="2" t="inlineStr">', '<c r="A2" s="1" t="inlineStr">'])
  },
)

test('phone numbers keep their digits, control characters and half letters go, markup and codes are only text', async () => {
  const xml = await sheetOf([['13800138000', 'a\u0000b\u0007\u001b[31m', '\ud83d', '<b>&"', '_x0041_', 'x\u202egnp.exe', '两\r\n行', '🐼']])
  const cells = [...xml.matchAll(/<t xml:space="preserve">([^<]*)<\/t>/g)].map((found) => found[1])
  expect(cells).toEqual(['13800138000', 'ab[31m', '\ufffd', '&lt;b&gt;&amp;&quot;', '_x005F_x0041_', 'xgnp.exe', '两\n行', '🐼'])
})

test('a cell takes what a cell holds, a sheet its name, far columns theirs', async () => {
  const xml = await sheetOf([Array.from({ length: 30 }, (_, n) => (n === 0 ? '长'.repeat(40_000) : n))])
  expect(/preserve">(长+)</.exec(xml)?.[1]?.length).toBe(32_767)
  expect(xml).toContain('<c r="AD1"><v>29</v></c>')
  expect((await partsOf([], "a/b:c*[d]?'一个特别特别长的工作表名字一个特别特别长的工作表名字")).get('xl/workbook.xml')).toContain(
    '<sheet name="a b c  d   一个特别特别长的工作表名字一个特" ',
  )
  expect(await sheetOf([[Number.NaN, Number.POSITIVE_INFINITY, null]])).toContain('<row r="1"></row>')
})

test('twenty thousand rows are written a little at a time', async () => {
  const rows = function* (): Generator<Cell[]> {
    for (let n = 0; n < 20_000; n += 1)
      yield Array.from({ length: 12 }, (_, column) => (column === 2 ? `1380013${n}` : `值 ${n} ${column}`))
  }
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let most = 0
  let bytes = 0
  for await (const chunk of xlsxStream([{ name: '名单', rows: rows() }], at)) {
    bytes += (chunk as Buffer).length
    most = Math.max(most, process.memoryUsage().rss)
  }
  expect(bytes).toBeGreaterThan(500_000)
  expect((most - before) / 2 ** 20).toBeLessThan(120)
})

test('a row that cannot be made ends the stream with its error', async () => {
  const rows = function* (): Generator<Cell[]> {
    yield ['h']
    throw new Error('the database went away')
  }
  await expect(buffer(xlsxStream([{ name: 'x', rows: rows() }], at))).rejects.toThrow('the database went away')
})
