import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { App } from '@kaichang/core/app.ts'
import type { Community, Event } from '@kaichang/core/community/model.ts'
import { isKaichangError, KaichangError, type ErrorCode } from '@kaichang/core/kernel/errors.ts'
import type { Locale } from '@kaichang/core/kernel/text.ts'
import type { RegistrationInput } from '@kaichang/core/registration/model.ts'
import type { Ticket } from '@kaichang/core/registration/tickets.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { registerAttendee, seatsOf } from '@kaichang/core/registration/actions.ts'
import { contextOf, errorResponse, localeOf, shapeIssues } from './answer.ts'
import { rememberPlaces, type OpenPlace } from './places.ts'

export const placeSchema = z.object({
  community: z.string().openapi({ param: { name: 'community', in: 'path' }, example: 'pychina' }),
  event: z.string().openapi({ param: { name: 'event', in: 'path' }, example: 'nanning-2019' }),
})

/** Answers of a registration, by the questions' keys. */
const answersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])).openapi({
  description:
    'Answers to the event’s own questions, by key: a text, an option’s key, a list of option keys, a number, a date (2026-12-05), true for a consent. Those to questions that are not asked are dropped, an unknown key is refused. Files come by the registration page only.',
  example: { diet: 'veg', topics: ['ai', 'ops'], years: 4, insurance: true },
})

const requestSchema = z
  .object({
    name: z.string().openapi({ description: 'One field, up to 60 characters.', example: '欧阳娜娜' }),
    phone: z
      .string()
      .optional()
      .openapi({ description: 'Mainland numbers as typed, others with country code. Phone or e-mail is needed.', example: '13800138000' }),
    email: z.string().optional().openapi({ example: 'nana@example.org' }),
    locale: z.string().optional().openapi({ description: 'zh or en; others become zh.', example: 'zh' }),
    channel: z.string().optional().openapi({ description: 'Slug of the entrance.', example: 'yunjia' }),
    consents: z
      .object({ registration: z.boolean(), photos: z.boolean().optional(), news: z.boolean().optional() })
      .openapi({ description: 'What the person agreed to; `registration` has to be true.' }),
    answers: answersSchema.optional(),
  })
  .openapi('RegistrationRequest')

const ticketSchema = z
  .object({
    ticket: z.object({
      id: z.uuid(),
      code: z.string(),
      name: z.string(),
      state: z.enum(['registered', 'cancelled']),
      registeredAt: z.iso.datetime(),
    }),
    links: z.object({
      ticket: z.url().openapi({ description: 'The personal link: whoever has it can change, cancel and erase the booking.' }),
      calendar: z.url(),
      doorCode: z.string().openapi({ description: 'What the QR code holds; opens nothing but the door.' }),
    }),
  })
  .openapi('Ticket')

const availabilitySchema = z
  .object({
    opening: z.enum(['open', 'not_open', 'not_yet', 'closed', 'over']),
    cap: z.int().nullable(),
    taken: z.int(),
    left: z.int().nullable(),
    opensAt: z.iso.datetime().nullable(),
    closesAt: z.iso.datetime().nullable(),
  })
  .openapi('Availability')

const registerRoute = createRoute({
  method: 'post',
  path: '/api/v1/communities/{community}/events/{event}/registrations',
  summary: 'Register one person',
  tags: ['registration'],
  request: {
    params: placeSchema,
    headers: z.object({
      'idempotency-key': z
        .string()
        .min(8)
        .max(200)
        .optional()
        .openapi({ description: 'The same key with the same body is the same request, also after a lost answer.' }),
    }),
    body: { required: true, content: { 'application/json': { schema: requestSchema } } },
  },
  responses: {
    201: {
      description: 'Registered; a repeated request gets the first one’s ticket.',
      content: { 'application/json': { schema: ticketSchema } },
    },
    404: errorResponse('No such event.'),
    409: errorResponse('registration.full, registration.closed, registration.twice, registration.channel_full'),
    422: errorResponse('A field is faulty (an answer by the path `answers.{key}`), or the key came with another body.'),
    503: errorResponse(
      'registration.crowded, registration.unheard, machine.database_away: send it again with the same key after Retry-After seconds.',
    ),
  },
})

