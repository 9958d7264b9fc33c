import { can } from '@kaichang/core/community/permissions.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals, parent }) => {
  const { place } = await parent()
  return { mayAsk: can(locals.actor, 'registration.edit', place), mayCount: can(locals.actor, 'money.view', place) }
}
