import { expect, test } from 'vitest'
import { csvCell, csvFile } from './csv.ts'

test.each([
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['+1', `'+1`],
  ['-2+3', `'-2+3`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['\tcmd', `'\tcmd`],
  ['\r=1', `"'\r=1"`],
  [' =1', `' =1`],
  ['＝1', `'＝1`],
  ["'=1", `''=1`],
  ["'90s", `''90s`],
  ["'tis", `'tis`],
  ['张三', '张三'],
  ['a,b', '"a,b"'],
  ['说"好"', '"说""好"""'],
])('%j becomes %j', (typed, cell) => {
  expect(csvCell(typed)).toBe(cell)
})

test('a file has a byte order mark and CRLF', () => {
  expect(
    csvFile([
      ['名', 'n'],
      ['张三', 3],
      ['', null],
    ]),
  ).toBe('\ufeff名,n\r\n张三,3\r\n,\r\n')
})
