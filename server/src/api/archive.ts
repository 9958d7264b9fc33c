import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context as Request } from 'hono'
import type { App } from '@kaichang/core/app.ts'
import { receiveRecording, type Received } from '@kaichang/core/archive/intake.actions.ts'
import { openEvent } from '@kaichang/core/community/actions.ts'
import { fail, isKaichangError, errorText } from '@kaichang/core/kernel/errors.ts'
import { contextOf, errorResponse, localeOf } from './answer.ts'
import { boundaryOf, readParts } from './multipart.ts'
import { placeSchema } from './registration.schemas.ts'

const recordingSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    size: z.int(),
    already: z.boolean().openapi({ description: 'True when the same file was here before.' }),
    matchedBy: z.enum(['time', 'number', 'slug', 'hand', 'none']),
    sessionId: z.uuid().nullable(),
    problems: z.array(z.object({ code: z.string() }).loose()),
    proposedName: z.string().nullable(),
  })
  .openapi('Recording')

const base = '/api/v1/communities/{community}/events/{event}/recordings'

const uploadRoute = createRoute({
  method: 'put',
  path: `${base}/{name}`,
  summary: 'Send one recording, raw',
  tags: ['archive'],
  request: {
    params: placeSchema.extend({
      name: z
        .string()
        .max(400)
        .openapi({ param: { name: 'name', in: 'path' }, example: '191026-04-yolo-141104.MP3' }),
    }),
    body: { required: true, content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
  },
  responses: {
    201: { description: 'Kept, and matched to a session if one fits.', content: { 'application/json': { schema: recordingSchema } } },
    401: errorResponse('Nobody is signed in.'),
    403: errorResponse('Not allowed here.'),
    404: errorResponse('No such event.'),
    409: errorResponse('Another recording has this name.'),
    413: errorResponse('Too large.'),
    422: errorResponse('Empty, or not a recording.'),
    507: errorResponse('The disk is full.'),
  },
})

/** Recordings come in: one by one as raw bodies (with progress, by script), or many as a form. Both are streamed to the disk. */
export function archiveRoutes(app: App, api: OpenAPIHono): void {
  api.openapi(uploadRoute, async (request) => {
    const ctx = await contextOf(app, request)
    const { name, ...place } = request.req.valid('param')
    const { event } = await openEvent(ctx, place.community, place.event)
    const announced = Number(request.req.header('content-length') ?? Number.NaN)
    const received = await receiveRecording(ctx, event.communityId, event.id, {
      name,
      content: bodyOf(request, name),
      announced: Number.isFinite(announced) ? announced : undefined,
    })
    return request.json(present(received), 201)
  })
  api.post('/api/v1/communities/:community/events/:event/recordings', (request) => receiveForm(app, request))
}

/** A form with many files: what cannot be taken does not stop the rest. Browsers are sent back to the page, with a short account. */
async function receiveForm(app: App, request: Request): Promise<Response> {
  const ctx = await contextOf(app, request)
  const { community, event } = await openEvent(ctx, request.req.param('community') ?? '', request.req.param('event') ?? '')
  const boundary = boundaryOf(request.req.header('content-type') ?? '')
  if (boundary === null) throw fail('input.invalid')
  const received: Received[] = []
  const refused: { name: string; code: string; message: string }[] = []
  for await (const part of readParts(bodyOf(request, ''), boundary)) {
    // A form without a chosen file sends one part with an empty name.
    if (part.filename === null || part.filename === '') continue
    try {
      received.push(await receiveRecording(ctx, event.communityId, event.id, { name: part.filename, content: part.content }))
    } catch (error) {
      if (!isKaichangError(error) || !/^(file|recording)\./.test(error.code)) throw error
      refused.push({ name: part.filename, code: error.code, message: errorText(error.code, localeOf(request), error.params) })
    }
  }
  if (!request.req.header('accept')?.includes('text/html')) return Response.json({ received: received.map(present), refused })
  const query = new URLSearchParams({ received: String(received.length) })
  for (const { name, code } of refused.slice(0, 20)) query.append('refused', `${code}:${name.slice(0, 120)}`)
  return new Response(null, {
    status: 303,
    headers: { location: `/console/${community.slug}/${event.slug}/archive?${query.toString()}`, 'cache-control': 'no-store' },
  })
}

/** The body as it comes in; a sender that breaks off is one of our errors, not a fault of the server. */
async function* bodyOf(request: Request, name: string): AsyncGenerator<Uint8Array> {
  const body: ReadableStream<Uint8Array> | null = request.req.raw.body
  if (!body) return
  try {
    for await (const chunk of body) yield chunk
  } catch (error) {
    throw isKaichangError(error) ? error : fail('file.upload_broken', { name })
  }
}

function present({ recordingId, name, size, already, match }: Received): z.output<typeof recordingSchema> {
  const { matchedBy, sessionId, problems, proposedName } = match
  return { id: recordingId, name, size, already, matchedBy, sessionId, problems: problems.map((p) => ({ ...p })), proposedName }
}
