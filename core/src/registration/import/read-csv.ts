import { CsvError, parse } from 'csv-parse/sync'
import { withoutMark } from '#core/kernel/csv.ts'
import { fail } from '#core/kernel/errors.ts'
import type { SourceRow } from './model.ts'

/** The text of a file: by its mark, else UTF-8 when it is valid, else GB18030, which Chinese Excel writes. */
export function decodeText(bytes: Uint8Array): { text: string; encoding: string } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16' }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: new TextDecoder('utf-16be').decode(bytes), encoding: 'utf-16' }
  if (bytes.subarray(0, 4096).includes(0)) throw fail('registration.list_format')
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' }
  } catch {
    try {
      return { text: new TextDecoder('gb18030', { fatal: true }).decode(bytes), encoding: 'gb18030' }
    } catch {
      throw fail('registration.list_format')
    }
  }
}

const DELIMITERS = [',', '\t', ';', '，', '|'] as const

/** What parts the cells: the sign that most of the first lines hold most often, outside of quotes. */
export function findDelimiter(text: string): string {
  const lines = text
    .slice(0, 64_000)
    .replace(/"(?:[^"]|"")*"/g, '""')
    .split(/\r\n?|\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, 40)
  const scores = DELIMITERS.map((sign) => {
    const counts = lines.map((line) => line.split(sign).length - 1).filter((count) => count > 0)
    return { sign, score: counts.length * 1000 + Math.min(...counts, 999) }
  })
  return scores.reduce((best, one) => (one.score > best.score ? one : best)).sign
}

/** Rows of a separated text, with the line of the file in which each begins; quoted cells may hold line breaks. */
export function readCsv(text: string): SourceRow[] {
  const plain = text.replace(/^\ufeff/, '')
  // Excel's own note of the delimiter, which is no row.
  const noted = /^sep=(.)\r?\n/i.exec(plain)
  const body = noted ? plain.slice(noted[0].length) : plain
  const above = noted ? 1 : 0
  const rows: SourceRow[] = []
  let line = above + 1
  try {
    parse(body, {
      delimiter: noted?.[1] ?? findDelimiter(body),
      // Files that were put together by hand mix them.
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      max_record_size: 1_000_000,
      on_record: (record: string[], { lines }) => {
        rows.push({ line, cells: record.map(cleanCell) })
        line = above + lines + 1
        return null
      },
    })
    return rows
  } catch (error) {
    if (error instanceof CsvError) throw fail('registration.list_broken', { line })
    throw error
  }
}

/** A cell without the marks by which spreadsheets keep numbers as text, and without what a database cannot hold. */
export function cleanCell(cell: string): string {
  return withoutMark(cell.toWellFormed().replaceAll('\u0000', '').trimStart()).trim()
}
