import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { openListEvent } from '../../../../tests/setup/lists.ts'
import { registerAttendee } from '../actions.ts'
import { checkCounters } from '../seats/recount.ts'
import { beginImport, countsOf, openImport, runImport } from './actions.ts'
import { makeAhead } from './ahead.ts'
import { findOpen } from './lookup.store.ts'
import { chooseRows, listRows } from './store.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const phone = (n: number): string => `139${String(n).padStart(8, '0')}`
const file = (rows: readonly string[]): string => `姓名,手机,邮箱,单位\n${rows.join('\n')}\n`

/** A context that does something when it is asked the time for the n-th time. */
function atMoment(ctx: Context, n: number, act: () => void): Context {
  let calls = 0
  return {
    ...ctx,
    clock: {
      now: () => {
        calls += 1
        if (calls === n) act()
        return ctx.clock.now()
      },
    },
  }
}

test('a list of several parts: each row is decided by all before it, whatever part they are in, as the preview said', async () => {
  const { communityId, event, here, draft, run, people } = await openListEvent(app, { cap: 1400 })
  await registerAttendee(app.ctx, ...here, { name: '早到', phone: phone(7), consents: { registration: true } })
  const rows = Array.from({ length: 1500 }, (_, n) => `人${n},${phone(n)},p${n}@example.org,甲`)
  // Known before the list; of the first part; the very row of the first part; two namesakes of the second part.
  rows[7] = `早到,${phone(7)},zao@example.org,`
  rows[1200] = `人3,,p3@example.org,乙`
  rows[1201] = `人4,${phone(4)},p4@example.org,甲`
  rows[1202] = `别人,,p600@example.org,`
  rows[1203] = `人601,${phone(90_000)},q601@example.org,甲`
  const id = await draft(file(rows))
  const preview = await countsOf(app.ctx, await openImport(app.ctx, ...here, id))
  expect(preview).toMatchObject({
    plan: { new: 1399, same: 2, again: 1, possible: 2, refused: 96 },
    refused: [{ reason: 'full', count: 96 }],
  })
  expect(await run(id)).toMatchObject({ outcome: { taken: 1399, merged: 2, again: 1, held: 2, refused: 96 }, open: 0, plan: preview.plan })
  const all = await people()
  expect(all.length).toBe(1400)
  expect(all.find((one) => one.name === '早到')).toMatchObject({ phone: `+86${phone(7)}`, email: 'zao@example.org' })
  const kept = await listRows(app.db, communityId, id, { outcomes: ['taken', 'merged', 'again'] })
  expect(new Set(kept.map((row) => row.registrationId)).size).toBe(1400)
  expect(kept.every((row) => row.registrationId !== null)).toBe(true)
  expect(await checkCounters(app.ctx, communityId, event.id)).toEqual([])

  // The same file once more: nothing but the rows' own fingerprints is needed to know them again.
  expect((await run(await draft(file(rows)))).outcome).toMatchObject({ taken: 0, again: 1402, held: 2, refused: 96 })
  expect((await people()).length).toBe(1400)
})

test('a row that is decided anew behind the back of a run goes with this run', async () => {
  const { communityId, here, draft, people } = await openListEvent(app, { cap: null })
  await registerAttendee(app.ctx, ...here, { name: '别人', phone: phone(99_999), email: 'p@example.org', consents: { registration: true } })
  const rows = Array.from({ length: 2200 }, (_, n) => `人${n},${phone(n)},,`)
  rows[0] = '人0,,p@example.org,'
  const id = await draft(file(rows))
  await beginImport(app.ctx, ...here, id)
  let decided: Promise<unknown> = Promise.resolve()
  // In the second part, when the first one is committed: as if it had been stopped, decided and set going by somebody.
  const ctx = atMoment(app.ctx, 4000, () => {
    decided = chooseRows(app.db, communityId, id, 'skip', [2])
  })
  await runImport(ctx, ...here, id)
  expect(await decided).toBe(1)
  expect(await countsOf(app.ctx, await openImport(app.ctx, ...here, id))).toMatchObject({
    outcome: { taken: 2199, held: 0, skipped: 1 },
    open: 0,
  })
  expect(await openImport(app.ctx, ...here, id)).toMatchObject({ state: 'done', done: 2200 })
  expect((await people()).length).toBe(2200)
})

test('two runs of one list take turns: what one has read ahead and the other has taken meanwhile is not taken again', async () => {
  const { here, draft, people } = await openListEvent(app, { cap: null })
  const id = await draft(file(Array.from({ length: 3000 }, (_, n) => `人${n},${phone(n)},,`)))
  await beginImport(app.ctx, ...here, id)
  await Promise.all([runImport(app.ctx, ...here, id), runImport(app.ctx, ...here, id)])
  const batch = await openImport(app.ctx, ...here, id)
  expect(batch).toMatchObject({ state: 'done', done: 3000 })
  expect(await countsOf(app.ctx, batch)).toMatchObject({ outcome: { taken: 3000, again: 0 }, open: 0 })
  expect((await people()).length).toBe(3000)
})

