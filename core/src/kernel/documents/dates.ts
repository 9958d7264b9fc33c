import type { Locale } from '../text.ts'

export interface When {
  /** Calendar days `YYYY-MM-DD`. */
  start: string
  end?: string | undefined
  time: string
}

/** The date as it stands on the rail: year and month, a large day, the day of the week. */
export interface DateMark {
  over: string
  day: string
  under: string
}

const tags: Record<Locale, string> = { zh: 'zh-CN', en: 'en-GB' }

// Calendar days have no zone: they are read and written in UTC.
const format = (day: string, locale: Locale, options: Intl.DateTimeFormatOptions): string => {
  const name = locale + JSON.stringify(options)
  let days = formats.get(name)
  if (!days) formats.set(name, (days = new Intl.DateTimeFormat(tags[locale], { ...options, timeZone: 'UTC' })))
  return days.format(new Date(`${day}T00:00:00Z`))
}
/** A handful; making one takes as long as formatting a thousand days. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** `2019年10月26日（周六）13:30 – 18:30`, `Saturday 26 October 2019, 13:30 – 18:30`; several days as first – last. */
export function dateLine(when: When, locale: Locale): string {
  const last = lastDay(when)
  const year = (d: string): string => d.slice(0, 4)
  if (locale === 'en') {
    const day = (d: string): string => `${format(d, locale, { weekday: 'long' })} ${format(d, locale, { day: 'numeric', month: 'long' })}`
    const days = last === undefined ? '' : `${day(when.start)}${year(last) === year(when.start) ? '' : ` ${year(when.start)}`} – `
    return [`${days}${day(last ?? when.start)} ${year(last ?? when.start)}`, when.time].filter(Boolean).join(', ')
  }
  const day = (d: string, withYear: boolean): string =>
    `${withYear ? `${Number(year(d))}年` : ''}${Number(d.slice(5, 7))}月${Number(d.slice(8))}日（${format(d, locale, { weekday: 'short' })}）`
  if (last === undefined) return day(when.start, true) + when.time
  return `${day(when.start, true)}– ${day(last, year(last) !== year(when.start))}${when.time}`
}

function lastDay(when: When): string | undefined {
  return when.end === when.start ? undefined : when.end
}

/** Over, large and under: `2019年10月` · `26` · `周六`; several days of one month: `26–27`. */
export function dateMark(when: When, locale: Locale): DateMark {
  const last = lastDay(when)
  const number = (d: string): string => String(Number(d.slice(8)))
  const sameMonth = last === undefined || last.slice(0, 7) === when.start.slice(0, 7)
  const weekday = (d: string): string => format(d, locale, { weekday: 'short' })
  return {
    over: format(when.start, locale, locale === 'zh' ? { year: 'numeric', month: 'long' } : { month: 'short', year: 'numeric' }),
    day: last !== undefined && sameMonth ? `${number(when.start)}–${number(last)}` : number(when.start),
    under: last === undefined ? weekday(when.start) : `${weekday(when.start)} – ${weekday(last)}`,
  }
}
