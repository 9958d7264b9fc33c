import type { Readable } from 'node:stream'
import { SaxesParser } from 'saxes'
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl'
import { fail, KaichangError } from '#core/kernel/errors.ts'
import { MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED, type SourceRow } from './model.ts'
import { cleanCell } from './read-csv.ts'
import { isDateFormat, serialMoment } from './serial.ts'

/** The rows of every visible sheet, in the workbook's order. Nothing is written to disk, formulas and links are not followed. */
export async function readSheets(bytes: Uint8Array): Promise<SourceRow[][]> {
  let zip: ZipFile | undefined
  try {
    zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    const entries = new Map<string, Entry>()
    let unpacked = 0
    for await (const entry of zip.eachEntry()) {
      unpacked += entry.uncompressedSize
      // The sizes are what the file says of itself; reading an entry that is longer than it says fails.
      if (unpacked > MAX_UNPACKED || entries.size > 2000) throw fail('registration.list_bomb')
      entries.set(entry.fileName.replace(/^\//, ''), entry)
    }
    const open = async (name: string): Promise<Readable | null> => {
      const entry = entries.get(name)
      return entry && zip ? zip.openReadStreamPromise(entry) : null
    }
    return await readWorkbook(open)
  } catch (error) {
    if (error instanceof KaichangError) throw error
    throw fail('registration.list_format')
  } finally {
    zip?.close()
  }
}

type Open = (name: string) => Promise<Readable | null>

async function readWorkbook(open: Open): Promise<SourceRow[][]> {
  const sheets: { id: string; hidden: boolean }[] = []
  let from1904 = false
  await walk(open, 'xl/workbook.xml', (name, attributes) => {
    if (name === 'workbookPr') from1904 = ['1', 'true'].includes(attributes['date1904'] ?? '')
    if (name === 'sheet') sheets.push({ id: attributes['r:id'] ?? '', hidden: (attributes['state'] ?? 'visible') !== 'visible' })
  })
  const files = new Map<string, string>()
  await walk(open, 'xl/_rels/workbook.xml.rels', (name, attributes) => {
    const target = attributes['Target'] ?? ''
    if (name === 'Relationship') files.set(attributes['Id'] ?? '', target.startsWith('/') ? target.slice(1) : `xl/${target}`)
  })
  const strings = await readStrings(open)
  const dates = await readDateStyles(open)
  const found: SourceRow[][] = []
  for (const sheet of sheets) {
    const file = files.get(sheet.id)
    if (file !== undefined && !sheet.hidden) found.push(await readSheet(open, file, { strings, dates, from1904 }))
  }
  return found
}

/** The texts that cells point to; the readings printed above Japanese words are left out. */
async function readStrings(open: Open): Promise<string[]> {
  const strings: string[] = []
  let text = ''
  let inText = false
  let reading = false
  await walk(
    open,
    'xl/sharedStrings.xml',
    (name) => {
      if (name === 'si') text = ''
      if (name === 'rPh') reading = true
      if (name === 't') inText = !reading
    },
    (name) => {
      if (name === 'si') strings.push(text)
      if (name === 'rPh') reading = false
      if (name === 't') inText = false
    },
    (part) => {
      if (inText) text += part
    },
  )
  return strings
}

/** Which cell styles show their number as a date. */
async function readDateStyles(open: Open): Promise<boolean[]> {
  const formats = new Map<number, string>()
  const dates: boolean[] = []
  let inCells = false
  await walk(
    open,
    'xl/styles.xml',
    (name, attributes) => {
      if (name === 'numFmt') formats.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '')
      if (name === 'cellXfs') inCells = true
      const id = Number(attributes['numFmtId'] ?? 0)
      if (name === 'xf' && inCells) dates.push(isDateFormat(id, formats.get(id)))
    },
    (name) => {
      if (name === 'cellXfs') inCells = false
    },
  )
  return dates
}

interface Styles {
  strings: readonly string[]
  dates: readonly boolean[]
  from1904: boolean
}

async function readSheet(open: Open, file: string, { strings, dates, from1904 }: Styles): Promise<SourceRow[]> {
  const rows: SourceRow[] = []
  let row: SourceRow = { line: 0, cells: [] }
  let [column, type, style, text, inValue] = [0, '', 0, '', false]
  const valueOf = (): string => {
    if (type === 's') return strings[Number(text)] ?? ''
    if (type === 'b') return text === '1' ? '是' : '否'
    if (type === 'e') return ''
    if (type !== '' && type !== 'n') return text
    if (text === '' || !Number.isFinite(Number(text))) return text
    if (dates[style] === true) return serialMoment(Number(text), from1904) ?? text
    // Numbers are stored exactly; only the file's way of writing them is scientific.
    return Number.isSafeInteger(Number(text)) ? String(Number(text)) : text
  }
  await walk(
    open,
    file,
    (name, attributes) => {
      if (name === 'row') row = { line: Number(attributes['r'] ?? (rows.at(-1)?.line ?? 0) + 1), cells: [] }
      else if (name === 'c') {
        column = attributes['r'] === undefined ? row.cells.length : columnOf(attributes['r'])
        type = attributes['t'] ?? ''
        style = Number(attributes['s'] ?? 0)
        text = ''
      } else if (name === 'v' || name === 't') inValue = true
    },
    (name) => {
      if (name === 'v' || name === 't') inValue = false
      else if (name === 'c' && column < MAX_COLUMNS) {
        while (row.cells.length < column) row.cells.push('')
        row.cells[column] = cleanCell(valueOf())
      } else if (name === 'row' && row.cells.some((cell) => cell !== '')) {
        rows.push(row)
        if (rows.length > MAX_ROWS + 100) throw fail('registration.list_too_many', { limit: MAX_ROWS })
      }
    },
    (part) => {
      if (inValue) text += part
    },
  )
  return rows
}

/** Column of a cell's address, from 0: A1 → 0, AB7 → 27. */
function columnOf(address: string): number {
  let column = 0
  for (const letter of /^[A-Z]+/.exec(address)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64
  return column - 1
}

/** Reads one XML file of the package piece by piece; entities are not resolved beyond XML's own five. */
async function walk(
  open: Open,
  file: string,
  opened: (name: string, attributes: Record<string, string>) => void,
  closed: (name: string) => void = () => undefined,
  text: (part: string) => void = () => undefined,
): Promise<void> {
  const stream = await open(file)
  if (!stream) return
  const parser = new SaxesParser({ xmlns: false, position: false })
  // Some programs write x:row instead of row.
  const local = (name: string): string => name.slice(name.indexOf(':') + 1)
  parser.on('opentag', (tag) => opened(local(tag.name), tag.attributes))
  parser.on('closetag', (tag) => closed(local(tag.name)))
  parser.on('text', text)
  parser.on('cdata', text)
  parser.on('error', (error) => {
    throw error
  })
  const decoder = new TextDecoder()
  for await (const chunk of stream) parser.write(decoder.decode(chunk, { stream: true }))
  parser.write(decoder.decode())
  parser.close()
}
