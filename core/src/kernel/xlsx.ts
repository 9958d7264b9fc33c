import { PassThrough, pipeline, Readable } from 'node:stream'
import { ZipFile } from 'yazl'

/** A number is a number; everything else is text, whatever it looks like. */
export type Cell = string | number | null

/** One table of a workbook: the first row is its head. */
export interface Sheet {
  name: string
  rows: Iterable<readonly Cell[]>
}

/** What XML cannot hold, and what turns or hides text. Line feeds stay. */
const UNFIT = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/g
/** Excel reads `_x0041_` as the letter A. */
const CODED = /_(?=x[0-9a-fA-F]{4}_)/g
/** A cell holds no more. */
const LONGEST = 32_767
const ROWS_AT_ONCE = 500

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/**
 * A workbook (Office Open XML, ECMA-376) as a stream of bytes, a few hundred rows at a time, so that a long list takes
 * neither the memory nor the attention of the server. Text is written as text cells in the format Text, which no spreadsheet
 * reckons or rounds: `=1+1` stays four characters and a phone number keeps its digits. `at` is the files' time in the archive.
 */
export function xlsxStream(sheets: readonly Sheet[], at: Date): Readable {
  const zip = new ZipFile()
  const out = new PassThrough()
  // Whoever goes away in the middle ends the work.
  pipeline(zip.outputStream, out, () => undefined)
  zip.on('error', (error: Error) => out.destroy(error))
  const add = (path: string, parts: Iterable<string>): void => {
    const source = Readable.from(bytesOf(parts), { objectMode: false })
    source.on('error', (error) => out.destroy(error))
    zip.addReadStream(source, path, { mtime: at })
  }
  const names = sheetNames(sheets)
  const each = (of: (n: number, name: string) => string): string => names.map((name, n) => of(n + 1, name)).join('')
  add('[Content_Types].xml', [
    `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${each((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPE}.worksheet+xml"/>`)}</Types>`,
  ])
  add('_rels/.rels', [
    `${HEAD}<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ])
  add('xl/workbook.xml', [
    `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}/relationships"><sheets>${each((n, name) => `<sheet name="${escapeXml(name)}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`,
  ])
  add('xl/_rels/workbook.xml.rels', [
    `${HEAD}<Relationships xmlns="${RELATIONS}">${each((n) => `<Relationship Id="rId${n}" Type="${OFFICE}/relationships/worksheet" Target="worksheets/sheet${n}.xml"/>`)}<Relationship Id="rId0" Type="${OFFICE}/relationships/styles" Target="styles.xml"/></Relationships>`,
  ])
  add('xl/styles.xml', [STYLES])
  for (const [n, sheet] of sheets.entries()) add(`xl/worksheets/sheet${n + 1}.xml`, sheetParts(sheet))
  zip.end()
  return out
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006'
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships'
// 0: numbers; 1: text, also when somebody edits the cell; 2: the head.
const STYLES = `${HEAD}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Microsoft YaHei"/></font><font><b/><sz val="11"/><name val="Microsoft YaHei"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

/** Excel takes 31 characters, some of them not, and no name twice. */
function sheetNames(sheets: readonly Sheet[]): string[] {
  const used = new Set<string>()
  return sheets.map(({ name }, n) => {
    const clean = name
      .toWellFormed()
      .replace(UNFIT, '')
      .replace(/[[\]:*?/\\']/g, ' ')
      .trim()
    const short = [...clean].slice(0, 27).join('') || `Sheet${n + 1}`
    const own = used.has(short.toLowerCase()) ? `${short} ${n + 1}` : short
    used.add(own.toLowerCase())
    return own
  })
}

function* sheetParts({ rows }: Sheet): Generator<string> {
  yield `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="18"/><cols><col min="1" max="100" width="16" customWidth="1"/></cols><sheetData>`
  let text = ''
  let n = 0
  for (const row of rows) {
    n += 1
    text += `<row r="${n}">${row.map((cell, column) => cellXml(cell, `${columnName(column)}${n}`, n === 1)).join('')}</row>`
    if (n % ROWS_AT_ONCE !== 0) continue
    yield text
    text = ''
  }
  yield `${text}</sheetData></worksheet>`
}

function cellXml(cell: Cell, at: string, head: boolean): string {
  if (cell === null || cell === '') return ''
  if (typeof cell === 'number') return Number.isFinite(cell) ? `<c r="${at}"><v>${cell}</v></c>` : ''
  const text = cell.toWellFormed().replaceAll('\r\n', '\n').replace(UNFIT, '').replace(CODED, '_x005F_').slice(0, LONGEST).toWellFormed()
  return `<c r="${at}" s="${head ? 2 : 1}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(text)}</t></is></c>`
}

/** 0 → A, 25 → Z, 26 → AA. */
function columnName(column: number): string {
  const rest = column % 26
  const letter = String.fromCharCode(65 + rest)
  return column < 26 ? letter : columnName((column - rest) / 26 - 1) + letter
}

/** Gives way after each part, so that others are served while a long sheet is made. */
async function* bytesOf(parts: Iterable<string>): AsyncGenerator<Buffer> {
  for (const part of parts) {
    yield Buffer.from(part)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
