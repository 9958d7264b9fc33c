import { sql } from 'kysely'
import { z } from 'zod'
import type { Event } from '#core/community/model.ts'
import { findEvent } from '#core/community/store.ts'
import { authorise } from '#core/community/permissions.ts'
import { csvFile } from '#core/kernel/csv.ts'
import { fail } from '#core/kernel/errors.ts'
import { pickText, type Locale, type Text } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Cell } from '#core/kernel/xlsx.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { transact } from '#core/store/transaction.ts'
import { registrationJournal } from './journal.ts'
import type { AnswerValue, Question } from './questions/model.ts'
import { inOrder } from './questions/rules.ts'
import { listEventAnswers, listQuestions } from './questions/store.ts'
import { tellAnswer } from './questions/tell.ts'

/** What a list is taken out for: running the event, or sending the community's news (only to those who agreed). */
export const exportPurposes = ['event', 'news'] as const
const purposeSchema = z.enum(exportPurposes)
type Purpose = z.output<typeof purposeSchema>

const HEADERS = {
  zh: ['短码', '姓名', '手机', '邮箱', '渠道', '状态', '报名时间', '同意照片', '同意消息'],
  en: ['Code', 'Name', 'Phone', 'E-mail', 'Channel', 'State', 'Registered at', 'Photos agreed', 'News agreed'],
} as const
const TICKET = { zh: '票种', en: 'Ticket' } as const
const STATES = { zh: { registered: '已报名', cancelled: '已取消' }, en: { registered: 'registered', cancelled: 'cancelled' } } as const

/** A table for spreadsheets; the first row is its head. */
export interface ListTable {
  name: string
  rows: Cell[][]
}

export interface ExportOptions {
  purpose?: string
  locale?: Locale
}

/**
 * The list as a table. Cancelled bookings are without contacts, erased ones are left out, and each purpose gets only whom
 * the consent covers; answers to the event's questions go along only for running the event. That it was taken stands in the
 * journal. Errors: access.*, event.not_found.
 */
export async function exportRegistrations(
  ctx: Context,
  communityId: string,
  eventId: string,
  options: ExportOptions = {},
): Promise<ListTable> {
  authorise(ctx.actor, 'registration.export', { communityId, eventId })
  const purpose = parseInput(purposeSchema, options.purpose ?? 'event')
  const locale = options.locale ?? 'zh'
  return transact(ctx, async (tx) => {
    const event = await findEvent(tx.db, communityId, eventId)
    if (!event) throw fail('event.not_found')
    const listed = await listForExport(tx.db, event, purpose)
    const answers = purpose === 'event' ? await answerColumns(tx.db, event, locale) : []
    const typed = listed.some((row) => row.type !== null)
    const time = new Intl.DateTimeFormat('sv-SE', { timeZone: event.timeZone, dateStyle: 'short', timeStyle: 'medium' })
    const tick = (yes: boolean): string => (yes ? '✓' : '')
    tx.journal(registrationJournal.exported, { communityId, eventId, kind: 'event', id: eventId }, { purpose, rows: listed.length })
    return {
      name: pickText(event.name, locale),
      rows: [
        [...HEADERS[locale], ...(typed ? [TICKET[locale]] : []), ...answers.map((column) => column.label)],
        ...listed.map((row) => {
          const live = row.state === 'registered'
          return [
            row.code,
            row.name,
            live ? row.phone.replace(/^\+86/, '') : '',
            live ? row.email : '',
            pickText(row.channel, locale),
            STATES[locale][row.state],
            time.format(row.registeredAt),
            tick(row.photos),
            tick(row.news),
            ...(typed ? [pickText(row.type, locale)] : []),
            ...answers.map((column) => (live ? (column.of.get(row.id) ?? '') : '')),
          ]
        }),
      ],
    }
  })
}

/** The same as a CSV file. */
export async function exportRegistrationsCsv(
  ctx: Context,
  communityId: string,
  eventId: string,
  options: ExportOptions = {},
): Promise<string> {
  return csvFile((await exportRegistrations(ctx, communityId, eventId, options)).rows)
}

interface ListedRow {
  id: string
  code: string
  name: string
  phone: string
  email: string
  state: 'registered' | 'cancelled'
  registeredAt: Date
  channel: Text | null
  type: Text | null
  photos: boolean
  news: boolean
}

function listForExport(db: Db, { communityId, id: eventId }: Event, purpose: Purpose): Promise<ListedRow[]> {
  const agreed = (
    what: string,
  ) => sql<boolean>`exists (select from consent where consent.community_id = ${communityId} and consent.person_id = registration.person_id
      and consent.event_id = ${eventId} and consent.purpose = ${what} and consent.withdrawn_at is null)`
  let query = db
    .selectFrom('registration')
    .innerJoin('person', (join) =>
      join.onRef('person.communityId', '=', 'registration.communityId').onRef('person.id', '=', 'registration.personId'),
    )
    .leftJoin('channel', (join) =>
      join.onRef('channel.communityId', '=', 'registration.communityId').onRef('channel.id', '=', 'registration.channelId'),
    )
    .leftJoin('ticketType', (join) =>
      join.onRef('ticketType.communityId', '=', 'registration.communityId').onRef('ticketType.id', '=', 'registration.ticketTypeId'),
    )
    .select([
      'registration.id',
      'registration.code',
      'person.name',
      'registration.phone',
      'registration.email',
      'channel.name as channel',
      'ticketType.name as type',
      'registration.state',
      'registration.registeredAt',
    ])
    .select([agreed('photos').as('photos'), agreed('news').as('news')])
    .where('registration.communityId', '=', communityId)
    .where('registration.eventId', '=', eventId)
    .where('registration.erasedAt', 'is', null)
  if (purpose === 'news') query = query.where('registration.state', '=', 'registered').where(agreed('news'))
  return query.orderBy('registration.registeredAt').orderBy('registration.id').execute()
}

/** What each question was answered with, by registration, in the questions' order; questions nobody answered are left out. */
async function answerColumns(db: Db, { communityId, id }: Event, locale: Locale): Promise<{ label: string; of: Map<string, Cell> }[]> {
  const questions = inOrder(await listQuestions(db, communityId, id))
  if (questions.length === 0) return []
  const given = Map.groupBy(await listEventAnswers(db, communityId, id, { live: true }), (one) => one.questionId)
  return questions.flatMap((question) => {
    const answers = given.get(question.id)
    if (!answers) return []
    return [
      {
        label: pickText(question.label, locale),
        of: new Map(answers.map((one): [string, Cell] => [one.registrationId, answerCell(question, one.value, locale)])),
      },
    ]
  })
}

/** An answer as people read it: options by their labels, a consent as a tick; of a file only that there is one. */
function answerCell(question: Question, value: AnswerValue, locale: Locale): Cell {
  return typeof value === 'number' ? value : tellAnswer(question, value, locale, '✓')
}
