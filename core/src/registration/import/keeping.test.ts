import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { system } from '#core/kernel/actor.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { openListEvent } from '../../../../tests/setup/lists.ts'
import type { makeEvent } from '../../../../tests/setup/samples.ts'

import { eraseMine, exportMine, retainAttendees, ticketLinks } from '../actions.ts'
import { beginImport, cancelImport, decideRow, exportLeftOut, openImport, runImport, startImport } from './actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const openEvent = (over: Parameters<typeof makeEvent>[1] = {}) => openListEvent(app, over)

describe('a run that is interrupted', () => {
  const many = (total: number): string =>
    `姓名,手机\n${Array.from({ length: total }, (_, n) => `人${n},139${String(n).padStart(8, '0')}`).join('\n')}\n`

  test('stopped by a person: what was taken stays, and it goes on where it stood', async () => {
    const { here, draft, people } = await openEvent({ cap: null })
    const id = await draft(many(1200))
    await beginImport(app.ctx, ...here, id)
    const running = runImport(app.ctx, ...here, id)
    await cancelImport(app.ctx, ...here, id)
    await running
    const stopped = await openImport(app.ctx, ...here, id)
    expect(stopped.state).toBe('cancelled')
    expect((await people()).length).toBe(stopped.done)
    expect(stopped.done % 500).toBe(0)
    await beginImport(app.ctx, ...here, id)
    await Promise.all([runImport(app.ctx, ...here, id), runImport(app.ctx, ...here, id)])
    expect(await openImport(app.ctx, ...here, id)).toMatchObject({ state: 'done', done: 1200, total: 1200 })
    expect((await people()).length).toBe(1200)
  })

  test('broken off between two transactions: another process takes the rest, nobody twice', async () => {
    const { here, draft, people } = await openEvent({ cap: null })
    const id = await draft(many(1100))
    await beginImport(app.ctx, ...here, id)
    let calls = 0
    const broken = {
      ...app.ctx,
      clock: {
        now: () => {
          calls += 1
          if (calls > 4000) throw new Error('power cut')
          return app.clock.now()
        },
      },
    }
    await expect(runImport(broken, ...here, id)).rejects.toThrow('power cut')
    const half = await openImport(app.ctx, ...here, id)
    expect(half).toMatchObject({ state: 'running' })
    expect((await people()).length).toBe(half.done)
    expect(half.done).toBeGreaterThan(0)
    expect(half.done).toBeLessThan(1100)
    await runImport(app.context(system('jobs')), ...here, id)
    expect((await people()).length).toBe(1100)
  })
})

describe('whose data it is', () => {
  test('the holder gets the row, erases it, and the same list does not bring them back', async () => {
    const { communityId, here, draft, run, people } = await openEvent()
    const text = '姓名,手机,备注\n张三,13800138000,素食\n'
    const id = await draft(text)
    await run(id)
    const [one] = await people()
    const { no } = await app.db.selectFrom('community').select('no').where('communityId', '=', communityId).executeTakeFirstOrThrow()
    const { token } = ticketLinks(app.ctx, no, { id: one?.id ?? '', linkVersion: 1 })
    expect((await exportMine(app.ctx, token)).lists).toMatchObject([
      { source: '活动行', basis: 'ours', row: { 姓名: '张三', 手机: '13800138000', 备注: '素食' } },
    ])
    await eraseMine(app.ctx, token)
    const kept = await app.db.selectFrom('importRow').selectAll().where('communityId', '=', communityId).execute()
    expect(kept).toMatchObject([{ cells: [], outcome: 'erased' }])
    expect(JSON.stringify(await app.db.selectFrom('importBatch').selectAll().where('communityId', '=', communityId).execute())).not.toMatch(
      /张三|13800138000/,
    )
    expect(await exportLeftOut(app.ctx, ...here, id, 'zh')).not.toContain('张三')
    const second = await run(await draft(text))
    expect([second.outcome.taken, second.refused]).toEqual([0, [{ reason: 'erased_here', count: 1 }]])
    expect(await people()).toEqual([])
  })

  test('after the time of keeping all rows are empty, also those that were never taken', async () => {
    const { communityId, draft, run } = await openEvent({ retentionDays: 30 })
    await run(await draft('姓名,手机\n张三,13800138000\n李四,1.38E+10\n'))
    await draft('姓名,手机\n王五,13800138002\n')
    app.clock.advance(60 * 86_400_000)
    await retainAttendees(app.context(system('jobs')))
    app.clock.advance(-60 * 86_400_000)
    const rows = await app.db.selectFrom('importRow').select('cells').where('communityId', '=', communityId).execute()
    expect(rows).toEqual([{ cells: [] }, { cells: [] }, { cells: [] }])
  })

  test('only organisers, only in their own event, and the basis has to be stated', async () => {
    const { communityId, event, here, start, draft } = await openEvent()
    const other = await openEvent()
    const id = await draft('姓名,手机\n张三,13800138000\n')
    for (const role of ['viewer', 'door', 'treasurer']) {
      const ctx = app.as(role, communityId)
      await expect(startImport(ctx, ...here, { name: 'x', bytes: new Uint8Array() }, { source: 'x', basis: 'ours' })).rejects.toMatchObject(
        { code: 'access.denied' },
      )
      await expect(openImport(ctx, ...here, id)).rejects.toMatchObject({ code: 'access.denied' })
      await expect(exportLeftOut(ctx, ...here, id, 'zh')).rejects.toMatchObject({ code: 'access.denied' })
      await expect(beginImport(ctx, ...here, id)).rejects.toMatchObject({ code: 'access.denied' })
      await expect(decideRow(ctx, ...here, id, 2, 'same')).rejects.toMatchObject({ code: 'access.denied' })
    }
    const neighbour = app.as('owner', other.communityId)
    await expect(openImport(neighbour, other.communityId, event.id, id)).rejects.toMatchObject({ code: 'thing.not_found' })
    await expect(openImport(app.ctx, communityId, other.event.id, id)).rejects.toMatchObject({ code: 'thing.not_found' })
    await expect(beginImport(neighbour, other.communityId, other.event.id, id)).rejects.toMatchObject({ code: 'thing.not_found' })
    await expect(openImport(app.ctx, ...here, "x' or 1=1")).rejects.toMatchObject({ code: 'thing.not_found' })
    await expect(
      startImport(
        app.ctx,
        ...here,
        { name: 'x', bytes: new TextEncoder().encode('姓名,手机\n张三,1\n') },
        { source: '', basis: 'hearsay' as 'ours' },
      ),
    ).rejects.toMatchObject({
      issues: [{ path: 'source' }, { path: 'basis', code: 'field.required' }],
    })
    await expect(start('姓名,手机\n张三,1\n', { channelId: id })).rejects.toMatchObject({ code: 'thing.not_found' })
  })
})
