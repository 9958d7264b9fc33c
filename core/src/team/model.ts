import { z } from 'zod'
import { optionalMoment } from '#core/kernel/fields.ts'
import { optionalTextSchema, type Text } from '#core/kernel/text.ts'
import { emailSchema, nameSchema, phoneSchema } from '#core/people/person/model.ts'

/** What somebody can take on. */
export const duties = ['lead', 'secretary', 'emcee', 'door', 'stage', 'recording', 'photo', 'promotion', 'design', 'other'] as const
export type Duty = (typeof duties)[number]

/** The duties' names, as the journal and other rooms write them. */
export const dutyNames: Readonly<Record<Duty, Text>> = {
  lead: { zh: '总协调', en: 'coordinator' },
  secretary: { zh: '秘书', en: 'secretary' },
  emcee: { zh: '主持人', en: 'emcee' },
  door: { zh: '签到', en: 'door' },
  stage: { zh: '现场控时', en: 'stage and timing' },
  recording: { zh: '录制直播', en: 'recording and stream' },
  photo: { zh: '摄影', en: 'pictures' },
  promotion: { zh: '宣传', en: 'promotion' },
  design: { zh: '设计', en: 'design' },
  other: { zh: '其他', en: 'other' },
}

const shift = {
  dutyNote: optionalTextSchema(120),
  startsAt: optionalMoment,
  endsAt: optionalMoment,
}
const inOrder = (v: { startsAt: Date | null; endsAt: Date | null }): boolean => !v.startsAt || !v.endsAt || v.endsAt > v.startsAt
const outOfOrder = { path: ['endsAt'], params: { code: 'team.shift' } }

export const volunteerSchema = z
  .object({ name: nameSchema, phone: phoneSchema, email: emailSchema, duty: z.enum(duties), ...shift })
  .refine(inOrder, outOfOrder)
export type VolunteerInput = z.input<typeof volunteerSchema>

export const shiftSchema = z.object(shift).refine(inOrder, outOfOrder)
export type ShiftInput = z.input<typeof shiftSchema>

/** Somebody with one duty at one event. */
export interface Volunteer {
  id: string
  personId: string
  name: string
  duty: Duty
  dutyNote: Text
  startsAt: Date | null
  endsAt: Date | null
  state: 'active' | 'left'
  linkVersion: number
}

/** A volunteer as the team's page shows them; `link` and `phone` only for those who may edit the team. */
export interface TeamMember extends Omit<Volunteer, 'linkVersion' | 'state'> {
  /** Masked. */
  phone: string
  /** Path of the personal link, `/v/…`. */
  link: string | null
}
