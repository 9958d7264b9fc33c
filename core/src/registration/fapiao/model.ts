import { z } from 'zod'
import { optionalLine } from '#core/kernel/text.ts'
import { emailSchema } from '#core/people/person/model.ts'
import { checkTitle } from './rules.ts'

export const fapiaoKinds = ['normal', 'special'] as const
export const titleTypes = ['company', 'public', 'person', 'other'] as const
/** asked 已申请 · issuing 开具中 · issued 已开具 · reversed 已冲红 · refused 驳回 */
export const fapiaoStates = ['asked', 'issuing', 'issued', 'reversed', 'refused'] as const
export type FapiaoState = (typeof fapiaoStates)[number]

/** The title data of an invoice as the tax bureau's forms want it, and what became of it. */
export interface Fapiao {
  communityId: string
  id: string
  eventId: string
  orderId: string
  kind: (typeof fapiaoKinds)[number]
  titleType: (typeof titleTypes)[number]
  title: string
  taxId: string
  address: string
  phone: string
  bank: string
  account: string
  email: string
  /** In fen: what was paid and not given back when it was asked for. */
  amountFen: number
  hostEntity: string
  locale: string
  state: FapiaoState
  reason: string
  number: string
  filePath: string | null
  fileName: string
  askedAt: Date
  issuedAt: Date | null
  closedAt: Date | null
  revision: number
}

/** What somebody asks an invoice for. The amount is the order's, never the client's. */
export const titleSchema = z
  .object({
    kind: z.enum(fapiaoKinds).default('normal'),
    titleType: z.enum(titleTypes),
    title: optionalLine(100),
    taxId: z
      .string()
      .default('')
      .transform((typed) => typed.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase()),
    address: optionalLine(100),
    phone: optionalLine(40),
    bank: optionalLine(100),
    account: z
      .string()
      .default('')
      .transform((typed) => typed.normalize('NFKC').replace(/[\s-]/g, ''))
      .pipe(z.string().regex(/^[0-9A-Za-z]{0,40}$/)),
    /** Where the invoice is sent; '' leaves it on the order's page. */
    email: emailSchema,
  })
  .superRefine((title, issues) => {
    for (const { path, code, maximum } of checkTitle(title)) issues.addIssue({ code: 'custom', path: [path], params: { code, maximum } })
  })
export type TitleInput = z.input<typeof titleSchema>
export type Title = z.output<typeof titleSchema>
