import { afterAll, beforeAll, expect, test } from 'vitest'
import { beginImport, openImport } from '@kaichang/core/registration/import/actions.ts'
import { testApp, type TestApp } from '../../tests/setup/app.ts'
import { openListEvent } from '../../tests/setup/lists.ts'
import { startWorking } from './work.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp({ jobs: true })
  await startWorking(app)
})
afterAll(() => app.close())

test('a list that was set going is worked off by the queue, whoever asked for it', async () => {
  const { here, draft, people } = await openListEvent(app)
  const id = await draft('姓名,手机\n张三,13800138000\n李四,13800138001\n')
  await beginImport(app.ctx, ...here, id)
  await expect.poll(async () => (await openImport(app.ctx, ...here, id)).state, { timeout: 20_000, interval: 100 }).toBe('done')
  expect((await people()).map((one) => one.name)).toEqual(['张三', '李四'])
})
