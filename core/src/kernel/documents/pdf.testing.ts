import { inflateSync } from 'node:zlib'

/**
 * The text of each page of a PDF that Typst made, for tests: pieces in the order of printing, joined without
 * anything between them. Knows what such files use (plain objects, Flate, two-byte fonts) and no more.
 */
export function pdfPages(bytes: Uint8Array): string[] {
  const file = Buffer.from(bytes)
  const objects = readObjects(file)
  const fonts = new Map(
    [...objects].flatMap(([id, { dictionary }]) => {
      const unicode = /\/Type \/Font\b[\s\S]*\/ToUnicode (\d+) 0 R/.exec(dictionary)?.[1]
      return unicode === undefined ? [] : [[id, letters(objects.get(Number(unicode))?.stream ?? '')] as const]
    }),
  )
  const pages = /\/Type \/Pages[\s\S]*?\/Kids \[([^\]]*)\]/.exec(file.toString('latin1'))?.[1] ?? ''
  return [...pages.matchAll(/(\d+) 0 R/g)].map(([, id]) => {
    const page = objects.get(Number(id))?.dictionary ?? ''
    const named = new Map([...page.matchAll(/\/(f\d+) (\d+) 0 R/g)].map(([, name, font]) => [name, fonts.get(Number(font))]))
    return printed(objects.get(Number(/\/Contents (\d+)/.exec(page)?.[1]))?.stream ?? '', named)
  })
}

interface PdfObject {
  dictionary: string
  stream: string
}

function readObjects(file: Buffer): Map<number, PdfObject> {
  const source = file.toString('latin1')
  const objects = new Map<number, PdfObject>()
  const head = /(\d+) 0 obj\s*(<<[\s\S]*?>>)\s*(stream\r?\n|endobj)/g
  for (let found = head.exec(source); found; found = head.exec(source)) {
    const [, id, dictionary = '', ending = ''] = found
    let stream = ''
    if (ending.startsWith('stream')) {
      const start = head.lastIndex
      head.lastIndex += Number(/\/Length (\d+)/.exec(dictionary)?.[1])
      const raw = file.subarray(start, head.lastIndex)
      stream = (dictionary.includes('/FlateDecode') ? inflateSync(raw) : raw).toString('latin1')
    }
    objects.set(Number(id), { dictionary, stream })
  }
  return objects
}

function letters(map: string): Map<number, string> {
  const utf16 = (hex: string): string => Buffer.from(hex, 'hex').swap16().toString('utf16le')
  return new Map(
    [...map.matchAll(/^<([0-9A-F]{4})> <([0-9A-F]+)>$/gm)].map(([, glyph = '', text = '']) => [Number.parseInt(glyph, 16), utf16(text)]),
  )
}

function printed(content: string, fonts: Map<string | undefined, Map<number, string> | undefined>): string {
  let text = ''
  let font: Map<number, string> | undefined
  // A span with a text of its own (ActualText) counts by that text, not by its glyphs.
  let span: 'none' | 'named' | 'read' = 'none'
  const show = (bytes: Buffer): void => {
    if (span === 'read') return
    if (span === 'named') {
      text +=
        bytes.length > 1 && bytes.readUInt16BE(0) === 0xfeff ? bytes.subarray(2).swap16().toString('utf16le') : bytes.toString('latin1')
      span = 'read'
    } else for (let i = 0; i + 1 < bytes.length; i += 2) text += font?.get(bytes.readUInt16BE(i)) ?? '\ufffd'
  }
  const token = /\/(f\d+) [\d.]+ Tf|<([0-9A-F]+)>|\(|\/ActualText|EMC/g
  for (let found = token.exec(content); found; found = token.exec(content)) {
    if (found[1] !== undefined) font = fonts.get(found[1])
    else if (found[2] !== undefined) show(Buffer.from(found[2], 'hex'))
    else if (found[0] === 'EMC') span = 'none'
    else if (found[0] === '/ActualText') span = 'named'
    else {
      const { bytes, end } = readString(content, token.lastIndex)
      token.lastIndex = end
      show(Buffer.from(bytes))
    }
  }
  return text
}

const named: Record<string, number> = { n: 10, r: 13, t: 9, b: 8, f: 12 }

/** A literal string from behind its opening bracket; brackets that match need no backslash in it. */
function readString(content: string, start: number): { bytes: number[]; end: number } {
  const bytes: number[] = []
  for (let at = start, depth = 1; ; at++) {
    const letter = content[at] ?? ''
    if (letter === '') throw new Error('a string without an end')
    if (letter === '(') depth++
    if (letter === ')' && --depth === 0) return { bytes, end: at + 1 }
    if (letter !== '\\') {
      bytes.push(letter.charCodeAt(0))
      continue
    }
    const octal = /^[0-7]{1,3}/.exec(content.slice(at + 1, at + 4))?.[0]
    const next = content[at + 1] ?? ''
    bytes.push(octal === undefined ? (named[next] ?? next.charCodeAt(0)) : Number.parseInt(octal, 8))
    at += octal?.length ?? 1
  }
}
