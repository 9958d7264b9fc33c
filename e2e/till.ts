import type { Page } from 'playwright-core'
import { openOrder } from '@kaichang/core/registration/orders/open.ts'
import { setPaymentSetting } from '@kaichang/core/registration/payment/setting.actions.ts'
import { openPaidSite, type PaidSite } from '../tests/setup/sandbox.ts'
import { makeTickets, type Ticketed } from '../tests/setup/tickets.ts'

export const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1'

/** An event that sells tickets, at a sandbox, and what people do there in a browser. */
export interface Till {
  site: PaidSite
  at: Ticketed
  /** Where somebody registers. */
  register: string
  choose(page: Page, type: keyof Ticketed['ids'], count: string): Promise<unknown>
  /** Chooses, holds and fills in as somebody new; ends on the order's page, whose address it tells. */
  order(page: Page, seats: readonly (readonly [keyof Ticketed['ids'], string])[], names?: readonly string[]): Promise<string>
  /** The number of somebody new. */
  next(): number
  /** How many have ordered. */
  people(): number
  stateOf(path: string): Promise<string>
  /** Comes back from the provider; the page looks by itself until the money is there. */
  comeBack(page: Page, path: string): Promise<void>
}

export async function openTill(): Promise<Till> {
  const site = await openPaidSite({ pages: true })
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const at = await makeTickets(ctx, 'paying')
  const setting = { offline: 'on', instructions: { zh: '农业银行 6228 0000 0000 0000' }, refunds: 'self', fapiao: 'on' } as const
  await setPaymentSetting(ctx, { communityId: at.communityId, eventId: at.event.id }, { ...setting, hostEntity: '开场科技协会' })
  const register = `${site.url}/${at.community}/nanning/register`
  const choose = (page: Page, type: keyof Ticketed['ids'], count: string) =>
    page.selectOption(`select[name="seats.${at.ids[type]}"]`, count)
  let people = 0
  return {
    site,
    at,
    register,
    choose,
    next: () => (people += 1),
    people: () => people,
    order: async (page, seats, names = []) => {
      people += 1
      await page.goto(register)
      for (const [type, count] of seats) await choose(page, type, count)
      await page.getByRole('button', { name: '占位，下一步' }).click()
      await page.waitForURL(/\/o\/[^/?]+$/)
      await page.locator('#fill-name').fill(`订票人${people}`)
      await page.locator('#fill-email').fill(`payer-${people}@example.org`)
      for (const [n, name] of names.entries()) await page.locator(`#fill-seats-${n + 1}-name`).fill(name)
      await page.getByText('同意主办方').click()
      await page.locator('form#fill .btn.main').click()
      await page.waitForURL(/done=|\/t\//)
      return page.url().split('?')[0] ?? ''
    },
    stateOf: async (path) => (await openOrder(site.app.context({ kind: 'visitor' }), path.split('/o/')[1] ?? '')).order.state,
    comeBack: async (page, path) => {
      // The clock of the test stands; the provider is asked again only as it goes on.
      site.clock.advance(5_000)
      await page.goto(path)
      const running = setInterval(() => site.clock.advance(1_000), 1_000)
      try {
        await page.getByText('登记好了').waitFor({ timeout: 30_000 })
      } finally {
        clearInterval(running)
      }
    },
  }
}
