import { z } from 'zod'
import { fenSchema } from '#core/kernel/money.ts'
import { line, optionalTextSchema, type Text } from '#core/kernel/text.ts'
import { urlSchema } from '#core/community/model.ts'

/** What somebody can give. */
export const supportKinds = ['cash', 'venue', 'gifts', 'labour', 'media', 'speakers', 'stream', 'advice'] as const
export type SupportKind = (typeof supportKinds)[number]

/** The kinds' names, as thanks, posters and other rooms write them. */
export const supportNames: Readonly<Record<SupportKind, Text>> = {
  cash: { zh: '资金', en: 'money' },
  venue: { zh: '场地', en: 'venue' },
  gifts: { zh: '礼品', en: 'gifts' },
  labour: { zh: '人手', en: 'labour' },
  media: { zh: '宣传', en: 'promotion' },
  speakers: { zh: '讲师', en: 'speakers' },
  stream: { zh: '直播', en: 'live stream' },
  advice: { zh: '主意', en: 'advice' },
}

/** The road of a pledge: 意向 → 在谈 → 答应 → 到账/兑现, or 婉拒. */
export const pledgeStates = ['lead', 'talking', 'pledged', 'received', 'declined'] as const
export type PledgeState = (typeof pledgeStates)[number]

const optionalId = z.preprocess((v) => (v === '' || v === undefined ? null : v), z.uuid().nullable())

export const pledgeSchema = z.object({
  name: line(80),
  kinds: z
    .array(z.enum(supportKinds))
    .min(1, { error: 'field.required' })
    .transform((kinds) => supportKinds.filter((kind) => kinds.includes(kind))),
  what: optionalTextSchema(300),
  /** What was promised to them. */
  inReturn: optionalTextSchema(300),
  state: z.enum(pledgeStates).default('lead'),
  /** Promised money, fen. */
  amountFen: fenSchema.min(0).default(0),
  /** Money in hand, fen: only this counts. */
  receivedFen: fenSchema.min(0).default(0),
  url: urlSchema,
  contactId: optionalId.default(null),
})
export type PledgeInput = z.input<typeof pledgeSchema>
export type PledgeValues = z.output<typeof pledgeSchema>

export interface Pledge extends PledgeValues {
  id: string
  position: number
  linkVersion: number
  revision: number
}

/** A partner as everybody may see them: no amounts, no talks under way. */
export interface PublicPartner {
  name: string
  kinds: SupportKind[]
  what: Text
  url: string
}

export const contactKinds = ['person', 'organisation', 'place'] as const
export type ContactKind = (typeof contactKinds)[number]
const end = z.object({ name: line(80), kind: z.enum(contactKinds).default('person') })

/** Who led to whom, where or by what, and what came of it. Ends are found by their names or made. */
export const introductionSchema = z.object({
  from: end,
  to: end,
  through: optionalTextSchema(200),
  ledTo: optionalTextSchema(200),
  onDay: z.preprocess((v) => (v === '' || v === undefined ? null : v), z.iso.date({ error: 'field.date' }).nullable()).default(null),
})
export type IntroductionInput = z.input<typeof introductionSchema>

export interface Contact {
  id: string
  name: string
  kind: ContactKind
}

export interface Introduction {
  id: string
  fromId: string
  toId: string
  through: Text
  ledTo: Text
  onDay: string | null
}

/** The chain of introductions: people, organisations and places, and who led to whom. */
export interface IntroductionGraph {
  nodes: Contact[]
  edges: Introduction[]
}
