import { authorise, can } from '@kaichang/core/community/permissions.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals, parent }) => {
  const { place } = await parent()
  authorise(locals.actor, 'mail.view', place)
  return { mayEdit: can(locals.actor, 'registration.edit', place) }
}
