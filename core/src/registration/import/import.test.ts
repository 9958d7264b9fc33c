import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { openListEvent } from '../../../../tests/setup/lists.ts'
import type { makeEvent } from '../../../../tests/setup/samples.ts'

import { addChannel, cancelRegistration, registerAttendee } from '../actions.ts'
import {
  beginImport,
  countsOf,
  decideRow,
  decideRows,
  discardImport,
  exportLeftOut,
  listImports,
  openImport,
  setMapping,
  showRows,
  sourcesOf,
  startImport,
} from './actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const openEvent = (over: Parameters<typeof makeEvent>[1] = {}) => openListEvent(app, over)

const register = (here: readonly [string, string], name: string, phone: string, email = '') =>
  registerAttendee(app.ctx, ...here, { name, phone, email, consents: { registration: true } })

describe('a list comes in', () => {
  test('from upload to people: guessed columns, preview, run, what was not taken, and what the journal tells', async () => {
    const { communityId, here, start, run, people } = await openEvent()
    await register(here, '赵一', '13800138000')
    const channel = await addChannel(app.ctx, ...here, { slug: 'hdx', name: { zh: '活动行' } })
    const id = await start(
      '南宁场\n姓名,手机号,邮箱,公司,审核状态,报名时间,想听什么\n赵一,13800138000,zhao@example.org,甲,已通过,2026-11-01 20:00,AI\n钱二,13800138001,,乙,已通过,2026-11-02 08:00,=1+1\n孙三,1.38E+10,,丙,已通过,,\n李四,13800138003,,丁,已退款,,\n',
      { channelId: channel.id },
    )
    expect(await openImport(app.ctx, ...here, id)).toMatchObject({
      state: 'draft',
      total: 4,
      headerLine: 2,
      encoding: 'utf-8',
      basis: 'ours',
      createdBy: '',
    })
    expect((await people()).length).toBe(1)
    await setMapping(app.ctx, ...here, id, ['name', 'phone', 'email', 'organisation', 'status', 'registeredAt', 'answer'])
    expect(await countsOf(app.ctx, await openImport(app.ctx, ...here, id))).toMatchObject({
      plan: { new: 1, same: 1, again: 0, possible: 0, refused: 2 },
      refused: [
        { reason: 'cut_phone', count: 1 },
        { reason: 'status_off', count: 1 },
      ],
      open: 4,
    })
    expect(await showRows(app.ctx, await openImport(app.ctx, ...here, id), 'same', 5)).toMatchObject([
      { line: 3, name: '赵一', reason: 'same_phone', mate: { name: '赵一', phone: '+8613800138000' } },
    ])
    expect(await run(id)).toMatchObject({ outcome: { taken: 1, merged: 1, refused: 2, held: 0 }, open: 0 })
    expect(await people()).toMatchObject([
      { name: '赵一', phone: '+8613800138000', email: 'zhao@example.org', channelId: null },
      {
        name: '钱二',
        phone: '+8613800138001',
        affiliation: { zh: '乙' },
        channelId: channel.id,
        registeredAt: new Date('2026-11-02T08:00:00+08:00'),
        answers: { 审核状态: '已通过', 想听什么: '=1+1' },
      },
    ])
    const consents = await app.db
      .selectFrom('consent')
      .select('purpose')
      .where('communityId', '=', communityId)
      .where('purpose', '<>', 'registration')
      .execute()
    expect(consents).toEqual([])
    const csv = await exportLeftOut(app.ctx, ...here, id, 'zh')
    expect(csv.split('\r\n').map((line) => line.split(',').slice(0, 4))).toEqual([
      ['\ufeff行号', '没有收的原因', '姓名', '手机号'],
      ['5', '手机号被表格软件截断了（如 1.38E+10）：请在原文件把这一列设为“文本”再导出', '孙三', '1.38E+10'],
      ['6', '状态是已取消、已退款或未通过', '李四', '13800138003'],
      [''],
    ])
    const entries = (await listEntries(app.db, { communityId, rooms: ['registration'] })).map((one) => [one.kind, one.facts] as const)
    expect(entries.filter(([kind]) => /list_|exported/.test(kind)).sort()).toEqual([
      ['registration.exported', { purpose: 'import', rows: 2 }],
      ['registration.list_read', { source: '活动行', basis: 'ours', rows: 4 }],
      ['registration.list_started', { source: '活动行', rows: 4 }],
      ['registration.list_taken', { source: '活动行', rows: 4, taken: 1, known: 1, left: 2 }],
    ])
    expect(JSON.stringify(entries)).not.toMatch(/钱二|13800138001/)
  })

  test('formulas in the file of what was not taken stay text', async () => {
    const { here, draft, run } = await openEvent()
    const id = await draft('姓名,手机\n"=HYPERLINK(""http://evil"")",\n@SUM(1),123\n')
    await run(id)
    const csv = await exportLeftOut(app.ctx, ...here, id, 'en')
    expect(csv).toContain(`"'=HYPERLINK(""http://evil"")"`)
    expect(csv).toContain(`,'@SUM(1),123`)
  })

  test('twice the same file changes nothing; another list with the same people adds what it knows', async () => {
    const { here, draft, run, people } = await openEvent()
    const text = '姓名,手机,单位\n张三,13800138000,甲\n李四,13800138000,甲\n王五,13800138002,乙\n'
    expect((await run(await draft(text))).outcome).toMatchObject({ taken: 3 })
    const before = await people()
    expect(before.map((one) => [one.name, one.phone])).toEqual([
      ['张三', '+8613800138000'],
      ['李四', ''],
      ['王五', '+8613800138002'],
    ])
    expect((await run(await draft(text))).outcome).toMatchObject({ taken: 0, again: 3 })
    expect(
      (await run(await draft('您的手机,1、您的姓名,邮箱\n13800138002,王 五,w@example.org\n138-0013-8000,李四,\n'))).outcome,
    ).toMatchObject({ taken: 0, merged: 2 })
    expect((await people()).map((one) => [one.id, one.email])).toEqual(
      before.map((one) => [one.id, one.name === '王五' ? 'w@example.org' : '']),
    )
    expect((await run(await draft('姓名,邮箱\n王五,w@example.org\n', { source: '金数据' }))).outcome).toMatchObject({ merged: 1 })
    const last = before.find((one) => one.name === '王五')?.id ?? ''
    expect((await sourcesOf(app.ctx, ...here, last)).map((one) => `${one.source} ${one.line}`).toSorted()).toEqual([
      '活动行 2',
      '活动行 4',
      '活动行 4',
      '金数据 2',
    ])
  })

  test('possible duplicates wait for a person; undecided ones are held and can go later', async () => {
    const { here, draft, run, people } = await openEvent()
    await run(await draft('姓名,手机,单位\n张三,13800138000,甲\n李四,13800138001,甲\n王五,13800138002,甲\n'))
    const id = await draft('姓名,邮箱,单位\n张三,z@example.org,甲\n李四,l@example.org,甲\n王五,w@example.org,甲\n')
    const batch = () => openImport(app.ctx, ...here, id)
    expect((await countsOf(app.ctx, await batch())).undecided).toBe(3)
    expect((await showRows(app.ctx, await batch(), 'possible', 10)).map((one) => [one.line, one.mate?.phone])).toEqual([
      [2, '+8613800138000'],
      [3, '+8613800138001'],
      [4, '+8613800138002'],
    ])
    await decideRow(app.ctx, ...here, id, 2, 'same')
    await decideRow(app.ctx, ...here, id, 3, 'skip')
    await decideRow(app.ctx, ...here, id, 3, '')
    await decideRow(app.ctx, ...here, id, 3, 'other')
    expect((await showRows(app.ctx, await batch(), 'possible', 10)).map((one) => [one.line, one.choice, one.mate?.phone])).toEqual([
      [2, 'same', '+8613800138000'],
      [3, 'other', '+8613800138001'],
      [4, '', '+8613800138002'],
    ])
    expect(await run(id)).toMatchObject({ outcome: { merged: 1, taken: 1, held: 1 } })
    expect((await people()).map((one) => [one.name, one.phone, one.email])).toEqual([
      ['张三', '+8613800138000', 'z@example.org'],
      ['李四', '', 'l@example.org'],
      ['李四', '+8613800138001', ''],
      ['王五', '+8613800138002', ''],
    ])
    await decideRows(app.ctx, ...here, id, [], 'same')
    expect(await run(id)).toMatchObject({ outcome: { merged: 2, taken: 1, held: 0 } })
    expect((await people()).length).toBe(4)
    const again = await draft('姓名,邮箱,单位\n李四,l@example.org,甲\n')
    expect((await countsOf(app.ctx, await openImport(app.ctx, ...here, again))).plan).toMatchObject({ again: 1, possible: 0 })
  })

  test('the cap and the channel’s share hold for lists, also when others register meanwhile', async () => {
    const { here, draft, run, people } = await openEvent({ cap: 5 })
    const channel = await addChannel(app.ctx, ...here, { slug: 'x', name: { zh: 'x' }, share: 3 })
    const text = `姓名,手机\n${Array.from({ length: 6 }, (_, n) => `人${n},1380013800${n}`).join('\n')}\n`
    const id = await draft(text, { channelId: channel.id })
    expect((await countsOf(app.ctx, await openImport(app.ctx, ...here, id))).refused).toEqual([{ reason: 'channel_full', count: 3 }])
    for (let n = 0; n < 3; n += 1) await register(here, `先来${n}`, `1390013900${n}`)
    const counts = await run(id)
    expect([counts.outcome.taken, counts.refused]).toEqual([2, [{ reason: 'full', count: 4 }]])
    expect((await people()).length).toBe(5)
    expect(await app.db.selectFrom('channel').select('taken').where('id', '=', channel.id).executeTakeFirst()).toEqual({ taken: 2 })
  })

  test('somebody known to the community comes as the same person; whoever cancelled here stays away', async () => {
    const { communityId, here, draft, run, people } = await openEvent()
    const gone = await register(here, '张三', '13800138000')
    await cancelRegistration(app.ctx, ...here, gone.registration.id)
    await run(await draft('姓名,手机\n张三,13800138000\n李四,13800138001\n'))
    expect((await people()).map((one) => [one.name, one.state])).toEqual([
      ['张三', 'cancelled'],
      ['李四', 'registered'],
    ])
    expect(await app.db.selectFrom('person').select('name').where('communityId', '=', communityId).orderBy('name').execute()).toEqual([
      { name: '张三' },
      { name: '李四' },
    ])
  })
})

