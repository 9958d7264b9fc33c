import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRegistration } from '@kaichang/core/registration/actions.ts'
import { countCrowds } from '@kaichang/core/registration/crowd/gate.ts'
import { openPage } from '../tests/setup/browser.ts'
import { makeEvent } from '../tests/setup/samples.ts'
import { openSite, type Site } from '../tests/setup/server.ts'

let site: Site
// Four may wait to be decided at once, so that a small burst is a crowd.
beforeAll(async () => void (site = await openSite({ env: { KAICHANG_ROOM: '4' } })))
afterAll(() => site.close())

async function open(community: string, cap = 400) {
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { communityId, event } = await makeEvent(ctx, { community, cap })
  await openRegistration(ctx, communityId, event.id)
  return {
    communityId,
    eventId: event.id,
    address: `/${community}/nanning`,
    api: `${site.url}/api/v1/communities/${community}/events/nanning/registrations`,
  }
}
type Open = Awaited<ReturnType<typeof open>>

interface Sent {
  n: number
  status: number
  line: string | null
  place: number | null
  retry: number | null
}

async function send(at: Open, n: number, line: string | null): Promise<Sent> {
  const answer = await fetch(at.api, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `crowd-${n}-key`, ...(line ? { 'kaichang-line': line } : {}) },
    body: JSON.stringify({ name: `张${n}`, email: `p${n}@example.org`, consents: { registration: true } }),
  })
  const body = await answer.json()
  return {
    n,
    status: answer.status,
    line: body.error?.line ?? null,
    place: body.error?.place ?? null,
    retry: Number(answer.headers.get('retry-after')) || null,
  }
}

const count = async ({ communityId }: Open): Promise<number> =>
  (
    await site.app.db
      .selectFrom('registration')
      .select('id')
      .where('communityId', '=', communityId)
      .where('state', '=', 'registered')
      .execute()
  ).length

/** Whether some statement waits for a lock. */
async function isBlocked(): Promise<boolean> {
  const { rows } = await sql<{ waits: boolean }>`select exists (select from pg_locks l join pg_database d on d.oid = l.database
    where d.datname = current_database() and not l.granted)
    or exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waits`.execute(site.app.db)
  return rows[0]?.waits === true
}

/** A crowd that lasts: the counter is held by somebody else, so that nothing is decided. */
async function holdUp(at: Open): Promise<() => Promise<void>> {
  let free = (): void => undefined
  let locked = (): void => undefined
  const isLocked = new Promise<void>((resolve) => (locked = resolve))
  const done = site.app.db.transaction().execute(async (tx) => {
    await tx
      .selectFrom('seatCounter')
      .select('taken')
      .where('communityId', '=', at.communityId)
      .where('eventId', '=', at.eventId)
      .forUpdate()
      .execute()
    locked()
    await new Promise<void>((resolve) => (free = resolve))
  })
  await isLocked
  return async () => {
    free()
    await done
  }
}

test('a burst of programs: every request is answered, who is too many gets a place, comes again in order, and is booked once', async () => {
  const at = await open('programs')
  let open_ = Array.from({ length: 120 }, (_, n) => ({ n, line: null as string | null }))
  const order: number[] = []
  let refused = 0
  for (let round = 0; round < 60 && open_.length > 0; round += 1) {
    const answers = await Promise.all(open_.map(({ n, line }) => send(at, n, line)))
    for (const { status, place, line, retry } of answers) {
      expect([201, 503]).toContain(status)
      if (status !== 503) continue
      refused += 1
      expect(place).toBeGreaterThan(0)
      expect(line).toMatch(/^[\w-]{31}$/)
      expect(retry).toBeGreaterThan(0)
      expect(retry).toBeLessThanOrEqual(20)
    }
    order.push(...answers.filter(({ status }) => status === 201).map(({ n }) => n))
    open_ = answers.filter(({ status }) => status === 503).map(({ n, line }) => ({ n, line }))
    site.clock.advance(20_000)
  }
  expect(open_).toEqual([])
  expect(refused).toBeGreaterThan(0)
  expect(order.length).toBe(120)
  expect(await count(at)).toBe(120)
  // Sent once more under the same key, each is still booked once.
  expect((await send(at, 7, null)).status).toBe(201)
  expect(await count(at)).toBe(120)
})

