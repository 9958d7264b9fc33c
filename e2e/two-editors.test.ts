import { afterAll, beforeAll, expect, test } from 'vitest'
import { editEvent } from '@kaichang/core/community/actions.ts'
import { findEvent } from '@kaichang/core/community/store.ts'
import { addPledge, editPledge, openPartners } from '@kaichang/core/partners/actions.ts'
import type { PledgeInput } from '@kaichang/core/partners/model.ts'
import {
  addBudgetLine,
  addTask,
  editBudgetLine,
  editProposal,
  editTask,
  openBudget,
  openPlan,
  writeProposal,
} from '@kaichang/core/plan/actions.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { openArticles, saveArticle } from '@kaichang/core/story/actions.ts'
import { openPage, type OpenPage } from '../tests/setup/browser.ts'
import { eventInput, makeEvent } from '../tests/setup/samples.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'

interface Thing {
  /** Makes it; its page below the event's console, and the form on it. */
  begin: () => Promise<{ path: string; form: string; id: string }>
  /** Somebody else saves two fields. */
  theirs: (id: string) => Promise<unknown>
  /** What I type: one of those two, and one of my own. */
  mine: Record<string, string>
  /** How it stands, and how it must stand in the end. */
  saved: () => Promise<unknown>
  wanted: object
}

let site: Site
let plain: OpenPage
let ctx: Context
let place: [communityId: string, eventId: string]

beforeAll(async () => {
  site = await openSite()
  ctx = site.app.context({ kind: 'system', name: 'test' })
  const { communityId, event } = await makeEvent(ctx)
  place = [communityId, event.id]
  plain = await openPage({ phone: true, javaScriptEnabled: false })
  await signIn(site, plain.page)
})
afterAll(async () => {
  await plain.close()
  await site.close()
})

const task = (title: string, dayOffset: number) => ({ title: { zh: title }, detail: {}, room: 'plan', dayOffset, ownerId: null }) as const
const proposal = (title: string, howMany: number) => ({ title: { zh: title }, howMany, plannedFor: null })
const line = (plannedFen: number, actualFen: number | null) => ({ kind: 'expense', title: { zh: '茶歇' }, plannedFen, actualFen }) as const
const pledge = (amountFen: number, zh: string): PledgeInput => ({
  name: '心莱科技',
  kinds: ['cash'],
  what: { zh },
  inReturn: {},
  url: '',
  amountFen,
})
const article = (title: string, body: string) => ({ locale: 'zh', title, body }) as const

const things: Record<string, Thing> = {
  event: {
    begin: async () => ({ path: 'settings', form: 'event', id: '' }),
    theirs: () => editEvent(ctx, ...place, eventInput({ cap: 40, audience: { zh: '学生' }, budgetFen: 120_000 })),
    mine: { cap: '45', 'purpose.zh': '认识彼此', budget: '900.5' },
    saved: () => findEvent(ctx.db, ...place),
    wanted: { cap: 45, audience: { zh: '学生' }, purpose: { zh: '认识彼此' }, budgetFen: 90_050 },
  },
  task: {
    begin: async () => {
      const id = await addTask(ctx, ...place, task('订场地', -10))
      return { path: `plan?edit=${id}`, form: `task-form-${id}`, id }
    },
    theirs: (id) => editTask(ctx, ...place, id, { ...task('订会议室', -20), revision: 1 }),
    mine: { 'title.zh': '订礼堂', 'detail.zh': '带投影' },
    saved: async () => (await openPlan(ctx, ...place)).tasks.find((one) => one.dayOffset !== null && one.title.zh?.startsWith('订')),
    wanted: { title: { zh: '订礼堂' }, dayOffset: -20, detail: { zh: '带投影' } },
  },
  proposal: {
    begin: async () => {
      const id = await writeProposal(ctx, ...place, proposal('沙龙', 30))
      return { path: `plan/proposals?edit=${id}`, form: `proposal-${id}`, id }
    },
    theirs: (id) => editProposal(ctx, ...place, id, { ...proposal('大会', 300), revision: 1 }),
    mine: { 'title.zh': '聚会', 'why.zh': '认识彼此' },
    saved: async () => (await openPlan(ctx, ...place)).proposals[0],
    wanted: { title: { zh: '聚会' }, howMany: 300, why: { zh: '认识彼此' } },
  },
  'budget line': {
    begin: async () => {
      const id = await addBudgetLine(ctx, ...place, line(300_000, null))
      return { path: `plan/budget?edit=${id}`, form: `line-${id}`, id }
    },
    theirs: (id) => editBudgetLine(ctx, ...place, id, { ...line(200_000, 199_000), revision: 1 }),
    mine: { planned: '2500', 'title.zh': '茶歇和午饭' },
    saved: async () => (await openBudget(ctx, ...place))[0],
    wanted: { plannedFen: 250_000, actualFen: 199_000, title: { zh: '茶歇和午饭' } },
  },
  pledge: {
    begin: async () => {
      const id = await addPledge(ctx, ...place, pledge(100_000, ''))
      return { path: `partners?edit=${id}`, form: `pledge-${id}`, id }
    },
    theirs: (id) => editPledge(ctx, ...place, id, { ...pledge(200_000, '海报'), revision: 1 }),
    mine: { amount: '1500', 'inReturn.zh': '展位' },
    saved: async () => (await openPartners(ctx, ...place))[0],
    wanted: { amountFen: 150_000, what: { zh: '海报' }, inReturn: { zh: '展位' } },
  },
  article: {
    begin: async () => {
      const { id } = await saveArticle(ctx, ...place, article('纪实', '一'))
      return { path: 'story?in=zh', form: 'article', id }
    },
    theirs: () => saveArticle(ctx, ...place, { ...article('南宁纪实', '二'), revision: 1 }),
    mine: { body: '三' },
    saved: async () => (await openArticles(ctx, ...place))[0],
    wanted: { title: '南宁纪实', body: '三' },
  },
  'new draft of an article': {
    begin: async () => {
      const { id } = await saveArticle(ctx, ...place, { ...article('南宁纪实', '四'), revision: 3 })
      return { path: 'story?in=zh&fresh', form: 'fresh-form', id }
    },
    theirs: () => saveArticle(ctx, ...place, { ...article('又一篇', '五'), revision: 4 }),
    mine: { title: '新稿', body: '六' },
    saved: async () => (await openArticles(ctx, ...place))[0],
    wanted: { title: '新稿', body: '六' },
  },
}

test.each(Object.entries(things))(
  'without script, %s: saving mine keeps what the other changed elsewhere',
  async (_, { begin, theirs, mine, saved, wanted }) => {
    const { page } = plain
    const { path, form: formId, id } = await begin()
    await page.goto(`${site.url}/console/pychina/nanning/${path}`)
    await theirs(id)
    const form = page.locator(`form[id="${formId}"]`)
    for (const [name, value] of Object.entries(mine)) await form.locator(`[name="${name}"]`).fill(value)
    const save = form.getByRole('button', { name: /^(保存|整篇换成新稿)$/ })
    await save.click()
    await page.getByText('先保存了').first().waitFor()
    for (const [name, value] of Object.entries(mine)) expect(await form.locator(`[name="${name}"]`).inputValue()).toBe(value)
    await form.getByRole('button', { name: '用我填的保存' }).or(save).first().click()
    await page.getByText('已保存。').waitFor()
    expect(await saved()).toMatchObject(wanted)
  },
)
