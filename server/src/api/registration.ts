import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { App } from '@kaichang/core/app.ts'
import type { Community, Event } from '@kaichang/core/community/model.ts'
import { isKaichangError, KaichangError, type ErrorCode } from '@kaichang/core/kernel/errors.ts'
import type { Locale } from '@kaichang/core/kernel/text.ts'
import type { RegistrationInput } from '@kaichang/core/registration/model.ts'
import { choicesOf, type Choice, type Choices } from '@kaichang/core/registration/orders/choices.ts'
import type { OpenOrder } from '@kaichang/core/registration/orders/open.ts'
import { orderForOne, type WishInput } from '@kaichang/core/registration/orders/program.actions.ts'
import type { Ticket } from '@kaichang/core/registration/tickets.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { registerAttendee, seatsOf } from '@kaichang/core/registration/actions.ts'
import { contextOf, errorResponse, localeOf, shapeIssues } from './answer.ts'
import { rememberPlaces, type OpenPlace } from './places.ts'
import { availabilitySchema, orderSchema, placeSchema, requestSchema, ticketSchema, type choiceSchema } from './registration.schemas.ts'
import { offerToWait } from './waiting.ts'

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
      'kaichang-line': z
        .string()
        .optional()
        .openapi({ description: 'The `line` of an answer registration.crowded: keeps the place in the line.' }),
    }),
    body: { required: true, content: { 'application/json': { schema: requestSchema } } },
  },
  responses: {
    201: {
      description: 'Registered; a repeated request gets the first one’s ticket.',
      content: { 'application/json': { schema: ticketSchema } },
    },
    202: {
      description:
        'Ordered: the ticket costs something, is looked at first, or came with a voucher or extras. The rest is at the order’s page.',
      content: { 'application/json': { schema: orderSchema } },
    },
    404: errorResponse('No such event.'),
    409: errorResponse(
      'registration.full, registration.closed, registration.twice, registration.channel_full, registration.type_full, registration.waited_for, registration.voucher_used. When sold out, `wait` says where to wait.',
    ),
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

/** What a request is answered with: a ticket, or an order where one ticket alone is not all. */
export type Registered = { status: 201; body: z.infer<typeof ticketSchema> } | { status: 202; body: z.infer<typeof orderSchema> }

/** A body as the core reads it: its own schema says what is wrong, and only then is the shape looked at once more. */
async function registerBody(
  ctx: Context,
  place: { community: Community; event: Event },
  body: unknown,
  locale: Locale,
  options: { key: string | null; line: string | null },
): Promise<Ticket | OpenOrder> {
  const here = [place.community.communityId, place.event.id] as const
  const { key } = options
  try {
    if (!isRequest(body)) throw fault('', 'field.invalid')
    const input = { ...body, locale: body.locale ?? locale }
    if (body.voucher !== undefined || body.extras !== undefined || body.amountFen !== undefined)
      return await orderForOne(ctx, ...here, input, key)
    try {
      return await registerAttendee(ctx, ...here, input, { ...options, strict: true })
    } catch (error) {
      if (isKaichangError(error, 'registration.order_first')) return await orderForOne(ctx, ...here, input, key)
      throw error
    }
  } catch (error) {
    const shape = isKaichangError(error, 'input.invalid') ? requestSchema.safeParse(body) : null
    throw shape?.error ? new KaichangError('input.invalid', {}, shapeIssues(shape.error)) : error
  }
}

/** Boxes of a program are true or false; what forms send as text is not taken here. */
function isRequest(body: unknown): body is RegistrationInput & WishInput {
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
  /** The token of the line, of who was told to come again. */
  line: string | null
}

/** Registers one person and says what is answered. Errors: those of registerAttendee, event.not_found. */
export async function registerOne(ctx: Context, openPlace: OpenPlace, asked: Registering): Promise<Registered> {
  if (asked.body === undefined) throw new KaichangError('input.invalid')
  const { key } = asked
  const place = await openPlace(ctx, asked.community, asked.event)
  if (key !== null && (key.length < 8 || key.length > 200)) throw fault('idempotency-key', 'field.invalid')
  const registered = await registerBody(ctx, place, asked.body, asked.locale, { key, line: asked.line }).catch(async (error: unknown) => {
    throw await offerToWait(ctx, place, asked.body, error)
  })
  if ('order' in registered) return { status: 202, body: presentOrder(ctx, registered) }
  const { registration, person, links } = registered
  const ticket = {
    id: registration.id,
    code: registration.code,
    name: person.name,
    state: registration.state,
    registeredAt: registration.registeredAt.toISOString(),
  }
  return { status: 201, body: { ticket, links: { ticket: links.url, calendar: `${links.url}/event.ics`, doorCode: links.doorCode } } }
}

function presentOrder(ctx: Context, { order, path }: OpenOrder): z.infer<typeof orderSchema> {
  const { code, totalFen, expiresAt } = order
  const state = order.state === 'review' || order.state === 'placed' ? order.state : 'done'
  return { order: { code, state, totalFen, url: `${ctx.settings.publicUrl}${path}`, expiresAt: expiresAt?.toISOString() ?? null } }
}

function presentChoices({ tickets, extras }: Choices): z.infer<typeof choiceSchema>[] {
  const present = (one: Choice, kind: 'ticket' | 'extra', variantOf: string | null): z.infer<typeof choiceSchema>[] => {
    const { id, name, pricing, priceFen, usualFen, early, sale, sellsFrom, sellsUntil, review, room, left, variants } = one
    const times = { sellsFrom: sellsFrom?.toISOString() ?? null, sellsUntil: sellsUntil?.toISOString() ?? null }
    const price = { pricing, priceFen, usualFen, earlyUntil: early?.until?.toISOString() ?? null }
    // What has sizes is chosen by its sizes.
    const available = variants.length > 0 || sale !== 'now' ? 0 : room
    const row = {
      id,
      kind,
      variantOf,
      name: { ...name },
      ...price,
      sale,
      ...times,
      review,
      available,
      left: variants.length > 0 ? null : left,
    }
    return [row, ...variants.flatMap((variant) => present(variant, kind, id))]
  }
  return [
    ...tickets.flatMap((one) => (one.id === '' ? [] : present(one, 'ticket', null))),
    ...extras.flatMap((one) => present(one, 'extra', null)),
  ]
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
      line: request.req.header('kaichang-line') ?? null,
    }
    const { status, body } = await registerOne(await contextOf(app, request), openPlace, asked)
    return request.json(body, status)
  })
  api.openapi(availabilityRoute, async (request) => {
    const ctx = await contextOf(app, request)
    const { community, event } = request.req.valid('param')
    const place = await openPlace(ctx, community, event)
    const [{ opensAt, closesAt, ...seats }, choices] = await Promise.all([seatsOf(ctx, place.event), choicesOf(ctx, place.event)])
    const times = { opensAt: opensAt?.toISOString() ?? null, closesAt: closesAt?.toISOString() ?? null }
    return request.json({ ...seats, ...times, types: presentChoices(choices) }, 200)
  })
}
