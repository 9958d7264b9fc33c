import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { arrayParameter } from './arrays.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

test('any texts arrive as they were: quotes, backslashes, braces, commas, line ends, nothing, NULL', async () => {
  const back = async (values: readonly (string | null)[]): Promise<(string | null)[]> => {
    const { rows } = await sql<{
      v: string | null
    }>`select v from unnest(${arrayParameter(values)}::text[]) with ordinality as u(v, n) order by n`.execute(app.db)
    return rows.map((row) => row.v)
  }
  const odd = ['', ' ', '"', '\\', '\\"', '{}', '{,}', ',', 'NULL', 'null', null, '\n\r\t', '欧阳娜娜', '😀', "'; drop", '\\n', '\u0001']
  expect(await back(odd)).toEqual(odd)
  expect(await back([])).toEqual([])
  // A NUL is no text for the database, wherever it comes from.
  const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(text), { maxLength: 20 }), async (values) => {
      expect(await back(values)).toEqual(values)
    }),
    { numRuns: 60 },
  )
})