const availabilityRoute = createRoute({
  method: 'get',
  path: '/api/v1/communities/{community}/events/{event}/availability',
  summary: 'Seats left, and whether one may register now',
  tags: ['registration'],
  request: { params: placeSchema },
  responses: {
    200: { description: 'As of now.', content: { 'application/json': { schema: availabilitySchema } } },
    404: errorResponse('No such event.'),
  },
})

/** A body as the core reads it: its own schema says what is wrong, and only then is the shape looked at once more. */
async function registerBody(
  ctx: Context,
  place: { community: Community; event: Event },
  body: unknown,
  locale: Locale,
  key: string | null,
): Promise<Ticket> {
  try {
    if (!isRequest(body)) throw fault('', 'field.invalid')
    const input = { ...body, locale: body.locale ?? locale }
    return await registerAttendee(ctx, place.community.communityId, place.event.id, input, { key, strict: true })
  } catch (error) {
    const shape = isKaichangError(error, 'input.invalid') ? requestSchema.safeParse(body) : null
    throw shape?.error ? new KaichangError('input.invalid', {}, shapeIssues(shape.error)) : error
  }
}

/** Boxes of a program are true or false; what forms send as text is not taken here. */
function isRequest(body: unknown): body is RegistrationInput {
  if (typeof body !== 'object' || body === null || !('consents' in body)) return false
  return (
    typeof body.consents === 'object' && body.consents !== null && Object.values(body.consents).every((box) => typeof box === 'boolean')
  )
}

const fault = (path: string, code: ErrorCode): KaichangError => new KaichangError('input.invalid', {}, [{ path, code }])

/** What a request to register says, however it came in. */
export interface Registering {
  community: string
  event: string
  /** The parsed body; undefined when it was no JSON. */
  body: unknown
  locale: Locale
  key: string | null
}

/** Registers one person and says what is answered. Errors: those of registerAttendee, event.not_found. */
export async function registerOne(ctx: Context, openPlace: OpenPlace, asked: Registering): Promise<z.infer<typeof ticketSchema>> {
  if (asked.body === undefined) throw new KaichangError('input.invalid')
  const { key } = asked
  const place = await openPlace(ctx, asked.community, asked.event)
  if (key !== null && (key.length < 8 || key.length > 200)) throw fault('idempotency-key', 'field.invalid')
  const { registration, person, links } = await registerBody(ctx, place, asked.body, asked.locale, key)
  return {
    ticket: {
      id: registration.id,
      code: registration.code,
      name: person.name,
      state: registration.state,
      registeredAt: registration.registeredAt.toISOString(),
    },
    links: { ticket: links.url, calendar: `${links.url}/event.ics`, doorCode: links.doorCode },
  }
}

/** Registration for outside programs. */
export function registrationRoutes(app: App, api: OpenAPIHono): void {
  const openPlace = rememberPlaces(app)
  // Described as the others are, but read by the core's own schema alone: in a rush, checking twice is what costs.
  // What comes as a rush would send it is answered by `registration.direct.ts` already.
  api.openAPIRegistry.registerPath(registerRoute)
  api.post(registerRoute.getRoutingPath(), async (request) => {
    const asked = {
      community: request.req.param('community') ?? '',
      event: request.req.param('event') ?? '',
      body: await request.req.json<unknown>().catch(() => undefined),
      locale: localeOf(request),
      key: request.req.header('idempotency-key') ?? null,
    }
    return request.json(await registerOne(await contextOf(app, request), openPlace, asked), 201)
  })
  api.openapi(availabilityRoute, async (request) => {
    const ctx = await contextOf(app, request)
    const { community, event } = request.req.valid('param')
    const place = await openPlace(ctx, community, event)
    const { opensAt, closesAt, ...seats } = await seatsOf(ctx, place.event)
    return request.json({ ...seats, opensAt: opensAt?.toISOString() ?? null, closesAt: closesAt?.toISOString() ?? null }, 200)
  })
}
