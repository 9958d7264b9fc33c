import { z } from '@hono/zod-openapi'

// What is sent and answered where programs register somebody, as the description tells it.

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

export const requestSchema = z
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
    ticketType: z.uuid().optional().openapi({
      description: 'Id of a ticket of `availability`; needed where there are several.',
      example: '0192f3a0-0000-7000-8000-000000000001',
    }),
    voucher: z.string().optional().openapi({ description: 'Opens what is hidden, or lowers the price.', example: 'WELCOME-10' }),
    extras: z.array(z.uuid()).optional().openapi({ description: 'Ids of extras (dinner, shirt in a size), one of each.' }),
    amountFen: z.int().optional().openapi({ description: 'Where the price is open: how much, in fen of CNY.', example: 5000 }),
  })
  .openapi('RegistrationRequest')

export const ticketSchema = z
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

export const orderSchema = z
  .object({
    order: z.object({
      code: z.string().openapi({ example: 'WCN26QZH' }),
      url: z.url().openapi({ description: 'The order’s own page: to pay, and to its tickets. Whoever has it can pay and cancel.' }),
      state: z
        .enum(['review', 'placed', 'done'])
        .openapi({ description: 'review: somebody looks at it first · placed: money is awaited · done: nothing was to be paid.' }),
      expiresAt: z.iso.datetime().nullable().openapi({ description: 'Until then the seat is held; null: it is under review, or done.' }),
      totalFen: z.int().openapi({ description: 'In fen of CNY.', example: 9800 }),
    }),
  })
  .openapi('Order')

export const choiceSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(['ticket', 'extra']),
    variantOf: z.uuid().nullable().openapi({ description: 'The extra that this is a size or kind of.' }),
    name: z.record(z.string(), z.string()).openapi({ example: { zh: '标准票', en: 'Standard' } }),
    pricing: z.enum(['fixed', 'open']).openapi({ description: 'open: whoever registers says how much, `priceFen` at least.' }),
    priceFen: z.int().openapi({ example: 9800 }),
    usualFen: z.int().nullable().openapi({ description: 'Without early bird, where that is another price.', example: 12800 }),
    earlyUntil: z.iso.datetime().nullable(),
    sale: z.enum(['now', 'not_yet', 'over']),
    sellsFrom: z.iso.datetime().nullable(),
    sellsUntil: z.iso.datetime().nullable(),
    review: z.boolean(),
    available: z
      .int()
      .openapi({ description: 'As many as one order can have now; 0: none left, or others have waited for it.', example: 5 }),
    left: z.int().nullable().openapi({ description: 'How many are left, once these are few.', example: null }),
  })
  .openapi('TicketChoice')

export const availabilitySchema = z
  .object({
    opening: z.enum(['open', 'not_open', 'not_yet', 'closed', 'over']),
    cap: z.int().nullable(),
    taken: z.int(),
    left: z.int().nullable(),
    opensAt: z.iso.datetime().nullable(),
    closesAt: z.iso.datetime().nullable(),
    types: z.array(choiceSchema).openapi({ description: 'Tickets and extras in their order; empty where there is nothing to choose.' }),
  })
  .openapi('Availability')
