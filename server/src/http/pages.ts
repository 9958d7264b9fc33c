import type { IncomingMessage, ServerResponse } from 'node:http'
import { ADDRESS_HEADER, HOST_HEADER, PROTOCOL_HEADER } from './address.ts'

/** A page's form may bring this much; recordings have an upload address of their own that streams. */
const BODY_LIMIT = '20M'

export type Render = (request: IncomingMessage, response: ServerResponse) => void

interface PageHandler {
  handler: (request: IncomingMessage, response: ServerResponse, next: () => void) => void
}

/** Loads the built pages. Their settings are read from the environment when they are imported, so they are set here. */
export async function loadPages(): Promise<Render> {
  Object.assign(process.env, {
    PROTOCOL_HEADER,
    HOST_HEADER,
    ADDRESS_HEADER,
    BODY_SIZE_LIMIT: BODY_LIMIT,
  })
  // Made by the web's build, so it has no types of its own and may be missing.
  const built = '@kaichang/web/handler.js'
  const { handler }: PageHandler = await import(built)
  return (request, response) => {
    handler(request, response, () => {
      response.writeHead(404)
      response.end()
    })
  }
}
