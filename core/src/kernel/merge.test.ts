import { expect, test } from 'vitest'
import { mergeThreeWay, valuesBefore } from './merge.ts'

const base = { title: { zh: '订场地' }, room: 'plan', dayOffset: -30 }

test('changes of different fields come together', () => {
  expect(mergeThreeWay(base, { ...base, dayOffset: -28 }, { ...base, room: 'partners' })).toEqual({
    values: { title: { zh: '订场地' }, room: 'partners', dayOffset: -28 },
    conflicts: [],
  })
})

test('the same field changed to different values is a conflict, to one value it is not', () => {
  expect(mergeThreeWay(base, { ...base, dayOffset: -28 }, { ...base, dayOffset: -21 }).conflicts).toEqual(['dayOffset'])
  expect(mergeThreeWay(base, { ...base, dayOffset: -28 }, { ...base, dayOffset: -28 }).conflicts).toEqual([])
})

test('what the form did not change keeps the other person’s value', () => {
  expect(mergeThreeWay(base, base, { ...base, dayOffset: -21 })).toEqual({ values: { ...base, dayOffset: -21 }, conflicts: [] })
})

test('values before a change name only what differs, whatever the order of keys', () => {
  const two = { title: { zh: '一', en: 'one' }, at: 1 }
  expect(valuesBefore(two, { title: { en: 'one', zh: '一' }, at: 2 })).toEqual({ at: 1 })
})
