import { expect, test } from 'vitest'
import { projectOf } from './project.rules.ts'

const curve = [
  { day: '2019-04-10', total: 70 },
  { day: '2019-04-11', total: 118 },
  { day: '2019-04-12', total: 150 },
]

test('the projection goes on from the last days’ pace', () => {
  expect(projectOf(curve, '2019-04-20', null)).toEqual([
    { day: '2019-04-12', low: 150, high: 150 },
    { day: '2019-04-20', low: 250, high: 650 },
  ])
  expect(projectOf(curve, '2019-04-12', 400)).toEqual([])
  expect(projectOf([], '2019-04-12', null)).toEqual([])
})

test('it stops at the cap, and tells the days on which the fast and the slow one reach it', () => {
  expect(projectOf(curve, '2019-04-20', 400)).toEqual([
    { day: '2019-04-12', low: 150, high: 150 },
    { day: '2019-04-16', low: 200, high: 400 },
    { day: '2019-04-20', low: 250, high: 400 },
  ])
  expect(projectOf(curve, '2019-04-20', 200).map((one) => [one.day, one.low, one.high])).toEqual([
    ['2019-04-12', 150, 150],
    ['2019-04-13', 163, 200],
    ['2019-04-16', 200, 200],
    ['2019-04-20', 200, 200],
  ])
  // A cap that was lowered below what is registered, and a curve that stands still.
  expect(projectOf(curve, '2019-04-20', 100).map((one) => [one.low, one.high])).toEqual([
    [150, 150],
    [150, 150],
  ])
  const still = [1, 2, 3, 4].map((n) => ({ day: `2019-04-0${n}`, total: 9 }))
  expect(projectOf(still, '2019-04-20', 20).map((one) => one.high)).toEqual([9, 9])
})