test('what was understood beforehand counts only while the row is as it was', async () => {
  const { communityId, event, here, draft } = await openListEvent(app)
  const id = await draft(file([`张三,${phone(1)},,甲`, `李四,${phone(2)},,乙`]))
  const batch = await openImport(app.ctx, ...here, id)
  const ahead = makeAhead(app.ctx)
  ahead.begin(batch, event.timeZone, { after: 2, limit: 10 })
  const understood = await ahead.take()
  expect([...understood.spelt]).toEqual([['李四', { pinyin: 'lisi', initials: 'ls' }]])
  const [one, two] = await listRows(app.db, communityId, id)
  if (!one || !two) throw new Error('the rows are not there')
  const read = (row: typeof one) => understood.read(row, batch, event.timeZone)
  expect(read(two)).toBe(read({ ...two, cells: [...two.cells] }))
  expect(read(one)).toMatchObject({ line: 2, name: '张三' })
  const now = () => findOpen(app.db, communityId, id, 2, 10)
  expect(await now()).toEqual([[3, '', 4]])
  const changes = [
    { choice: 'skip' },
    { choice: '', cells: '[]' },
    { cells: JSON.stringify(two.cells), outcome: 'held' },
    { outcome: '' },
  ] as const
  const fits: boolean[] = [understood.fits(await now())]
  for (const change of changes) {
    await app.db
      .updateTable('importRow')
      .set(change)
      .where('communityId', '=', communityId)
      .where('batchId', '=', id)
      .where('line', '=', 3)
      .execute()
    fits.push(understood.fits(await now()))
  }
  expect(fits).toEqual([true, false, false, false, true])
  expect(understood.fits(await findOpen(app.db, communityId, id, 0, 1))).toBe(false)
  expect(read({ ...two, cells: [] })).toMatchObject({ line: 3, name: '', phone: '', refused: 'no_name' })
  expect(read({ ...two, cells: ['王五', ...two.cells.slice(1)] })).toMatchObject({ line: 3, name: '王五' })
})

test('somebody whom the community knows gets one booking, however many rows have their contacts', async () => {
  const { communityId, draft, run, people } = await openListEvent(app)
  const createdAt = app.clock.now()
  const [older, newer] = [newId(app.ctx), newId(app.ctx)]
  await app.db
    .insertInto('person')
    .values([
      { communityId, id: newer, name: '张三', createdAt },
      { communityId, id: older, name: '张 三', createdAt: new Date(createdAt.getTime() - 1000) },
    ])
    .execute()
  await app.db
    .insertInto('contactPoint')
    .values([
      { communityId, personId: newer, kind: 'phone', value: `+86${phone(1)}`, createdAt },
      { communityId, personId: older, kind: 'email', value: 'z@example.org', createdAt },
      { communityId, personId: older, kind: 'phone', value: `+86${phone(2)}`, createdAt },
    ])
    .execute()
  // The first row has a contact of both, the second one of the older person alone, whom the first row got.
  await run(await draft(file([`张三,${phone(1)},z@example.org,`, `张三,${phone(2)},,`, `李四,${phone(2)},,`])))
  const booked = await app.db
    .selectFrom('registration')
    .select(['personId', 'phone'])
    .where('communityId', '=', communityId)
    .orderBy('phone')
    .execute()
  expect(booked.map((one) => one.phone)).toEqual(['', `+86${phone(1)}`, `+86${phone(2)}`])
  expect(booked[1]?.personId).toBe(older)
  expect(new Set(booked.map((one) => one.personId)).size).toBe(3)
  expect(booked.some((one) => one.personId === newer)).toBe(false)
  expect((await people()).map((one) => one.name)).toEqual(['张 三', '张三', '李四'])
  const points = await app.db
    .selectFrom('contactPoint')
    .select('value')
    .where('communityId', '=', communityId)
    .where('personId', '=', older)
    .orderBy('value')
    .execute()
  expect(points.map((one) => one.value)).toEqual([`+86${phone(1)}`, `+86${phone(2)}`, 'z@example.org'])
})

test('a row that was cancelled elsewhere is held against the bookings here', async () => {
  const { here, draft, run } = await openListEvent(app)
  await registerAttendee(app.ctx, ...here, { name: '张三', phone: phone(1), consents: { registration: true } })
  const id = await draft(`姓名,手机,状态\n张三,${phone(1)},已取消\n李四,${phone(2)},已取消\n王五,,已通过\n`)
  const refused = new Map((await run(id)).refused.map(({ reason, count }) => [reason, count]))
  expect(refused).toEqual(
    new Map([
      ['status_off_here', 1],
      ['status_off', 1],
      ['no_contact', 1],
    ]),
  )
})
