import chineseDays from 'chinese-days'
import type { Text } from '#core/kernel/text.ts'

/** What somebody who picks a day should know about it. */
export interface DayHint {
  day: string
  /** Monday is 1, Sunday 7. */
  weekday: number
  /** holiday: a statutory one, people travel; makeup: a weekend day on which people work; unknown: not yet announced. */
  kind: 'workday' | 'weekend' | 'holiday' | 'makeup' | 'unknown'
  /** False while the State Council has not published the year's holidays: weekends may still become workdays. */
  announced: boolean
  /** The holiday's name; for a make-up workday the holiday that it makes up for. */
  name: Text
  /** Days that mean something to the field, and seasons to avoid. */
  meaning: { text: Text; good: boolean }[]
}

const { getDayDetail, getHolidaysInRange } = chineseDays

interface Meaning {
  from: string
  to: string
  good: boolean
  text: Text
}

// Month and day; fixed in every year.
const MEANINGS: readonly Meaning[] = [
  { from: '03-14', to: '03-14', good: true, text: { zh: '3.14 圆周率日', en: 'Pi day' } },
  { from: '10-24', to: '10-24', good: true, text: { zh: '1024 程序员节', en: '1024, programmers’ day' } },
  {
    from: '06-07',
    to: '06-09',
    good: false,
    text: { zh: '高考：学校场地借不到，城里限噪', en: 'University entrance examination: no school venues, quiet zones' },
  },
  { from: '06-16', to: '06-18', good: false, text: { zh: '618 大促：不少人在值班', en: '618 sales: many are on duty' } },
  { from: '11-09', to: '11-11', good: false, text: { zh: '双十一：不少人在值班', en: 'Singles’ day sales: many are on duty' } },
  {
    from: '12-19',
    to: '12-27',
    good: false,
    text: { zh: '考研前后：学生来不了', en: 'Around the postgraduate examination: students cannot come' },
  },
]

/** What is known about a day (YYYY-MM-DD). Holidays: the State Council's list as bundled; a year it lacks is `unknown`, never guessed. */
export function dayHint(day: string): DayHint {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7
  const weekend = weekday >= 6
  const monthDay = day.slice(5)
  const meaning = MEANINGS.filter((m) => m.from <= monthDay && monthDay <= m.to).map(({ text, good }) => ({ text, good }))
  const announced = isAnnounced(Number(day.slice(0, 4)))
  const known = { day, weekday, announced, name: {}, meaning }
  if (!announced) return { ...known, kind: weekend ? 'weekend' : 'unknown' }
  // A named day is written `Tomb-sweeping Day,清明,1`, any other by its English weekday.
  const { work, name: names } = getDayDetail(day)
  const [en, zh] = names.split(',')
  if (zh && !work) return { ...known, kind: 'holiday', name: { zh, en } }
  if (weekend && work) return { ...known, kind: 'makeup', name: zh ? { zh, en } : {} }
  return { ...known, kind: weekend ? 'weekend' : 'workday' }
}

/** True when the State Council's holidays of the year are in the bundled list. */
export function isAnnounced(year: number): boolean {
  return getHolidaysInRange(`${year}-01-01`, `${year}-12-31`, false).length > 0
}

/** True when people are likely to stay away from an event on this day, for whatever reason is known. */
export function isAwkward(hint: DayHint): boolean {
  return hint.kind === 'holiday' || hint.kind === 'makeup' || hint.meaning.some((m) => !m.good)
}
