import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { xlsxStream, type Sheet } from '@kaichang/core/kernel/xlsx.ts'

/** A file for spreadsheets as an answer: it is kept as a file, never shown, and by nobody between. */
export function spreadsheet(name: string, body: string | { sheets: readonly Sheet[]; at: Date }): Response {
  return typeof body === 'string'
    ? asFile(`${name}.csv`, 'text/csv; charset=utf-8', body)
    : workbook(name, xlsxStream(body.sheets, body.at))
}

/** A workbook that is written while it is sent. */
export function workbook(name: string, content: Readable): Response {
  const stream = Readable.toWeb(content) as WebStream<Uint8Array> & ReadableStream<Uint8Array>
  return asFile(`${name}.xlsx`, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', stream)
}

function asFile(name: string, type: string, body: string | ReadableStream<Uint8Array>): Response {
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    },
  })
}
