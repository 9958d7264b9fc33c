import { crc32, deflateRawSync } from 'node:zlib'

/** One cell of a made workbook: text, number, or a number shown as a date. */
export type TestCell = string | number | { date: number } | null

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** A workbook as Excel writes it: shared strings, a date style, one sheet per list of rows. */
export function makeXlsx(sheets: readonly (readonly (readonly TestCell[])[])[], options: { date1904?: boolean } = {}): Buffer {
  const strings: string[] = []
  const cell = (value: TestCell, column: number, row: number): string => {
    const at = `${String.fromCharCode(65 + column)}${row + 1}`
    if (value === null) return ''
    if (typeof value === 'number') return `<c r="${at}"><v>${value >= 1e10 ? value.toExponential() : value}</v></c>`
    if (typeof value === 'object') return `<c r="${at}" s="1"><v>${value.date}</v></c>`
    strings.push(
      `<si><r><t xml:space="preserve">${escape(value.slice(0, 1))}</t></r><r><t>${escape(value.slice(1))}</t></r><rPh sb="0" eb="1"><t>ヨミ</t></rPh></si>`,
    )
    return `<c r="${at}" t="s"><v>${strings.length - 1}</v></c>`
  }
  const xml = (body: string): string => `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${body}`
  const parts = sheets.map((rows) =>
    xml(
      `<worksheet><sheetData>${rows.map((row, r) => `<row r="${r + 1}">${row.map((value, c) => cell(value, c, r)).join('')}</row>`).join('')}</sheetData></worksheet>`,
    ),
  )
  const id = (n: number): string => `rId${n + 1}`
  return makeZip({
    'xl/workbook.xml': xml(
      `<workbook xmlns:r="r"><workbookPr date1904="${options.date1904 ? 1 : 0}"/><sheets>${sheets.map((_, n) => `<sheet name="S${n}" sheetId="${n + 1}" r:id="${id(n)}"/>`).join('')}</sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': xml(
      `<Relationships>${sheets.map((_, n) => `<Relationship Id="${id(n)}" Target="worksheets/sheet${n + 1}.xml"/>`).join('')}</Relationships>`,
    ),
    'xl/styles.xml': xml(
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy/m/d\\ h:mm"/></numFmts><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    ),
    ...Object.fromEntries(parts.map((part, n) => [`xl/worksheets/sheet${n + 1}.xml`, part])),
    'xl/sharedStrings.xml': xml(`<sst>${strings.join('')}</sst>`),
  })
}

/** A packed file; `says` overrides what it says of the unpacked size of its entries. */
export function makeZip(files: Record<string, string | Buffer>, says?: number): Buffer {
  const [local, central]: [Buffer[], Buffer[]] = [[], []]
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const body = Buffer.from(content)
    const packed = deflateRawSync(body)
    const label = Buffer.from(name)
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt16LE(8, 4)
    head.writeUInt32LE(crc32(body), 10)
    head.writeUInt32LE(packed.length, 14)
    head.writeUInt32LE(says ?? body.length, 18)
    head.writeUInt16LE(label.length, 22)
    local.push(Buffer.from('PK\u0003\u0004', 'latin1'), head, label, packed)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.from('PK\u0001\u0002', 'latin1'), Buffer.from([20, 0]), head, tail, label)
    offset += 30 + label.length + packed.length
  }
  const size = central.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006', 'latin1')
  end.writeUInt16LE(Object.keys(files).length, 8)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, ...central, end])
}