test('columns have to make sense, and only a draft can be changed or thrown away', async () => {
  const { here, start, run } = await openEvent()
  const id = await start('姓名,手机,手机2\n张三,13800138000,1\n')
  await expect(beginImport(app.ctx, ...here, id)).rejects.toMatchObject({ code: 'registration.list_unread' })
  expect((await countsOf(app.ctx, await openImport(app.ctx, ...here, id))).plan).toEqual({
    new: 0,
    same: 0,
    again: 0,
    possible: 0,
    refused: 0,
  })
  await expect(setMapping(app.ctx, ...here, id, ['name', 'answer', 'answer'])).rejects.toMatchObject({ code: 'registration.list_columns' })
  await expect(setMapping(app.ctx, ...here, id, ['name', 'phone', 'phone'])).rejects.toMatchObject({
    code: 'registration.list_column_twice',
  })
  await expect(setMapping(app.ctx, ...here, id, ['name', 'phone'])).rejects.toMatchObject({ code: 'input.invalid' })
  await expect(setMapping(app.ctx, ...here, id, ['name', 'phone', 'shoe'])).rejects.toMatchObject({ code: 'input.invalid' })
  await setMapping(app.ctx, ...here, id, ['name', 'phone', 'ignore'])
  await run(id)
  await expect(setMapping(app.ctx, ...here, id, ['name', 'phone', 'answer'])).rejects.toMatchObject({ code: 'registration.list_started' })
  await expect(discardImport(app.ctx, ...here, id)).rejects.toMatchObject({ code: 'registration.list_started' })
  const other = await start('姓名,手机\n张三,13800138000\n')
  await discardImport(app.ctx, ...here, other)
  expect((await listImports(app.ctx, ...here)).map((one) => one.id)).toEqual([id])
})

