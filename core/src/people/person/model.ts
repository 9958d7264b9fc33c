import { z } from 'zod'
import type { ErrorCode } from '#core/kernel/errors.ts'
import { line, optionalLine, optionalProseSchema, optionalTextSchema, type Text } from '#core/kernel/text.ts'
import { normaliseEmail, normalisePhone } from './rules.ts'

/** A field that is read by a function; '' when nothing was typed, else its normal form. */
function readField(read: (typed: string) => string | null, code: ErrorCode) {
  return z
    .string()
    .default('')
    .transform((typed, check) => {
      if (typed.trim() === '') return ''
      const value = read(typed)
      if (value !== null) return value
      check.addIssue({ code: 'custom', params: { code } })
      return z.NEVER
    })
}

/** A mobile number as E.164, or ''. */
export const phoneSchema = readField(normalisePhone, 'field.phone')
/** An e-mail address, or ''. */
export const emailSchema = readField(normaliseEmail, 'field.email')
/** An e-mail address that has to be there. */
export const requiredEmailSchema = emailSchema.refine((email) => email !== '', { params: { code: 'field.required' } })

/** 姓名, one field: how a person is called in full, up to 60 characters. */
export const nameSchema = line(60)

export const personSchema = z.object({
  name: nameSchema,
  /** 称呼: what stands on the badge; emoji may stay. */
  displayName: optionalLine(60),
  affiliation: optionalTextSchema(120),
  about: optionalProseSchema(2000),
  phone: phoneSchema,
  email: emailSchema,
  wechat: optionalLine(60),
})
export type PersonInput = z.input<typeof personSchema>
export type PersonValues = z.output<typeof personSchema>

/** One person in one community; whoever was erased has an empty name and `erasedAt`. */
export interface Person {
  communityId: string
  id: string
  name: string
  displayName: string
  about: Text
  affiliation: Text
  pinyin: string
  initials: string
  accountId: string | null
  /** Raised to make all personal links of this person invalid. */
  linkVersion: number
  createdAt: Date
  erasedAt: Date | null
}

export type ContactKind = 'phone' | 'email' | 'wechat'

/** One way to reach a person, in normal form. */
export interface ContactPoint {
  personId: string
  kind: ContactKind
  value: string
}

/** What people may be asked to agree to, each by a box of its own; `registration` is the only required one. */
export const consentPurposes = ['registration', 'photos', 'partners', 'news'] as const
export type ConsentPurpose = (typeof consentPurposes)[number]

export interface Consent {
  id: string
  personId: string
  eventId: string | null
  purpose: string
  noticeVersion: string
  givenAt: Date
  withdrawnAt: Date | null
}
