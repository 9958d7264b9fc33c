import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { Resvg } from '@resvg/resvg-js'
import { fontFolders } from './fonts.ts'
import type { ReadDataOf, Template } from './model.ts'
import { viewOf } from './view.ts'

export type Format = 'pdf' | 'svg' | 'png'

/** One document to be made, as it travels to the worker process. `width` is a PNG's width in pixels. */
export interface Job<T extends Template = Template> {
  template: T
  data: ReadDataOf<T>
  format: Format
  width: number
}

/** Typst may read here and nowhere else; what people wrote reaches it as JSON, never as markup. */
export const templatesFolder = join(dirname(fileURLToPath(import.meta.url)), '../../../../templates')

/** How many renderings a cached layout survives without being used. */
const CACHE_AGE = 2

let compiler: NodeCompiler | undefined

/**
 * Makes one document here and now, blocking: for the worker process and for tests.
 * Throws with Typst's own words when a template is broken.
 */
export function renderNow(job: Job): Uint8Array<ArrayBuffer> {
  compiler ??= NodeCompiler.create({ workspace: templatesFolder, fontArgs: [{ fontPaths: [...fontFolders] }] })
  const compiled = compiler.compile({
    mainFilePath: join(templatesFolder, `${job.template}.typ`),
    inputs: { data: JSON.stringify(viewOf(job.template, job.data)) },
  })
  const document = compiled.result
  if (!document) throw new Error(`template ${job.template}: ${explain(compiler, compiled)}`)
  try {
    // Tags make a document readable aloud; on hundreds of badges they would only make it large.
    if (job.format === 'pdf') return own(compiler.pdf(document, { pdfTags: job.template !== 'badge' }))
    const svg = compiler.plainSvg(document)
    if (job.format === 'svg') return own(Buffer.from(svg))
    return own(new Resvg(svg, { fitTo: { mode: 'width', value: job.width }, font: { loadSystemFonts: false } }).render().asPng())
  } finally {
    compiler.evictCache(CACHE_AGE)
  }
}

function explain(by: NodeCompiler, compiled: ReturnType<NodeCompiler['compile']>): string {
  const error = compiled.takeError()
  if (!error) return 'no document and no error'
  const found: { message?: string; path?: string; range?: { start?: { line?: number } } | null }[] = by.fetchDiagnostics(error)
  return found.map((d) => `${d.message ?? ''} (${d.path ?? ''}:${(d.range?.start?.line ?? -1) + 1})`).join('; ')
}

/** A copy in memory of JavaScript’s own. */
function own(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
