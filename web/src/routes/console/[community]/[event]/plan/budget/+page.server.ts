import { partnerSupport } from '@kaichang/core/partners/actions.ts'
import { addBudgetLine, editBudgetLine, openBudget, removeBudgetLine } from '@kaichang/core/plan/actions.ts'
import type { BudgetLineInput } from '@kaichang/core/plan/model.ts'
import { budgetOf } from '@kaichang/core/plan/readiness.rules.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { asYuan, readOpened, readText, readYuan } from '#lib/server/read.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, event, communityId, eventId, may } = await placeOf(request)
  const lines = await openBudget(ctx, communityId, eventId)
  const support = may('partners.view') ? await partnerSupport(ctx, communityId, eventId) : { promisedFen: 0, receivedFen: 0 }
  const editing = lines.find((line) => line.id === request.url.searchParams.get('edit'))
  return {
    mayEditBudget: may('budget.edit'),
    sums: budgetOf(lines, support, event.budgetFen),
    lines: lines.map(({ id, kind, title, plannedFen, actualFen }) => ({ id, kind, title: pickText(title, locale), plannedFen, actualFen })),
    editing: editing ? { ...editing, planned: asYuan(editing.plannedFen), actual: asYuan(editing.actualFen) } : null,
  }
}

function read(sent: Sent): BudgetLineInput {
  const kind = sent.text('kind') === 'income' ? 'income' : 'expense'
  return { kind, title: readText(sent, 'title'), plannedFen: readYuan(sent, 'planned', 0), actualFen: readYuan(sent, 'actual', null) }
}

function act(run: (sent: Sent, place: Place) => Promise<void>, done: string) {
  return (request: RequestEvent) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      await run(sent, place)
      goOn(`${place.base}/plan/budget`, done)
    })
}

export const actions: Actions = {
  add: act(
    async (sent, { ctx, communityId, eventId }) => void (await addBudgetLine(ctx, communityId, eventId, { ...read(sent), key: sent.key })),
    'added',
  ),
  edit: act(
    (sent, { ctx, communityId, eventId }) =>
      editBudgetLine(ctx, communityId, eventId, sent.text('id'), { ...read(sent), ...readOpened(sent) }),
    'saved',
  ),
  remove: act((sent, { ctx, communityId, eventId }) => removeBudgetLine(ctx, communityId, eventId, sent.text('id')), 'removed'),
}
