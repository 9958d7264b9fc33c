import { describe, expect, it } from 'vitest'
import * as f from './format.ts'

const at = new Date('2026-10-24T05:30:05Z')

describe('dates', () => {
  it('are said in the event’s time zone', () => {
    expect(f.formatDateTime(at, 'zh')).toBe('2026年10月24日（周六）13:30')
    expect(f.formatDateTime(at, 'en')).toBe('Sat 24 October 2026, 13:30')
    expect(f.formatDateTime(at, 'zh', 'America/New_York')).toBe('2026年10月24日（周六）01:30')
    expect(f.formatTime(new Date('2026-10-23T16:00:00Z'))).toBe('00:00')
    expect(f.formatTime(at, 'Asia/Shanghai', true)).toBe('13:30:05')
    expect(f.formatShortDay(at, 'zh')).toBe('10月24日')
    expect(f.formatShortDay(at, 'en')).toBe('24 Oct')
    expect(f.formatMonth(at, 'zh')).toBe('2026年10月')
  })
  it('say the day of a span once', () => {
    expect(f.formatSpan(at, new Date('2026-10-24T10:30:00Z'), 'zh')).toBe('2026年10月24日（周六）13:30 – 18:30')
    expect(f.formatSpan(at, new Date('2026-10-25T10:30:00Z'), 'en')).toBe('Sat 24 October 2026, 13:30 – Sun 25 October 2026, 18:30')
  })
  it('count calendar days, not hours', () => {
    expect(f.daysBetween(new Date('2026-10-23T15:59:00Z'), at)).toBe(1)
    expect(f.daysBetween(new Date('2026-10-23T16:01:00Z'), at)).toBe(0)
    expect(f.daysBetween(new Date('2026-11-01T00:00:00Z'), at)).toBe(-8)
  })
  it('go to a form field and back, also next to a clock change', () => {
    expect(f.toLocal(at)).toBe('2026-10-24T13:30')
    expect(f.fromLocal('2026-10-24T13:30')).toBe('2026-10-24T05:30:00.000Z')
    expect(f.fromLocal('2026-10-24')).toBe('2026-10-23T16:00:00.000Z')
    expect(f.fromLocal('2026-03-29T03:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
    expect(f.fromLocal('2026-10-25T12:00', 'Europe/Berlin')).toBe('2026-10-25T11:00:00.000Z')
    for (const bad of ['', '2026-02-30', 'tomorrow', '2026-10-24T25:00']) expect(f.fromLocal(bad)).toBe(bad)
  })
})

describe('figures', () => {
  it('are written as people write them', () => {
    expect(f.formatFen(128_000, 'zh')).toBe('¥1,280.00')
    expect(f.formatFen(128_000, 'zh', true)).toBe('¥1,280')
    expect(f.formatFen(9_950, 'en', true)).toBe('¥99.50')
    expect(f.formatNumber(12_345, 'zh')).toBe('12,345')
    expect(f.formatShare(240, 400, 'zh')).toBe('60%')
    expect(f.formatShare(1, 0, 'zh')).toBe('0%')
    expect(f.formatBytes(12_400_000)).toBe('12.4 MB')
    expect(f.formatBytes(0)).toBe('0 B')
  })
  it('durations to the second', () => {
    expect(f.formatDuration(402, 'zh')).toBe('6 分 42 秒')
    expect(f.formatDuration(-402, 'en')).toBe('6 min 42 s')
    expect(f.formatDuration(3600, 'zh')).toBe('1 小时')
    expect(f.formatDuration(0, 'en')).toBe('0 s')
    expect(f.formatClock(402)).toBe('6:42')
    expect(f.formatClock(4002)).toBe('1:06:42')
  })
  it('lists and order', () => {
    expect(f.formatList(['姜原', '黄盈樟'], 'zh')).toBe('姜原、黄盈樟')
    expect(f.formatList(['a', 'b', 'c'], 'en')).toBe('a, b and c')
    expect(['石继志', '沈崴', '黄盈樟', 'Zoom', '姜原'].sort(f.byName((n) => n, 'zh'))).toEqual([
      '黄盈樟',
      '姜原',
      '沈崴',
      '石继志',
      'Zoom',
    ])
  })
})
