import { stageActions } from '#lib/server/stage-actions.ts'
import { openVolunteer, volunteerStage } from '#lib/server/stage-places.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = (request) => {
  // The address is a key: it is not told to other sites and not kept by caches.
  request.setHeaders({ 'cache-control': 'private, no-cache' })
  return volunteerStage(request)
}

export const actions: Actions = stageActions(async (request) => {
  const volunteer = request.params['volunteer'] ?? ''
  const { ctx, access } = await openVolunteer({ locals: request.locals, params: { volunteer } })
  return { ctx, event: access.event, back: `/v/${volunteer}/stage` }
})
