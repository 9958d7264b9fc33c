import { expect, it } from 'vitest'
import { layoutPlot } from './plot.ts'

it('draws from zero to a round number above cap and values', () => {
  const shape = layoutPlot({
    points: [
      { x: 0, y: 70 },
      { x: 1, y: 118 },
      { x: 2, y: 150 },
    ],
    band: [
      { x: 2, low: 150, high: 150 },
      { x: 10, low: 380, high: 430 },
    ],
    cap: 400,
  })
  expect(shape.ticks.map((t) => t.value)).toEqual([0, 200, 400, 600])
  expect(shape.cap).toBe(33.33)
  expect(shape.tip).toEqual({ left: 20, top: 75 })
  expect(shape.line).toBe('M0 88.33L10 80.33L20 75')
  expect(shape.band).toBe('M20 75L100 28.33L100 36.67L20 75Z')
})

it('stands one point, no point and zeros', () => {
  expect(layoutPlot({ points: [{ x: 5, y: 3 }] }).tip).toEqual({ left: 50, top: 0 })
  expect(layoutPlot({ points: [] })).toMatchObject({ line: '', area: '', tip: null, cap: null })
  expect(
    layoutPlot({
      points: [
        { x: 0, y: 0 },
        { x: 1, y: 0 },
      ],
    }).line,
  ).toBe('M0 100L100 100')
})
