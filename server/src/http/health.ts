import { Hono } from 'hono'
import { sql } from 'kysely'
import type { App } from '@kaichang/core/app.ts'
import type { Figures } from './figures.ts'

/** Health for those who watch over the machine: alive, ready (database reachable), figures for Prometheus. */
export function healthRoutes(app: App, figures: Figures): Hono {
  return new Hono()
    .get('/healthz', (c) => c.text('ok'))
    .get('/readyz', async (c) => {
      const asked = sql`select 1`.execute(app.db).then(
        () => true,
        () => false,
      )
      const late = new Promise<boolean>((resolve) => setTimeout(resolve, 2_000, false).unref())
      const ready = await Promise.race([asked, late])
      return ready ? c.text('ready') : c.text('database away', 503, { 'retry-after': '5' })
    })
    .get('/metrics', (c) => c.text(figures.print(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }))
}
