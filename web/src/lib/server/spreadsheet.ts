import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { xlsxStream, type Sheet } from '@kaichang/core/kernel/xlsx.ts'

/** A file for spreadsheets as an answer: it is kept as a file, never shown, and by nobody between. */
export function spreadsheet(name: string, body: string | { sheets: readonly Sheet[]; at: Date }): Response {
  const csv = typeof body === 'string'
  const stream = (workbook: Exclude<typeof body, string>) =>
    Readable.toWeb(xlsxStream(workbook.sheets, workbook.at)) as WebStream<Uint8Array> & ReadableStream<Uint8Array>
  return new Response(csv ? body : stream(body), {
    headers: {
      'content-type': csv ? 'text/csv; charset=utf-8' : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'content-disposition': `attachment; filename="${name}.${csv ? 'csv' : 'xlsx'}"`,
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    },
  })
}