test.each([
  ['without script', false],
  ['with script', true],
])(
  '%s: a form that is sent into a crowd shows the place and keeps everything; when it is their turn it is booked, once',
  async (name, javaScriptEnabled) => {
    const at = await open(javaScriptEnabled ? 'form-script' : 'form-plain')
    const { page, close } = await openPage({ phone: true, javaScriptEnabled })
    await page.goto(`${site.url}${at.address}/register`)
    await page.getByLabel('姓名').fill('欧阳娜娜')
    await page.getByLabel('手机号').fill('13800138000')
    await page.getByText('同意主办方').click()
    await page.getByText('以后有活动时告诉我').click()
    const release = await holdUp(at)
    const before = countCrowds(site.app.db)
    // One is being decided; of those behind it four may wait, and nobody is called while they do.
    const others = [send(at, 0, null)]
    while (!(await isBlocked())) await new Promise((resolve) => setTimeout(resolve, 20))
    others.push(...Array.from({ length: 20 }, (_, n) => send(at, n + 1, null)))
    while (countCrowds(site.app.db) <= before) await new Promise((resolve) => setTimeout(resolve, 20))
    await page.getByRole('button', { name: '报名', exact: true }).click()
    await page.getByText(/您前面还有 \d+ 人/).waitFor()
    expect(await page.locator('input[name=name]').inputValue()).toBe('欧阳娜娜')
    expect(await page.locator('input[name="consents.news"]').inputValue()).toBe('on')
    // Somebody who only looks sees the line, too, and keeps the place when the page is closed and opened again.
    const looker = await openPage({ phone: true, javaScriptEnabled: false })
    await looker.page.goto(`${site.url}${at.address}/register?c=poster`)
    expect(new URL(looker.page.url()).pathname).toBe(`${at.address}/line`)
    expect(await looker.page.locator('meta[http-equiv=refresh]').getAttribute('content')).toContain('20; url=')
    const token = (await looker.page.context().cookies()).find((one) => one.name === 'kc_line')?.value
    await looker.page.goto(`${site.url}${at.address}/line`)
    expect((await looker.page.context().cookies()).find((one) => one.name === 'kc_line')?.value).toBe(token)
    await release()
    const answers = await Promise.all(others)
    expect(answers.every(({ status }) => status === 201 || status === 503)).toBe(true)
    // The others are gone for good; their places come free when they are not heard of.
    site.clock.advance(70_000)
    if (!javaScriptEnabled) {
      for (let n = 0; n < 20 && !page.url().includes('/t/'); n += 1) {
        // The page that is there is loaded already: the answer is what has to be waited for, or it is asked twice.
        const answered = page.waitForEvent('load')
        await page.getByRole('button', { name: '看看轮到没有' }).click()
        await answered
        site.clock.advance(20_000)
      }
    }
    await page.waitForURL(/\/t\/[^/]+\?done=registered$/, { timeout: 60_000 })
    const rows = await site.app.db
      .selectFrom('registration')
      .select('id')
      .where('communityId', '=', at.communityId)
      .where('phone', '=', '+8613800138000')
      .execute()
    expect(rows.length).toBe(1)
    // Whoever only looked goes on to the form by the page's own refresh.
    for (let n = 0; n < 20 && !looker.page.url().includes('/register'); n += 1) {
      site.clock.advance(20_000)
      await looker.page.goto(`${site.url}${at.address}/line?c=poster`)
    }
    expect(new URL(looker.page.url()).pathname).toBe(`${at.address}/register`)
    expect(await looker.page.getByLabel('姓名').count()).toBe(1)
    await looker.close()
    await close()
  },
)
