import { fail } from '#core/kernel/errors.ts'
import { headingsIn } from './columns.rules.ts'
import { MAX_COLUMNS, MAX_FILE, MAX_ROWS, type SourceRow, type Table } from './model.ts'
import { decodeText, readCsv } from './read-csv.ts'
import { readSheets } from './read-xlsx.ts'

/** How far down the row of headings is looked for: above it stand titles, notices, merged cells. */
const HEADER_WITHIN = 30

/**
 * Reads an uploaded list: comma-, semicolon- or tab-separated text in UTF-8, UTF-16 or GB18030, or an XLSX workbook.
 * Errors: registration.list_too_large, .list_format, .list_old_excel, .list_broken, .list_bomb, .list_empty, .list_too_many.
 */
export async function readTable(bytes: Uint8Array): Promise<Table> {
  if (bytes.length > MAX_FILE) throw fail('registration.list_too_large', { limit: `${MAX_FILE / 1_000_000} MB` })
  const begins = (...magic: number[]): boolean => magic.every((byte, at) => bytes[at] === byte)
  if (begins(0x50, 0x4b, 0x03, 0x04)) {
    const sheets = await readSheets(bytes)
    const tables = sheets.map((rows) => cutHead(rows, { format: 'xlsx', encoding: 'xlsx' }))
    // The first sheet may be a cover: the first one with known headings counts, else the first with rows.
    const table = tables.find((one) => one && headingsIn(one.headings) >= 2) ?? tables.find((one) => one !== null)
    if (!table) throw fail('registration.list_empty')
    return table
  }
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) throw fail('registration.list_old_excel')
  const { text, encoding } = decodeText(bytes)
  if (/^\s*<(?:!doctype|html|table|\?xml)/i.test(text.slice(0, 200))) throw fail('registration.list_old_excel')
  const table = cutHead(readCsv(text), { format: 'csv', encoding })
  if (!table) throw fail('registration.list_empty')
  return table
}

/** Splits off what stands above the rows; null when there is no row. */
function cutHead(all: readonly SourceRow[], kind: Pick<Table, 'format' | 'encoding'>): Table | null {
  const filled = all.filter((row) => row.cells.some((cell) => cell !== ''))
  const early = filled.slice(0, HEADER_WITHIN)
  const several = (row: SourceRow): boolean => row.cells.filter((cell) => cell !== '').length >= 2
  // Without two known headings the first row with two filled cells is taken for it; a person maps its columns.
  const header = early.find((row) => headingsIn(row.cells) >= 2) ?? early.find(several) ?? early[0]
  if (!header) return null
  const rows = filled.slice(filled.indexOf(header) + 1).filter((row) => !repeats(header, row))
  if (rows.length === 0) return null
  if (rows.length > MAX_ROWS) throw fail('registration.list_too_many', { limit: MAX_ROWS })
  const width = Math.min(Math.max(header.cells.length, ...rows.slice(0, 200).map((row) => row.cells.length)), MAX_COLUMNS)
  const headings = Array.from({ length: width }, (_, at) => (header.cells[at] ?? '').replace(/\s+/g, ' ').trim() || `#${at + 1}`)
  return { ...kind, headerLine: header.line, headings, rows: rows.map(({ line, cells }) => ({ line, cells: cells.slice(0, width) })) }
}

/** True for the headings printed once more, as on every page of some exports. */
function repeats(header: SourceRow, row: SourceRow): boolean {
  return row.cells.length === header.cells.length && row.cells.every((cell, at) => cell === header.cells[at])
}
