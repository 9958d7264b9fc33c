import { json } from '@sveltejs/kit'
import { consoleScreen } from '#lib/server/stage-places.ts'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = async (request) =>
  json((await consoleScreen(request)).screen, { headers: { 'cache-control': 'private, no-store' } })
