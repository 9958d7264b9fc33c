import { afterAll, beforeAll, expect, test } from 'vitest'
import { addSession } from '@kaichang/core/programme/actions.ts'
import { releaseSchedule } from '@kaichang/core/programme/release.actions.ts'
import { addVolunteer, volunteerLink } from '@kaichang/core/team/actions.ts'
import { makeEvent } from '../tests/setup/samples.ts'
import { openPage } from '../tests/setup/browser.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'

let site: Site
let crew: string
const at = (time: string): Date => new Date(`2026-12-05T${time}+08:00`)

beforeAll(async () => {
  site = await openSite({ now: '2026-12-05T13:55:00+08:00' })
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { communityId, event } = await makeEvent(ctx, { startsAt: at('14:00:00'), endsAt: at('17:00:00') })
  const plan = [
    ['高龄程序猿自救指北', '14:00:00', 30],
    ['茶歇', '14:30:00', 10],
    ['基于 Python 构建 DevOps 体系', '14:40:00', 30],
  ] as const
  for (const [title, time, minutes] of plan) {
    await addSession(ctx, communityId, event.id, {
      title: { zh: title, en: '' },
      kind: title === '茶歇' ? 'break' : 'talk',
      abstract: {},
      slidesUrl: '',
      note: {},
      hallId: null,
      startsAt: at(time),
      minutes,
      no: null,
      slug: null,
      speakers: title === '茶歇' ? [] : [{ personId: null, name: '大妈 (Zoom.Quiet)', affiliation: {} }],
    })
  }
  await releaseSchedule(ctx, communityId, event.id)
  const id = await addVolunteer(ctx, communityId, event.id, {
    name: '小控',
    phone: '',
    email: '',
    duty: 'stage',
    dutyNote: {},
    startsAt: null,
    endsAt: null,
  })
  const { no } = await site.app.db.selectFrom('community').select('no').executeTakeFirstOrThrow()
  crew = volunteerLink(site.app.secret, no, { id, linkVersion: 1 })
})
afterAll(() => site.close())

test('a volunteer without script opens the show; timer, console and public page follow, also over time and offline', async () => {
  const phone = await openPage({ phone: true, javaScriptEnabled: false })
  const laptop = await openPage()
  const stranger = await openPage({ phone: true })
  await signIn(site, laptop.page)
  const timer = await laptop.page.context().newPage()
  await timer.goto(`${site.url}/console/pychina/nanning/stage/timer`)
  await stranger.page.goto(`${site.url}/pychina/nanning/schedule`)
  expect(await timer.getByRole('timer').count()).toBe(0)

  site.clock.set(at('14:00:12'))
  await phone.page.goto(`${site.url}${crew}/stage`)
  await phone.page
    .getByRole('button', { name: /高龄程序猿自救指北/ })
    .first()
    .click()
  await phone.page.getByRole('status').getByText('已开始。').waitFor()
  await timer.getByRole('timer').waitFor()
  expect(await timer.getByRole('heading', { level: 1 }).textContent()).toBe('高龄程序猿自救指北')
  await stranger.page.getByText('现在').first().waitFor()

  // The page's clock goes on from the server's; 6 min 42 s over is said as such, without a network, too.
  site.clock.set(at('14:36:54'))
  await timer.reload()
  await timer.getByText(/^\+6:[45]\d$/).waitFor()
  await timer.getByText('已超时 · 请收尾').waitFor()
  await laptop.page.context().setOffline(true)
  await timer.getByText('暂时断网，计时照常走').waitFor({ timeout: 40_000 })
  const before = await timer.getByRole('timer').textContent()
  await expect.poll(() => timer.getByRole('timer').textContent(), { timeout: 10_000 }).not.toBe(before)
  await laptop.page.context().setOffline(false)

  await laptop.page.goto(`${site.url}/console/pychina/nanning/stage`)
  await laptop.page.getByText('全场晚了 7 分').waitFor()
  await laptop.page.getByRole('button', { name: '结束这一项' }).click()
  await laptop.page.getByText('14:00:12 – 14:36:54').waitFor()
  await laptop.page.getByText('超时 6 分 42 秒').waitFor()
  await laptop.page.getByRole('button', { name: '撤销上一步' }).click()
  await laptop.page.getByRole('timer').waitFor()

  // Two people press "next" from screens that offer the same item: it starts once.
  await phone.page.goto(`${site.url}${crew}/stage`)
  await Promise.all([laptop.page.locator('form#next button').click(), phone.page.locator('form#next button').click()])
  await laptop.page.getByRole('status').getByText('已开始。').waitFor()
  const runs = await site.app.db.selectFrom('run').select(['state']).where('state', '=', 'on').execute()
  expect(runs).toHaveLength(1)
  const shown = await (await fetch(`${site.url}/pychina/nanning/schedule?lang=en`)).text()
  expect(shown).toContain('6 min 42 s over')
  // The talk after the break is expected at 14:46:54: readers of schema.org data learn where it was.
  expect(shown).toMatch(/"startDate":"2026-12-05T06:46:54\.000Z","previousStartDate":"2026-12-05T06:40:00\.000Z"[^{}]*EventRescheduled/)
  expect(stranger.complaints).toEqual([])
  for (const one of [phone, laptop, stranger]) await one.close()
})
