import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { App } from '@kaichang/core/app.ts'
import { openEvent } from '@kaichang/core/community/actions.ts'
import { attendanceOf, checkIn, searchAttendees, undoCheckIn } from '@kaichang/core/door/actions.ts'
import { lists, verdicts, type ScanResult } from '@kaichang/core/door/model.ts'
import { colourOf } from '@kaichang/core/door/rules.ts'
import { contextOf, errorResponse } from './answer.ts'
import { placeSchema } from './registration.schemas.ts'

const security = [{ volunteer: [] }]

const scanRequestSchema = z
  .object({
    scanId: z.string().openapi({ description: 'A UUID made by the scanning device: a scan sent twice is one scan.' }),
    code: z.string().optional().openapi({ description: 'What the camera read (KC1:…) or the short code as typed.' }),
    registrationId: z.string().optional().openapi({ description: 'In place of a code: a booking that the search found.' }),
    desk: z.string().optional(),
    list: z.enum(lists).optional().openapi({ description: 'Half-day; by the event’s clock when left out.' }),
  })
  .openapi('ScanRequest')

const scanSchema = z
  .object({
    scanId: z.string(),
    verdict: z.enum(verdicts),
    colour: z.enum(['green', 'amber', 'red']),
    list: z.enum(lists),
    at: z.iso.datetime(),
    desk: z.string(),
    attendee: z.object({ registrationId: z.string(), name: z.string(), displayName: z.string(), code: z.string() }).nullable(),
    first: z.object({ at: z.iso.datetime(), desk: z.string() }).nullable(),
    persons: z.int().openapi({ description: 'Persons admitted so far.' }),
  })
  .openapi('Scan')

const foundSchema = z
  .object({
    attendees: z.array(
      z.object({
        registrationId: z.string(),
        name: z.string(),
        displayName: z.string(),
        code: z.string(),
        phone: z.string(),
        state: z.enum(['registered', 'cancelled']),
        admittedAt: z.iso.datetime().nullable(),
      }),
    ),
  })
  .openapi('FoundAttendees')

const attendanceSchema = z
  .object({ registered: z.int(), persons: z.int(), byList: z.array(z.object({ list: z.enum(lists), count: z.int() })) })
  .openapi('Attendance')

const base = '/api/v1/communities/{community}/events/{event}/door'
const refused = {
  401: errorResponse('Nobody is signed in and no token was sent.'),
  403: errorResponse('Not at this door.'),
  404: errorResponse('No such event or link.'),
  410: errorResponse('The link has expired.'),
}
const json = <S extends z.ZodType>(schema: S, description: string) => ({ description, content: { 'application/json': { schema } } })

const scanRoute = createRoute({
  method: 'post',
  path: `${base}/scans`,
  summary: 'Check somebody in',
  tags: ['door'],
  security,
  request: { params: placeSchema, body: { required: true, content: { 'application/json': { schema: scanRequestSchema } } } },
  responses: {
    200: json(scanSchema, 'The verdict; a bad ticket is a verdict, not an error.'),
    ...refused,
    422: errorResponse('A field is faulty.'),
  },
})
const undoRoute = createRoute({
  method: 'delete',
  path: `${base}/scans/{scan}`,
  summary: 'Take a check-in back',
  tags: ['door'],
  security,
  request: { params: placeSchema.extend({ scan: z.uuid().openapi({ param: { name: 'scan', in: 'path' } }) }) },
  responses: { 204: { description: 'Taken back, or was before.' }, ...refused },
})
const searchRoute = createRoute({
  method: 'get',
  path: `${base}/search`,
  summary: 'Find attendees by name, pinyin initials, last four digits or code',
  tags: ['door'],
  security,
  request: { params: placeSchema, query: z.object({ q: z.string().max(60) }) },
  responses: { 200: json(foundSchema, 'At most twenty.'), ...refused },
})
const attendanceRoute = createRoute({
  method: 'get',
  path: `${base}/attendance`,
  summary: 'Who has come',
  tags: ['door'],
  security,
  request: { params: placeSchema },
  responses: { 200: json(attendanceSchema, 'By half-day and in persons.'), ...refused },
})

/** The door for the scanning page and for other scanners. */
export function doorRoutes(app: App, api: OpenAPIHono): void {
  api.openapi(scanRoute, async (request) => {
    const ctx = await contextOf(app, request)
    const place = request.req.valid('param')
    const { event } = await openEvent(ctx, place.community, place.event)
    const result = await checkIn(ctx, event.communityId, event.id, request.req.valid('json'))
    return request.json({ ...present(result), persons: (await attendanceOf(ctx, event)).persons }, 200)
  })
  api.openapi(undoRoute, async (request) => {
    const ctx = await contextOf(app, request)
    const { scan, ...place } = request.req.valid('param')
    const { event } = await openEvent(ctx, place.community, place.event)
    await undoCheckIn(ctx, event.communityId, event.id, scan)
    return request.body(null, 204)
  })
  api.openapi(searchRoute, async (request) => {
    const ctx = await contextOf(app, request)
    const place = request.req.valid('param')
    const { event } = await openEvent(ctx, place.community, place.event)
    const attendees = await searchAttendees(ctx, event.communityId, event.id, request.req.valid('query').q)
    return request.json({ attendees: attendees.map((one) => ({ ...one, admittedAt: one.admittedAt?.toISOString() ?? null })) }, 200)
  })
  api.openapi(attendanceRoute, async (request) => {
    const ctx = await contextOf(app, request)
    const place = request.req.valid('param')
    const { event } = await openEvent(ctx, place.community, place.event)
    const { registered, persons, byList } = await attendanceOf(ctx, event)
    return request.json({ registered, persons, byList }, 200)
  })
}

function present(result: ScanResult) {
  return {
    ...result,
    colour: colourOf(result.verdict),
    at: result.at.toISOString(),
    first: result.first && { ...result.first, at: result.first.at.toISOString() },
  }
}
