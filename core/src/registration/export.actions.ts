import { sql } from 'kysely'
import { z } from 'zod'
import { findEvent } from '#core/community/store.ts'
import { authorise } from '#core/community/permissions.ts'
import { csvFile } from '#core/kernel/csv.ts'
import { fail } from '#core/kernel/errors.ts'
import { pickText, type Locale } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { registrationJournal } from './journal.ts'

/** What a list is taken out for: running the event, or sending the community's news (only to those who agreed). */
export const exportPurposes = ['event', 'news'] as const
const purposeSchema = z.enum(exportPurposes)

const HEADERS = {
  zh: ['短码', '姓名', '手机', '邮箱', '渠道', '状态', '报名时间', '同意照片', '同意消息'],
  en: ['Code', 'Name', 'Phone', 'E-mail', 'Channel', 'State', 'Registered at', 'Photos agreed', 'News agreed'],
} as const
const STATES = { zh: { registered: '已报名', cancelled: '已取消' }, en: { registered: 'registered', cancelled: 'cancelled' } } as const

/**
 * The list as a CSV file for spreadsheets. Cancelled bookings are without contacts, erased ones are left out, and each
 * purpose gets only whom the consent covers; that it was taken stands in the journal. Errors: access.*, event.not_found.
 */
export async function exportRegistrationsCsv(
  ctx: Context,
  communityId: string,
  eventId: string,
  options: { purpose?: string; locale?: Locale } = {},
): Promise<string> {
  authorise(ctx.actor, 'registration.export', { communityId, eventId })
  const purpose = parseInput(purposeSchema, options.purpose ?? 'event')
  const locale = options.locale ?? 'zh'
  return transact(ctx, async (tx) => {
    const event = await findEvent(tx.db, communityId, eventId)
    if (!event) throw fail('event.not_found')
    const agreed = (
      what: string,
    ) => sql<boolean>`exists (select from consent where consent.community_id = ${communityId} and consent.person_id = registration.person_id
      and consent.event_id = ${eventId} and consent.purpose = ${what} and consent.withdrawn_at is null)`
    let query = tx.db
      .selectFrom('registration')
      .innerJoin('person', (join) =>
        join.onRef('person.communityId', '=', 'registration.communityId').onRef('person.id', '=', 'registration.personId'),
      )
      .leftJoin('channel', (join) =>
        join.onRef('channel.communityId', '=', 'registration.communityId').onRef('channel.id', '=', 'registration.channelId'),
      )
      .select([
        'registration.code',
        'person.name',
        'registration.phone',
        'registration.email',
        'channel.name as channel',
        'registration.state',
        'registration.registeredAt',
      ])
      .select([agreed('photos').as('photos'), agreed('news').as('news')])
      .where('registration.communityId', '=', communityId)
      .where('registration.eventId', '=', eventId)
      .where('registration.erasedAt', 'is', null)
    if (purpose === 'news') query = query.where('registration.state', '=', 'registered').where(agreed('news'))
    const rows = await query.orderBy('registration.registeredAt').orderBy('registration.id').execute()
    const time = new Intl.DateTimeFormat('sv-SE', { timeZone: event.timeZone, dateStyle: 'short', timeStyle: 'medium' })
    const tick = (yes: boolean): string => (yes ? '✓' : '')
    tx.journal(registrationJournal.exported, { communityId, eventId, kind: 'event', id: eventId }, { purpose, rows: rows.length })
    return csvFile([
      HEADERS[locale],
      ...rows.map((row) => {
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
        ]
      }),
    ])
  })
}
