import { redirect } from '@sveltejs/kit'
import type { RequestHandler } from './$types'

/** The copy for WeChat is staff's work: it lives in the console. */
export const GET: RequestHandler = ({ params, url }) =>
  redirect(303, `/console/${encodeURIComponent(params.community)}/${encodeURIComponent(params.event)}/story/wechat${url.search}`)
