import fc from 'fast-check'
import { expect, test } from 'vitest'
import { amberSeconds, readClock } from './clock.ts'
import { waiting, type Item, type Run } from './model.ts'
import { currentItem, decide, nextItem, type Press } from './press.rules.ts'
import { endFromOverrun, overrunOf, projectDay } from './rules.ts'

const at = (time: string): Date => new Date(`2019-10-26T${time.length === 5 ? `${time}:00` : time}+08:00`)
const item = (no: number, time: string | null, minutes: number, run: Partial<Run> = {}, kind: Item['kind'] = 'talk'): Item => ({
  id: `s${no}`,
  no,
  slug: `s-${no}`,
  kind,
  title: { zh: `题目 ${no}` },
  speakers: [],
  plannedStart: time ? at(time) : null,
  minutes,
  run: { ...waiting(`s${no}`), ...run },
})
const apply = (items: readonly Item[], changed: readonly Run[]): Item[] =>
  items.map((i) => ({ ...i, run: changed.find((r) => r.sessionId === i.id) ?? i.run }))
const time = (d: Date | null | undefined): string =>
  d ? new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', timeStyle: 'medium' }).format(d) : ''

test('an overrun is (end − start) − planned, to the second; a stated one wins', () => {
  const run = { startedAt: at('15:59:08'), endedAt: at('16:40:50'), overrunSeconds: null }
  expect(overrunOf(run, 35)).toBe(402)
  expect(overrunOf({ ...run, endedAt: null }, 35)).toBe(null)
  expect(overrunOf({ ...run, overrunSeconds: 7 }, 35)).toBe(7)
  expect(time(endFromOverrun(at('15:59:08'), 35, 402))).toBe('16:40:50')
  expect(endFromOverrun(at('15:59:08'), 35, null)).toBe(null)
})

test('the clock: green, amber for the last five minutes or the last fifth, red from zero on', () => {
  const start = at('14:00').getTime()
  const read = (allowed: number, seconds: number) => readClock({ startedAt: start, allowed }, start + seconds * 1000)
  expect([amberSeconds(1800), amberSeconds(300)]).toEqual([300, 60])
  expect([read(1800, 0), read(1800, 1499), read(1800, 1500), read(1800, 1799), read(1800, 1800), read(1800, 2202)]).toEqual([
    { elapsed: 0, remaining: 1800, colour: 'green' },
    { elapsed: 1499, remaining: 301, colour: 'green' },
    { elapsed: 1500, remaining: 300, colour: 'amber' },
    { elapsed: 1799, remaining: 1, colour: 'amber' },
    { elapsed: 1800, remaining: 0, colour: 'red' },
    { elapsed: 2202, remaining: -402, colour: 'red' },
  ])
  expect(read(1800, -30)).toEqual({ elapsed: 0, remaining: 1800, colour: 'green' })
})

test('a late day pushes what follows; breaks shrink to half, talks do not, a gap is used up', () => {
  const items = [
    item(1, '15:59', 35, { state: 'on', startedAt: at('15:59:08') }),
    item(2, '16:34', 20, {}, 'break'),
    item(3, '16:54', 30),
    item(4, '17:40', 20),
  ]
  const day = projectDay(items, at('16:40:50'))
  expect(day.items.map((i) => [time(i.start), time(i.end), i.late])).toEqual([
    ['15:59:08', '16:40:50', 8],
    ['16:40:50', '16:54:00', 410],
    ['16:54:00', '17:24:00', 0],
    ['17:40:00', '18:00:00', 0],
  ])
  expect([day.current?.no, day.next?.no, day.offset, day.live]).toEqual([1, 2, 410, true])
  const later = projectDay(items, at('16:55'))
  expect(later.items.slice(1, 3).map((i) => [time(i.start), i.late])).toEqual([
    ['16:55:00', 1260],
    ['17:05:00', 660],
  ])
})

test('before anybody pressed, and after they stopped, the plan stands', () => {
  const plan = [item(1, '14:00', 30), item(2, '14:30', 30)]
  const before = projectDay(plan, at('14:20'))
  expect([before.items.map((i) => time(i.start)), before.live, before.offset]).toEqual([['14:00:00', '14:30:00'], false, 0])
  const forgotten = projectDay([item(1, '14:00', 30, { state: 'on', startedAt: at('14:00') }), item(2, '14:30', 30)], at('17:31'))
  expect([forgotten.live, time(forgotten.items[1]?.start), forgotten.items[0]?.end]).toEqual([false, '14:30:00', null])
  const over = projectDay([item(1, '14:00', 30, { state: 'done', startedAt: at('14:00'), endedAt: at('14:31') })], at('14:40'))
  expect([over.live, over.current, over.next]).toEqual([false, null, null])
})

