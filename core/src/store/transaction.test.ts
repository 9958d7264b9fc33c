import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { newId } from '#core/kernel/ids.ts'
import { settableClock } from '#core/kernel/clock.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { cuttableLink } from '../../../tests/setup/cuttable-link.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { openDatabase } from './database.ts'
import { defineJournal, listEntries, sentence } from './journal.ts'
import { transact, type Tx } from './transaction.ts'

const kinds = defineJournal('sample', {
  seen: {
    facts: z.object({ name: z.object({ zh: z.string() }), count: z.number() }),
    public: true,
    zh: '{name}来了 {count} 次',
    en: '{name} came {count} times',
  },
  hidden: { facts: z.object({}), public: false, zh: '看不见', en: 'not seen' },
})

let app: TestApp
let place: { communityId: string; eventId: string }
beforeAll(async () => {
  app = await testApp()
  const made = await makeEvent(app.ctx, { community: 'transactions' })
  place = { communityId: made.communityId, eventId: made.event.id }
})
afterAll(() => app.close())

const revision = async (): Promise<number> =>
  (
    await app.db
      .selectFrom('event')
      .select('revision')
      .where('communityId', '=', place.communityId)
      .where('id', '=', place.eventId)
      .executeTakeFirstOrThrow()
  ).revision

test('an entry is written with its change or not at all', async () => {
  const before = await listEntries(app.db, place)
  await expect(
    transact(app.ctx, async (tx) => {
      tx.journal(kinds.seen, { ...place, kind: 'thing', id: null }, { name: { zh: '某人' }, count: 1 })
      await tx.db.selectFrom('event').select('id').execute()
      throw new Error('after all not')
    }),
  ).rejects.toThrow('after all not')
  expect(await listEntries(app.db, place)).toEqual(before)
})

test.each([
  ['nothing else', () => Promise.resolve()],
  ['another statement, which fails for that very reason,', (tx: Tx) => sql`select 1`.execute(tx.db)],
])('a statement that is sent along and fails, followed by %s, undoes everything and tells why', async (_, next) => {
  const before = [await listEntries(app.db, place), await revision()]
  await expect(
    transact(app.ctx, async (tx) => {
      tx.journal(kinds.seen, { ...place, kind: 'thing', id: null }, { name: { zh: '某人' }, count: 1 })
      tx.along(sql`select 1 / 0`.execute(tx.db))
      await next(tx)
    }),
  ).rejects.toMatchObject({ code: '22012' })
  expect([await listEntries(app.db, place), await revision()]).toEqual(before)
})

test('statements go out one behind the other, and nobody waits for an answer between them', async () => {
  const link = await cuttableLink(app.databaseUrl)
  const near = openDatabase({ url: link.url, pool: 1, patience: 1_000, log: () => undefined })
  try {
    const said = await transact({ ...app.ctx, db: near }, (tx) => {
      link.holdUntilAsked('as asked', 4)
      tx.along(sql`select 0 as asked`.execute(tx.db))
      const answers = [1, 2, 3].map(async (n) => (await sql<{ asked: number }>`select ${sql.lit(n)}::int as asked`.execute(tx.db)).rows[0])
      return Promise.all(answers)
    })
    expect(said).toEqual([{ asked: 1 }, { asked: 2 }, { asked: 3 }])
  } finally {
    await near.destroy()
    link.close()
  }
})

test('a statement whose plan is kept can be used again after it failed behind another', async () => {
  const near = openDatabase({ url: app.databaseUrl, pool: 1, patience: 1_000, log: () => undefined })
  const kept = (tx: Tx, n: number) => sql<{ n: number }>`/* kept */ select ${n}::int + 1 as n`.execute(tx.db)
  try {
    const failing = transact({ ...app.ctx, db: near }, (tx) => {
      tx.along(sql`select 1 / 0`.execute(tx.db))
      for (const n of [1, 2]) tx.along(kept(tx, n))
      return Promise.resolve()
    })
    await expect(failing).rejects.toMatchObject({ code: '22012' })
    const said = await transact({ ...app.ctx, db: near }, (tx) => Promise.all([kept(tx, 1), kept(tx, 2)]))
    expect(said.map(({ rows }) => rows)).toEqual([[{ n: 2 }], [{ n: 3 }]])
  } finally {
    await near.destroy()
  }
})

test('a transaction that has ended takes no more statements', async () => {
  const kept = await transact(app.ctx, (tx) => Promise.resolve(tx.db))
  await expect(sql`select 1`.execute(kept)).rejects.toThrow('Transaction is already committed')
})

test('facts that do not fit their kind are refused before anything is written', async () => {
  const work = transact(app.ctx, async (tx) => {
    const facts: unknown = { name: { zh: '某人' }, count: 'many' }
    tx.journal(kinds.seen, { ...place, kind: 'thing', id: null }, facts as never)
    return Promise.resolve()
  })
  await expect(work).rejects.toThrow(z.ZodError)
})

test('a public entry raises the event’s revision once, a hidden one does not', async () => {
  const start = await revision()
  await transact(app.ctx, async (tx) => {
    tx.journal(kinds.seen, { ...place, kind: 'thing', id: null }, { name: { zh: '甲' }, count: 1 })
    tx.journal(kinds.seen, { ...place, kind: 'thing', id: null }, { name: { zh: '乙' }, count: 2 })
    return Promise.resolve()
  })
  expect(await revision()).toBe(start + 1)
  await transact(app.ctx, (tx) => Promise.resolve(tx.journal(kinds.hidden, { ...place, kind: 'thing', id: null }, {})))
  expect(await revision()).toBe(start + 1)
})

test('past dates: an entry stands where its own time puts it, entries of one moment in order of writing', async () => {
  const past = { ...app.ctx, clock: settableClock(new Date('2019-10-26T13:38:49+08:00')) }
  await transact(past, async (tx) => {
    for (const count of [1, 2, 3]) tx.journal(kinds.seen, { ...place, kind: 'thing', id: null }, { name: { zh: '早' }, count })
    return Promise.resolve()
  })
  const first = (await listEntries(app.db, place)).slice(0, 3)
  expect(first.map((e) => [e.at.toISOString(), e.facts['count']])).toEqual([1, 2, 3].map((n) => ['2019-10-26T05:38:49.000Z', n]))
})

test('commits are announced to those who listen', async () => {
  const heard: unknown[] = []
  await app.journalFeed.ready
  // What was committed before may be announced only now: this one is about an event of its own.
  const here = { ...place, eventId: newId(app.ctx) }
  const stop = app.journalFeed.subscribe((change) => void (change?.eventId === here.eventId && heard.push(change)))
  await transact(app.ctx, (tx) =>
    Promise.resolve(tx.journal(kinds.seen, { ...here, kind: 'thing', id: null }, { name: { zh: '甲' }, count: 1 })),
  )
  while (heard.length < 1) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(heard).toEqual([{ ...here, public: true }])
  stop()
})

test('sentences pick the reader’s language', () => {
  expect(sentence(kinds.seen, { name: { zh: '姜原', en: 'Jiang' }, count: 1280 }, 'zh')).toBe('姜原来了 1,280 次')
  expect(sentence(kinds.seen, { name: { zh: '姜原', en: 'Jiang' }, count: 1280 }, 'en')).toBe('Jiang came 1,280 times')
})
