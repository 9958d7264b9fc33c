import { fail } from '../errors.ts'
import { parseInput } from '../validation.ts'
import { missingGlyphs, nameGlyph, replaceMissing } from './glyphs.ts'
import { documentData, type DataOf, type ReadDataOf, type Template } from './model.ts'
import { enqueue } from './queue.ts'
import type { Job } from './typst.ts'

export interface RenderOptions {
  /**
   * What becomes of characters that no bundled font has: `refuse` throws `document.missing_glyphs` and prints
   * nothing; `replace` prints 〓 for a letter and leaves emoji out. Pictures made without a person at hand (`og`)
   * replace, all else refuses.
   */
  missing?: 'refuse' | 'replace'
}

/** Widths in pixels that a template's picture has unless one is asked for. */
const pictureWidth: Record<Template, number> = { poster: 1080, badge: 1063, programme: 1240, og: 1200, ticket: 1240 }

/** The document as PDF. Throws `input.invalid` or `document.missing_glyphs`. Made by the worker process. */
export async function renderPdf<T extends Template>(
  template: T,
  data: DataOf<T>,
  options: RenderOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return enqueue({ ...readDocument(template, data, options), format: 'pdf', width: 0 })
}

/** The document as one PNG of `width` pixels; several pages stand below each other. Throws as renderPdf does. */
export async function renderPng<T extends Template>(
  template: T,
  data: DataOf<T>,
  options: RenderOptions & { width?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return enqueue({ ...readDocument(template, data, options), format: 'png', width: options.width ?? pictureWidth[template] })
}

/** The document as SVG text, letters as outlines. Throws as renderPdf does. */
export async function renderSvg<T extends Template>(template: T, data: DataOf<T>, options: RenderOptions = {}): Promise<string> {
  return new TextDecoder().decode(await enqueue({ ...readDocument(template, data, options), format: 'svg', width: 0 }))
}

/** Reads the data by the template's schema and settles its missing characters; the first half of every rendering. */
export function readDocument<T extends Template>(
  template: T,
  data: DataOf<T>,
  options: RenderOptions = {},
): Pick<Job<T>, 'template' | 'data'> {
  const read = parseInput(documentData[template], data) as ReadDataOf<T>
  const missing = missingInDocument(read)
  if (missing.length === 0) return { template, data: read }
  if ((options.missing ?? (template === 'og' ? 'replace' : 'refuse')) === 'refuse') {
    throw fail('document.missing_glyphs', { characters: missing.map(nameGlyph).join('、') })
  }
  return { template, data: mapStrings(read, replaceMissing) }
}

/** The characters of all texts of a document that cannot be printed, each once; to be shown before printing. */
export function missingInDocument(data: unknown): string[] {
  const found = new Set<string>()
  mapStrings(data, (text) => {
    for (const character of missingGlyphs(text)) found.add(character)
    return text
  })
  return [...found]
}

/** The same structure with every printed text passed through `change`; what only codes carry stays as it is. */
function mapStrings<T>(value: T, change: (text: string) => string): T {
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return change(part)
    if (Array.isArray(part)) return part.map(walk)
    if (part === null || typeof part !== 'object') return part
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, key === 'qr' || key === 'url' ? inner : walk(inner)]))
  }
  return walk(value) as T
}
