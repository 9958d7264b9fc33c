import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import { anotherProcess, testApp, type TestApp } from '../../../tests/setup/app.ts'
import { cuttableLink } from '../../../tests/setup/cuttable-link.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { registerAttendee } from './register.actions.ts'
import { lockCounter, updateCounter } from './store.ts'
import { waitTogether, type Asked } from './together.ts'
import { openRegistration } from './window.actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

async function open(community: string) {
  const { communityId, event } = await makeEvent(app.ctx, { community, cap: 100 })
  await openRegistration(app.ctx, communityId, event.id)
  return { communityId, eventId: event.id }
}

test('the next batch goes out while the one before commits, and is decided after it', async () => {
  const place = await open('next')
  // The first one's commit waits for a lock that is held here, two seconds at most.
  await sql`create table slow (n int); create function wait() returns trigger language plpgsql as
      'begin perform pg_advisory_xact_lock(7); return null; end';
    create constraint trigger slow after insert on slow deferrable initially deferred for each row execute function wait()`.execute(app.db)
  const seen: string[] = []
  let second: Promise<unknown> = Promise.resolve()
  const behind = Promise.withResolvers<void>()
  const ask = waitTogether<Asked & { name: string }, number>({
    work: 'seat',
    room: (room) => room,
    decide: async (_, tx, { communityId, eventId }, requests) => {
      const names = requests.map(({ name }) => name).join('')
      seen.push(`${names} goes out`)
      if (names === 'bc') behind.resolve()
      const counter = await lockCounter(tx.db, communityId, eventId)
      const taken = (counter?.taken ?? 0) + requests.length
      await updateCounter(tx.db, communityId, eventId, { taken })
      if (names === 'a') {
        second = Promise.all([tell('b'), tell('c')])
        await sql`set local lock_timeout = '2s'`.execute(tx.db)
        await sql`insert into slow values (1)`.execute(tx.db)
      }
      return requests.map(() => taken)
    },
  })
  const tell = async (name: string): Promise<void> => {
    const taken = await ask(app.ctx, place, { name, anyTime: false })
    seen.push(`${name} is told ${taken}`)
  }
  await app.db.connection().execute(async (holder) => {
    await sql`select pg_advisory_lock(7)`.execute(holder)
    const first = tell('a')
    await behind.promise
    expect(seen).toEqual(['a goes out', 'bc goes out'])
    await sql`select pg_advisory_unlock(7)`.execute(holder)
    await first
  })
  await second
  expect(seen.slice(2).toSorted()).toEqual(['a is told 1', 'b is told 3', 'c is told 3'])
})

test('case 38: the link is cut at a commit while the next batch waits behind it: all are answered, none doubled', async () => {
  const place = await open('cut')
  const link = await cuttableLink(app.databaseUrl)
  const other = await anotherProcess(app, link.url)
  try {
    const ask = (n: number) =>
      registerAttendee(
        other.context(visitor),
        place.communityId,
        place.eventId,
        { name: `张${n}`, email: `p${n}@example.org`, consents: { registration: true } },
        { key: `cut-${n}`, strict: true },
      )
    await ask(0)
    link.cutAfterCommit()
    const tickets = await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        // Some in every turn of the loop, so that there are always those who come while others are decided.
        for (let turn = 0; turn < n; turn += 1) await new Promise((resolve) => setImmediate(resolve))
        return ask(n + 1)
      }),
    )
    expect(link.cuts()).toBe(1)
    const rows = await app.db.selectFrom('registration').select('id').where('eventId', '=', place.eventId).execute()
    const counter = await lockCounter(app.db, place.communityId, place.eventId)
    expect([rows.length, counter?.taken]).toEqual([61, 61])
    const ids = new Set(rows.map(({ id }) => id))
    expect(new Set(tickets.map(({ registration }) => registration.id)).size).toBe(60)
    expect(tickets.every(({ registration }) => ids.has(registration.id))).toBe(true)
  } finally {
    await other.close()
    link.close()
  }
})