test('a form sent twice keeps one list', async () => {
  const { here } = await openEvent()
  const upload = () =>
    startImport(
      app.ctx,
      ...here,
      { name: 'a.csv', bytes: new TextEncoder().encode('姓名,手机\n张三,13800138000\n') },
      { source: '金数据', basis: 'consent' },
      'form-key-0001',
    )
  expect(await upload()).toBe(await upload())
  expect((await listImports(app.ctx, ...here)).length).toBe(1)
})

test('two lists in either order, each of them twice, give the same people with the same seats', async () => {
  const people = Array.from({ length: 6 }, (_, n) => ({ name: `人${n % 5}`, phone: `1380013800${n % 4}`, email: `p${n}@example.org` }))
  const list = fc.array(fc.record({ who: fc.nat(5), email: fc.boolean() }), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(list, list, async (one, two) => {
      const file = (rows: typeof one): string =>
        `姓名,手机,邮箱\n${rows.map(({ who, email }) => `${people[who]?.name},${people[who]?.phone},${email ? people[who]?.email : ''}`).join('\n')}\n`
      const take = async (...files: string[]): Promise<string[]> => {
        const event = await openEvent({ cap: null })
        for (const text of files) {
          const id = await event.draft(text)
          await decideRows(app.ctx, ...event.here, id, [], 'other')
          await event.run(id)
        }
        const found = await app.db
          .selectFrom('person')
          .innerJoin('contactPoint', (join) =>
            join.onRef('contactPoint.communityId', '=', 'person.communityId').onRef('contactPoint.personId', '=', 'person.id'),
          )
          .select(['person.name', 'contactPoint.value'])
          .where('person.communityId', '=', event.communityId)
          .where('contactPoint.kind', '=', 'phone')
          .execute()
        expect((await event.people()).length).toBe(found.length)
        return found.map((row) => `${row.name} ${row.value}`).toSorted()
      }
      const [a, b] = [file(one), file(two)]
      const expected = [...new Set([...one, ...two].map(({ who }) => `${people[who]?.name} +86${people[who]?.phone}`))].toSorted()
      expect(await take(a, b, a, b)).toEqual(expected)
      expect(await take(b, a)).toEqual(expected)
    }),
    { numRuns: 12 },
  )
})
