import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromBufferPromise } from 'yauzl'
import { csvCell, csvFile } from '#core/kernel/csv.ts'
import { xlsxStream } from '#core/kernel/xlsx.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { openListEvent } from '../../../tests/setup/lists.ts'
import { registerAttendee } from './actions.ts'
import { exportRegistrations } from './export.actions.ts'
import { exportLeftOut, openImport, setMapping, startImport } from './import/actions.ts'
import { cleanCell } from './import/read-csv.ts'
import { readTable } from './import/read-table.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

/** What a spreadsheet would reckon, fetch or hide, as somebody might give it for a name. */
const NAMES = [
  '=HYPERLINK("http://evil.example","点我")',
  "=cmd|' /C calc'!A0",
  '=1+1,"x"',
  '+1',
  '-1',
  '@x',
  '\t=1+2',
  '\r=1+3',
  ' =1+4',
  '＝1',
  '＋1',
  '－1',
  '＠x',
  "'=1",
  "'90s",
]

test('case 28: formulas in names leave by CSV and XLSX as text, and come back by the import as they were', async () => {
  const from = await openListEvent(app)
  for (const [n, name] of NAMES.entries())
    await registerAttendee(app.ctx, ...from.here, { name, phone: `1380013${8000 + n}`, consents: { registration: true } })
  const byPhone = (rows: readonly { name: string; phone: string }[]): string[] =>
    rows.toSorted((a, b) => (a.phone < b.phone ? -1 : 1)).map(({ name }) => name)
  const names = byPhone(await from.people())
  // A line of text has no tab or line end; all else stands as it was given.
  expect(names).toEqual(NAMES.map((name) => name.trim()))

  const { name, rows } = await exportRegistrations(app.ctx, ...from.here, { purpose: 'event' })
  const csv = csvFile(rows)
  const cells = csv
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.slice(line.indexOf(',') + 1))
  expect(cells).toHaveLength(NAMES.length)
  for (const cell of cells) expect(cell).toMatch(/^"?'/)
  const xlsx = await buffer(xlsxStream([{ name, rows }], app.clock.now()))
  const table = await readTable(new Uint8Array(xlsx))
  expect(table.rows.map((row) => row.cells[1])).toEqual(rows.slice(1).map((row) => cleanCell(String(row[1]))))

  for (const [file, bytes, expected] of [
    ['名单.csv', new TextEncoder().encode(csv), names],
    // A workbook marks text by itself: an apostrophe in it is how other software marks numbers.
    ['名单.xlsx', new Uint8Array(xlsx), names.map(cleanCell)],
  ] as const) {
    const to = await openListEvent(app)
    const id = await startImport(app.ctx, ...to.here, { name: file, bytes }, { source: '活动行', basis: 'ours' })
    const columns = (await openImport(app.ctx, ...to.here, id)).columns.map(({ target }) => target)
    expect(columns.slice(1, 3)).toEqual(['name', 'phone'])
    await setMapping(app.ctx, ...to.here, id, columns)
    await to.run(id)
    expect(byPhone(await to.people())).toEqual(expected)
    expect((await exportLeftOut(app.ctx, ...to.here, id, 'zh')).split('\r\n').length).toBe(2)
  }
})

test('case 28: no formula stands in the workbook, whatever a cell holds', async () => {
  const rows = [['名'], ...NAMES.map((name) => [name])]
  const bytes = await buffer(xlsxStream([{ name: '=1', rows }], app.clock.now()))
  const zip = await fromBufferPromise(bytes)
  let parts = ''
  for await (const entry of zip.eachEntry())
    if (entry.fileName.startsWith('xl/worksheets/')) parts += (await buffer(await zip.openReadStreamPromise(entry))).toString()
  expect(parts).not.toContain('<f')
  expect(parts.match(/<c [^>]*t="inlineStr"/g)).toHaveLength(rows.length)
})

test('case 28: for any text, a cell is never a formula and reads as it was', () => {
  const start = fc.constantFrom('', '=', '+', '-', '@', '＝', '＋', '－', '＠', "'", '’', '\t', '\r', '\n', ' ', '7')
  fc.assert(
    fc.property(fc.array(start, { maxLength: 4 }), fc.string(), (first, rest) => {
      const text = [...first, rest].join('')
      const raw = csvCell(text)
      const cell = raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw
      expect(cell).not.toMatch(/^[\s\u0000-\u001f]*[=+\-@＝＋－＠]/)
      // Blanks around a cell count for nothing.
      expect(cleanCell(cell)).toBe(text.replaceAll('\u0000', '').trim())
    }),
    { numRuns: 2_000, examples: [[[' ', "'", '\r'], '']] },
  )
})