test('between two items the next is late from its planned time on', () => {
  const items = [item(1, '14:00', 30, { state: 'done', startedAt: at('14:00'), endedAt: at('14:25') }), item(2, '14:30', 30)]
  expect(projectDay(items, at('14:27')).offset).toBe(0)
  expect(projectDay(items, at('14:33')).offset).toBe(180)
})

test('next names what it starts: a second press of the same does nothing, skipped ones can be taken up again', () => {
  const plan = [item(1, '14:00', 30), item(2, '14:30', 30), item(3, '15:00', 30)]
  expect(nextItem(plan)?.no).toBe(1)
  const one = apply(plan, decide(plan, { kind: 'next', sessionId: 's1' }, at('14:01')))
  expect(decide(one, { kind: 'next', sessionId: 's1' }, at('14:02'))).toEqual([])
  const skipped = apply(one, decide(one, { kind: 'skip', sessionId: 's2' }, at('14:02')))
  expect(nextItem(skipped)?.no).toBe(3)
  const three = apply(skipped, decide(skipped, { kind: 'next', sessionId: 's3' }, at('14:35')))
  expect(three.map((i) => [i.run.state, time(i.run.startedAt), time(i.run.endedAt)])).toEqual([
    ['done', '14:01:00', '14:35:00'],
    ['skipped', '', ''],
    ['on', '14:35:00', ''],
  ])
  const two = apply(three, decide(three, { kind: 'start', sessionId: 's2' }, at('15:00')))
  expect([currentItem(two)?.no, nextItem(two)]).toEqual([2, null])
  expect(() => decide(two, { kind: 'start', sessionId: 's1' }, at('15:00'))).toThrowError(expect.objectContaining({ code: 'stage.over' }))
  expect(() => decide(two, { kind: 'extend', sessionId: 's1', seconds: 60 }, at('15:00'))).toThrowError(
    expect.objectContaining({ code: 'stage.nothing_on' }),
  )
})

test('minutes may be taken away, but one minute stays', () => {
  const on = [item(1, '14:00', 5, { state: 'on', startedAt: at('14:00') })]
  expect(decide(on, { kind: 'extend', sessionId: 's1', seconds: -600 }, at('14:01'))[0]?.extraSeconds).toBe(-240)
})

test('any order of presses: at most one is on, times never run backwards, taking every press back gives the plan', () => {
  const ids = ['s1', 's2', 's3', 's4']
  const press = fc.record({
    kind: fc.constantFrom('next', 'start', 'end', 'skip', 'extend'),
    sessionId: fc.constantFrom(...ids),
    seconds: fc.integer({ min: -900, max: 900 }),
  })
  const steps = fc.array(fc.tuple(press, fc.integer({ min: -60, max: 1200 })), { maxLength: 30 })
  fc.assert(
    fc.property(steps, (all) => {
      const plan = [item(1, '14:00', 30), item(2, '14:30', 10, {}, 'break'), item(3, '14:40', 5), item(4, null, 20)]
      let items = plan
      let now = at('14:00').getTime()
      const history: Run[][] = []
      for (const [what, seconds] of all) {
        now += seconds * 1000
        const state = items
        let changed: Run[] = []
        try {
          changed = decide(state, what satisfies Press, new Date(now))
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^stage\.(over|nothing_on)$/) })
        }
        history.push(changed.flatMap((run) => state.filter((i) => i.id === run.sessionId).map((i) => i.run)))
        items = apply(items, changed)
        expect(items.filter((i) => i.run.state === 'on').length).toBeLessThanOrEqual(1)
        for (const { run } of items)
          if (run.startedAt && run.endedAt) expect(run.endedAt.getTime()).toBeGreaterThanOrEqual(run.startedAt.getTime())
        const ran = items
          .filter((i) => i.run.startedAt)
          .sort((a, b) => (a.run.startedAt?.getTime() ?? 0) - (b.run.startedAt?.getTime() ?? 0))
        for (const [i, one] of ran.entries()) {
          const next = ran[i + 1]?.run
          if (one.run.endedAt && next?.startedAt && next.startedAt.getTime() > (one.run.startedAt?.getTime() ?? 0)) {
            expect(next.startedAt.getTime()).toBeGreaterThanOrEqual(one.run.endedAt.getTime())
          }
        }
        const day = projectDay(items, new Date(now))
        const coming = day.items.filter(
          (i) =>
            i.run.state === 'waiting' &&
            day.live &&
            i.start &&
            items.indexOf(items.find((x) => x.id === i.id) ?? plan[0] ?? item(9, null, 1)) >
              items.findLastIndex((x) => x.run.state !== 'waiting'),
        )
        for (const [i, one] of coming.entries()) {
          const before = coming[i - 1]
          if (before?.end && one.start) expect(one.start.getTime()).toBeGreaterThanOrEqual(before.end.getTime())
        }
      }
      for (const before of history.reverse()) items = apply(items, before)
      expect(items).toEqual(plan)
    }),
  )
})
