import { can } from '@kaichang/core/community/permissions.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals, parent }) => {
  const { place } = await parent()
  return {
    mayEdit: can(locals.actor, 'plan.edit', place),
    mayTick: can(locals.actor, 'task.tick', place),
    mayBudget: can(locals.actor, 'budget.view', place),
  }
}
