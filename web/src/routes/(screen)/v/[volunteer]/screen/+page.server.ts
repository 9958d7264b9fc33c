import { volunteerScreen } from '#lib/server/stage-places.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = (request) => {
  // The address is a key: it is not told to other sites and not kept by caches.
  request.setHeaders({ 'cache-control': 'private, no-cache' })
  return volunteerScreen(request)
}
