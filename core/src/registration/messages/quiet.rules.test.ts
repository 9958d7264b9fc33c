import fc from 'fast-check'
import { expect, test } from 'vitest'
import { afterQuiet, isQuiet, mayLeave, offerEnds, type Quiet } from './quiet.rules.ts'

const night = (timeZone: string): Quiet => ({ from: '22:00', until: '08:00', timeZone })
const at = (iso: string): Date => new Date(iso)

test.each([
  ['21:59:59', false],
  ['22:00:00', true],
  ['00:00:00', true],
  ['07:59:59', true],
  ['08:00:00', false],
])('at %s in Nanning it is quiet: %s', (time, quiet) => {
  expect(isQuiet(at(`2026-12-04T${time}+08:00`), night('Asia/Shanghai'))).toBe(quiet)
})

test('what is written at night leaves in the morning, the rest at once', () => {
  expect(afterQuiet(at('2026-12-04T23:30:00+08:00'), night('Asia/Shanghai'))).toEqual(at('2026-12-05T08:00:00+08:00'))
  expect(afterQuiet(at('2026-12-05T01:10:07.250+08:00'), night('Asia/Shanghai'))).toEqual(at('2026-12-05T08:00:00+08:00'))
  expect(afterQuiet(at('2026-12-05T12:00:00+08:00'), night('Asia/Shanghai'))).toEqual(at('2026-12-05T12:00:00+08:00'))
})

test('the morning is the one on the clock, also when the night is an hour shorter or longer', () => {
  expect(afterQuiet(at('2026-03-28T23:00:00+01:00'), night('Europe/Berlin'))).toEqual(at('2026-03-29T08:00:00+02:00'))
  expect(afterQuiet(at('2026-10-24T23:00:00+02:00'), night('Europe/Berlin'))).toEqual(at('2026-10-25T08:00:00+01:00'))
  expect(afterQuiet(at('2026-04-04T23:00:00+11:00'), night('Australia/Lord_Howe'))).toEqual(at('2026-04-05T08:00:00+10:30'))
})

test('an end that is left out, or that comes twice, is not waited for a day long', () => {
  const odd = { from: '22:00', until: '02:30', timeZone: 'Europe/Berlin' }
  expect(afterQuiet(at('2026-03-29T01:00:00+01:00'), odd)).toEqual(at('2026-03-29T03:30:00+02:00'))
  expect(afterQuiet(at('2026-10-25T02:10:00+01:00'), odd)).toEqual(at('2026-10-25T02:30:00+01:00'))
})

test('a mail that would come too late in the morning goes at once', () => {
  const before = at('2026-12-05T05:00:00+08:00')
  expect(mayLeave(before, night('Asia/Shanghai'), at('2026-12-05T07:30:00+08:00'))).toEqual(before)
  expect(mayLeave(before, night('Asia/Shanghai'), at('2026-12-05T13:30:00+08:00'))).toEqual(at('2026-12-05T08:00:00+08:00'))
})

test('the time of an offer that is made at night begins in the morning', () => {
  expect(offerEnds(at('2026-12-04T23:30:00+08:00'), 12, night('Asia/Shanghai'))).toEqual(at('2026-12-05T20:00:00+08:00'))
  expect(offerEnds(at('2026-12-04T12:00:00+08:00'), 12, night('Asia/Shanghai'))).toEqual(at('2026-12-05T00:00:00+08:00'))
})

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
const zone = fc.constantFrom(
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'America/Sao_Paulo',
)
const moment = fc.date({ min: new Date('2017-01-01T00:00:00Z'), max: new Date('2028-01-01T00:00:00Z'), noInvalidDate: true })

test('for all hours and zones: never earlier, never within quiet hours, never more than a day and a change of clocks later', () => {
  fc.assert(
    fc.property(moment, time, time, zone, (now, from, until, timeZone) => {
      const quiet = { from, until, timeZone }
      const after = afterQuiet(now, quiet)
      expect(isQuiet(after, quiet)).toBe(false)
      expect(after.getTime()).toBeGreaterThanOrEqual(now.getTime())
      expect(after.getTime() - now.getTime()).toBeLessThanOrEqual(25 * 3_600_000)
      if (!isQuiet(now, quiet)) expect(after).toEqual(now)
      expect(afterQuiet(after, quiet)).toEqual(after)
    }),
    { numRuns: 2000 },
  )
})

test('for all hours and zones: an offer stands at least its hours, all of them after the quiet ones', () => {
  fc.assert(
    fc.property(moment, time, time, zone, fc.integer({ min: 1, max: 168 }), (now, from, until, timeZone, hours) => {
      const ends = offerEnds(now, hours, { from, until, timeZone })
      expect(ends.getTime() - now.getTime()).toBeGreaterThanOrEqual(hours * 3_600_000)
      expect(ends.getTime() - now.getTime()).toBeLessThanOrEqual((hours + 25) * 3_600_000)
    }),
  )
})
