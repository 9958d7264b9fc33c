import type { Event, EventInput } from '@kaichang/core/community/model.ts'
import { registerMany } from '@kaichang/core/registration/register.actions.ts'
import type { TestApp } from './app.ts'
import { makeEvent } from './samples.ts'

/** An event on 5 December at 13:30 in Nanning whose people have registered by 20 November. */
export async function crowd(
  app: TestApp,
  people: number,
  overrides: Partial<EventInput> & { community?: string } = {},
): Promise<{ communityId: string; communitySlug: string; event: Event; tokens: string[]; ids: string[] }> {
  const made = await makeEvent(app.ctx, { cap: 5_000, seats: 5_000, ...overrides })
  const answers = await registerMany(
    app.ctx,
    made.communityId,
    made.event.id,
    Array.from({ length: people }, (_, n) => ({
      name: `参会者 ${n}`,
      email: `a${n}@example.org`,
      locale: n % 3 === 2 ? 'en' : 'zh',
      consents: { registration: true },
      at: new Date('2026-11-19T12:00:00+08:00'),
    })),
  )
  const booked = answers.flatMap((answer) => (answer.ok ? [answer] : []))
  return { ...made, tokens: booked.map(({ links }) => links.token), ids: booked.map(({ registrationId }) => registrationId) }
}

/** Mails of an event as they were written: kind and address, in the order of addresses. */
export async function mailsOf(app: TestApp, communityId: string): Promise<{ template: string; to: string; notBefore: string | null }[]> {
  const rows = await app.db
    .selectFrom('outbox')
    .select(['template', 'toAddress', 'notBefore'])
    .where('communityId', '=', communityId)
    .orderBy('template')
    .orderBy('toAddress')
    .execute()
  return rows.map((row) => ({ template: row.template, to: row.toAddress, notBefore: row.notBefore?.toISOString() ?? null }))
}
