import { request as raw } from 'node:http'
import type { Site } from '../../tests/setup/server.ts'

/** An answer as it came. */
export interface Bare {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

/** A request exactly as written: its host, its address and its missing headers are not mended. */
export function bare(site: Site, method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Bare> {
  const { hostname, port } = new URL(site.url)
  return new Promise((resolve, reject) => {
    const request = raw(
      { hostname, port, method, path, headers: { ...headers, ...(method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body) }) } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          // A live stream does not end by itself.
          if (answer.headers['content-type']?.startsWith('text/event-stream')) answer.destroy()
        })
        answer.on('close', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}
