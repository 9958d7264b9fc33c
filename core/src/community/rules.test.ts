import fc from 'fast-check'
import { expect, test } from 'vitest'
import { momentAt } from './rules.ts'

/** What a wall clock in the zone shows. */
const shown = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at)

const zones = ['Asia/Shanghai', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns', 'UTC']

test.each([
  // The hour before and after summer time begins; Newfoundland changed its clocks a minute after midnight.
  ['2026-03-29', '01:59:59', 'Europe/Berlin', '2026-03-29T00:59:59.000Z'],
  ['2026-03-29', '03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
  ['2010-03-14', '00:00:30', 'America/St_Johns', '2010-03-14T03:30:30.000Z'],
  ['2010-03-14', '01:01:30', 'America/St_Johns', '2010-03-14T03:31:30.000Z'],
  ['2026-11-02', '20:15', 'Asia/Shanghai', '2026-11-02T12:15:00.000Z'],
])('%s %s in %s', (day, time, zone, iso) => expect(momentAt(day, time, zone).toISOString()).toBe(iso))

test('a clock in the zone shows the moment that was asked for, but for the hours that no clock shows', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.date({ min: new Date('1975-01-01T00:00:00Z'), max: new Date('2040-01-01T00:00:00Z'), noInvalidDate: true }),
      (zone, at) => {
        // A moment as a clock shows it; of an hour that it shows twice, either is right.
        const [day = '', time = ''] = shown(at, zone).split(' ')
        expect(shown(momentAt(day, time, zone), zone)).toBe(`${day} ${time}`)
      },
    ),
    { numRuns: 500 },
  )
})
