import type { Locale } from '@kaichang/core/kernel/text.ts'

const TAGS = { zh: 'zh-CN', en: 'en-GB' } as const
const WEEKDAYS_ZH = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'] as const

/** The default time zone of events. */
export const HOME_ZONE = 'Asia/Shanghai'

interface Parts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  /** 0 is Sunday. */
  weekday: number
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** What calendar and clock show in a time zone. */
export function partsOf(at: Date, timeZone: string = HOME_ZONE): Parts {
  let formatter = formatters.get(timeZone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formatters.set(timeZone, formatter)
  }
  const found = Object.fromEntries(formatter.formatToParts(at).map((p) => [p.type, Number(p.value)]))
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found
  return { year, month, day, hour, minute, second, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() }
}

const two = (n: number): string => String(n).padStart(2, '0')
const english = (at: Date, timeZone: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(at)

/** 2026年10月24日（周六） · Sat 24 October 2026 */
export function formatDate(at: Date, locale: Locale, timeZone: string = HOME_ZONE): string {
  const p = partsOf(at, timeZone)
  if (locale === 'zh') return `${p.year}年${p.month}月${p.day}日（${WEEKDAYS_ZH[p.weekday] ?? ''}）`
  return english(at, timeZone, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' }).replace(',', '')
}

/** 2026年10月24日 · 24 October 2026 */
export function formatDay(at: Date, locale: Locale, timeZone: string = HOME_ZONE): string {
  const p = partsOf(at, timeZone)
  return locale === 'zh' ? `${p.year}年${p.month}月${p.day}日` : english(at, timeZone, { day: 'numeric', month: 'long', year: 'numeric' })
}

/** 10月24日 · 24 Oct */
export function formatShortDay(at: Date, locale: Locale, timeZone: string = HOME_ZONE): string {
  const p = partsOf(at, timeZone)
  return locale === 'zh' ? `${p.month}月${p.day}日` : english(at, timeZone, { day: 'numeric', month: 'short' })
}

/** 2026年10月 · October 2026 */
export function formatMonth(at: Date, locale: Locale, timeZone: string = HOME_ZONE): string {
  const p = partsOf(at, timeZone)
  return locale === 'zh' ? `${p.year}年${p.month}月` : english(at, timeZone, { month: 'long', year: 'numeric' })
}

/** 13:30, or 13:30:05 with seconds. */
export function formatTime(at: Date, timeZone: string = HOME_ZONE, seconds = false): string {
  const p = partsOf(at, timeZone)
  return `${two(p.hour)}:${two(p.minute)}${seconds ? `:${two(p.second)}` : ''}`
}

/** 2026年10月24日（周六）13:30 · Sat 24 October 2026, 13:30 */
export function formatDateTime(at: Date, locale: Locale, timeZone: string = HOME_ZONE): string {
  return `${formatDate(at, locale, timeZone)}${locale === 'zh' ? '' : ', '}${formatTime(at, timeZone)}`
}

/** From when to when; the day is said once when both are on it. */
export function formatSpan(from: Date, to: Date, locale: Locale, timeZone: string = HOME_ZONE): string {
  const sameDay = dayKey(from, timeZone) === dayKey(to, timeZone)
  return `${formatDateTime(from, locale, timeZone)} – ${sameDay ? formatTime(to, timeZone) : formatDateTime(to, locale, timeZone)}`
}

/** 6 分 42 秒 · 6 min 42 s; hours when there are any. The sign is dropped. */
export function formatDuration(seconds: number, locale: Locale): string {
  const all = Math.round(Math.abs(seconds))
  const [h, m, s] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60), all % 60]
  const units = locale === 'zh' ? ['小时', '分', '秒'] : ['h', 'min', 's']
  const said = [h, m, s].map((n, i) => (n > 0 ? `${n} ${units[i] ?? ''}` : '')).filter(Boolean)
  return said.join(' ') || `0 ${units[2] ?? ''}`
}

/** 6:42 or 1:06:42, for clocks. */
export function formatClock(seconds: number): string {
  const all = Math.round(Math.abs(seconds))
  const [h, m, s] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60), all % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** Fen as money: ¥1,280.00; whole yuan without the fraction when `short`. */
export function formatFen(fen: number, locale: Locale, short = false): string {
  const digits = short && fen % 100 === 0 ? 0 : 2
  return new Intl.NumberFormat(TAGS[locale], {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(fen / 100)
}

/** 1,280 */
export function formatNumber(n: number, locale: Locale): string {
  return new Intl.NumberFormat(TAGS[locale]).format(n)
}

/** 67% */
export function formatShare(part: number, whole: number, locale: Locale): string {
  return new Intl.NumberFormat(TAGS[locale], { style: 'percent', maximumFractionDigits: 0 }).format(whole > 0 ? part / whole : 0)
}

/** 姓名、姓名 · name, name and name */
export function formatList(items: readonly string[], locale: Locale): string {
  return locale === 'zh' ? items.join('、') : new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(items)
}

/** 12.4 MB */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toFixed(1).replace(/\.0$/, '')} ${['B', 'kB', 'MB', 'GB', 'TB'][power] ?? ''}`
}

/** Sorts names as readers expect: Chinese by pinyin, the rest by the alphabet. */
export function byName<T>(name: (item: T) => string, locale: Locale): (a: T, b: T) => number {
  const collator = new Intl.Collator(locale === 'zh' ? 'zh-u-co-pinyin' : 'en', { numeric: true, sensitivity: 'base' })
  return (a, b) => collator.compare(name(a), name(b))
}

/** 2026-10-24 in the time zone: equal for moments of one day there. */
export function dayKey(at: Date, timeZone: string = HOME_ZONE): string {
  const p = partsOf(at, timeZone)
  return `${p.year}-${two(p.month)}-${two(p.day)}`
}

/** Whole calendar days from `now` to `then` in the time zone; negative when it is past. */
export function daysBetween(now: Date, then: Date, timeZone: string = HOME_ZONE): number {
  return Math.round((Date.parse(dayKey(then, timeZone)) - Date.parse(dayKey(now, timeZone))) / 86_400_000)
}

/** The value of a datetime-local field: 2026-10-24T13:30 in the event's time zone. */
export function toLocal(at: Date, timeZone: string = HOME_ZONE): string {
  return `${dayKey(at, timeZone)}T${formatTime(at, timeZone)}`
}

/**
 * The moment that a datetime-local or date field names in the event's time zone, as ISO 8601; '' and what is
 * no date stay as they are, so that the action's schema can say what is wrong.
 */
export function fromLocal(typed: string, timeZone: string = HOME_ZONE): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(typed.trim())
  if (!match) return typed
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map((v) => Number(v ?? 0))
  const wanted = Date.UTC(year, month - 1, day, hour, minute, second)
  if (new Date(wanted).getUTCDate() !== day || hour > 23 || minute > 59) return typed
  // The zone's offset at that moment: guessed once, corrected once (the second step matters near a clock change).
  let at = wanted
  for (let i = 0; i < 2; i += 1) {
    const p = partsOf(new Date(at), timeZone)
    at += wanted - Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second)
  }
  return new Date(at).toISOString()
}
