import { expect, test } from 'vitest'
import { projectOf } from './project.rules.ts'

test('the projection goes on from the last days’ pace and stops at the cap', () => {
  const curve = [
    { day: '2019-04-10', total: 70 },
    { day: '2019-04-11', total: 118 },
    { day: '2019-04-12', total: 150 },
  ]
  expect(projectOf(curve, '2019-04-20', 400)).toEqual([
    { day: '2019-04-12', low: 150, high: 150 },
    { day: '2019-04-20', low: 250, high: 400 },
  ])
  expect(projectOf(curve, '2019-04-12', 400)).toEqual([])
  expect(projectOf([], '2019-04-12', null)).toEqual([])
})
