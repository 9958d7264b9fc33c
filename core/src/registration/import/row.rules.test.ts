import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rowTexts } from './row.rules.ts'

const said = (headings: string[], cells: string[]): string => rowTexts(headings)(cells)

test('a row is the same row whatever the order of the columns, their width and case, and empty cells', () => {
  const one = said(['姓名', 'Phone', '备注'], ['张三', '１３８', ''])
  expect(one).toBe('["phone","138"]\n["姓名","张三"]')
  expect(said(['备注', 'ＰＨＯＮＥ', '姓名'], ['', ' 138', '张三 '])).toBe(one)
  expect(said(['姓名', 'Phone', '备注'], ['张三', '139', ''])).not.toBe(one)
  expect(said(['姓名', '姓名'], ['甲', '乙'])).toBe(said(['姓名', '姓名'], ['乙', '甲']))
})

test('rows that were taken before stay the same rows: pairs of heading and value, sorted, one a line', () => {
  const text = fc.constantFrom('', 'a', 'A', 'ａ', 'b ', '"', '\\', '姓名', '張')
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 6 }), (pairs) => {
      const kept = pairs
        .map(([heading, value]) => [heading.normalize('NFKC').toLowerCase(), value.normalize('NFKC').trim()] as const)
        .filter(([, value]) => value !== '')
        .sort(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1))
        .map((pair) => JSON.stringify(pair))
        .join('\n')
      expect(
        said(
          pairs.map(([heading]) => heading),
          pairs.map(([, value]) => value),
        ),
      ).toBe(kept)
    }),
  )
})
