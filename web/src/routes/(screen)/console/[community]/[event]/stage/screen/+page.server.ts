import { consoleScreen } from '#lib/server/stage-places.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = (request) => consoleScreen(request)
