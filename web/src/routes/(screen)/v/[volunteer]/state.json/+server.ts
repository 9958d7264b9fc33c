import { json } from '@sveltejs/kit'
import { volunteerScreen } from '#lib/server/stage-places.ts'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = async (request) =>
  json((await volunteerScreen(request)).screen, { headers: { 'cache-control': 'private, no-store' } })
