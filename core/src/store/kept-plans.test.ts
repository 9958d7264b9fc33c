import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

test('a marked statement is prepared once for a connection, takes other values each time, and fails as any other', async () => {
  await app.db.connection().execute(async (db) => {
    const half = (n: number) => sql<{ half: number }>`/* kept */ select 100 / ${n}::int as half`.execute(db)
    const prepared = async () =>
      (
        await sql<{
          calls: number
        }>`select generic_plans + custom_plans as calls from pg_prepared_statements where statement like '/* kept */ select 100%'`.execute(
          db,
        )
      ).rows
    for (const n of [1, 2, 4, 5, 10, 20, 25, 50]) expect((await half(n)).rows).toEqual([{ half: 100 / n }])
    expect(await prepared()).toEqual([{ calls: 8 }])
    await expect(half(0)).rejects.toMatchObject({ code: '22012' })
    expect((await half(50)).rows).toEqual([{ half: 2 }])
    // Both are sent before either is answered.
    expect((await Promise.all([half(10), half(5)])).map(({ rows }) => rows)).toEqual([[{ half: 10 }], [{ half: 20 }]])
    await sql`/* not kept */ select 1`.execute(db)
    expect((await prepared()).length).toBe(1)
  })
})
