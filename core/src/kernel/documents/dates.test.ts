import { expect, test } from 'vitest'
import { accentOnPaper, contrast, inkOnAccent, paper } from './colour.ts'
import { dateLine, dateMark } from './dates.ts'
import { phrases } from './phrases.ts'

test.each([
  [{ start: '2019-10-26', time: '13:30 – 18:30' }, '2019年10月26日（周六）13:30 – 18:30', 'Saturday 26 October 2019, 13:30 – 18:30'],
  [
    { start: '2026-10-24', end: '2026-10-25', time: '' },
    '2026年10月24日（周六）– 10月25日（周日）',
    'Saturday 24 October – Sunday 25 October 2026',
  ],
  [
    { start: '2026-12-31', end: '2027-01-01', time: '' },
    '2026年12月31日（周四）– 2027年1月1日（周五）',
    'Thursday 31 December 2026 – Friday 1 January 2027',
  ],
])('the date line of %o', (when, zh, en) => {
  expect(dateLine(when, 'zh')).toBe(zh)
  expect(dateLine(when, 'en')).toBe(en)
})

test('the date on the rail', () => {
  expect(dateMark({ start: '2019-10-26', time: '' }, 'zh')).toEqual({ over: '2019年10月', day: '26', under: '周六' })
  expect(dateMark({ start: '2026-10-24', end: '2026-10-25', time: '' }, 'en')).toEqual({
    over: 'Oct 2026',
    day: '24–25',
    under: 'Sat – Sun',
  })
})

test.each(['#D0412B', '#FFD43B', '#306998', '#FFFFFF', '#000000'])('%s is readable as a text and as a ground', (accent) => {
  expect(contrast(accentOnPaper(accent), paper)).toBeGreaterThanOrEqual(4.5)
  expect(contrast(inkOnAccent(accent), accent)).toBeGreaterThanOrEqual(4.5)
})

test('a title keeps its words together and its letters', () => {
  expect(phrases('南宁开发者大会')).toContain('\u2060')
  expect(phrases('南宁开发者大会 PyCon').replaceAll('\u2060', '')).toBe('南宁开发者大会 PyCon')
})
