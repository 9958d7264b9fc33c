import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { App } from '@kaichang/core/app.ts'
import { openEvent } from '@kaichang/core/community/actions.ts'
import { readForm } from '@kaichang/core/registration/questions/asked.ts'
import { askedOf, questionKinds } from '@kaichang/core/registration/questions/model.ts'
import { answersEnd } from '@kaichang/core/registration/questions/rules.ts'
import { contextOf, errorResponse } from './answer.ts'
import { placeSchema } from './registration.schemas.ts'

const textSchema = z.object({ zh: z.string().optional(), en: z.string().optional() }).openapi('Text')

const questionSchema = z
  .object({
    key: z.string().openapi({ example: 'diet' }),
    kind: z.enum(questionKinds),
    label: textSchema,
    help: textSchema,
    options: z.array(z.object({ key: z.string(), label: textSchema })),
    lowest: z.number().nullable(),
    highest: z.number().nullable(),
    unit: textSchema,
    required: z.boolean(),
    purpose: textSchema.openapi({ description: 'Why it is asked; to be shown to whoever answers.' }),
    keptUntil: z.iso.datetime().openapi({ description: 'When the answers are deleted.' }),
    askedOf: z.enum(askedOf).openapi({ description: 'Each person, or once per order.' }),
    shownIf: z
      .object({ key: z.string(), anyOf: z.array(z.string()) })
      .nullable()
      .openapi({ description: 'Asked only when the answer to that question is, or contains, one of these (`yes`: the consent is given).' }),
    ticketTypes: z.array(z.uuid()).openapi({ description: 'Asked for these ticket types only; empty: for all.' }),
  })
  .openapi('Question')

const questionsRoute = createRoute({
  method: 'get',
  path: '/api/v1/communities/{community}/events/{event}/questions',
  summary: 'What the registration form asks beside name and contact',
  tags: ['registration'],
  request: { params: placeSchema },
  responses: {
    200: {
      description: 'In the order of the form.',
      content: { 'application/json': { schema: z.object({ questions: z.array(questionSchema) }) } },
    },
    404: errorResponse('No such event.'),
  },
})

/** What an event asks, for programs that register people. */
export function questionRoutes(app: App, api: OpenAPIHono): void {
  api.openapi(questionsRoute, async (request) => {
    const ctx = await contextOf(app, request)
    const place = request.req.valid('param')
    const { event } = await openEvent(ctx, place.community, place.event)
    const { questions } = await readForm(ctx, event.communityId, event.id)
    const keys = new Map(questions.map((one) => [one.id, one.key]))
    const shown = questions.map((one): z.output<typeof questionSchema> => {
      const { key, kind, label, help, options, lowest, highest, unit, required, purpose, shownIf, typeIds } = one
      const source = shownIf && keys.get(shownIf.questionId)
      return {
        key,
        kind,
        label,
        help,
        options,
        lowest,
        highest,
        unit,
        required,
        purpose,
        keptUntil: answersEnd(one, event).toISOString(),
        askedOf: one.askedOf,
        shownIf: shownIf && source ? { key: source, anyOf: shownIf.anyOf } : null,
        ticketTypes: typeIds,
      }
    })
    return request.json({ questions: shown }, 200)
  })
}
