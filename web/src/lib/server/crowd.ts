import { isKaichangError } from '@kaichang/core/kernel/errors.ts'
import { turnOf, type Turn } from '@kaichang/core/registration/crowd/gate.ts'
import { redirect, type RequestEvent } from '@sveltejs/kit'

const COOKIE = 'kc_line'
/** How long a place in the line is kept in the browser, in seconds. */
const KEPT = 3 * 3_600

interface Place {
  communityId: string
  eventId: string
  /** `/{community}/{event}`: the line is this event's alone. */
  address: string
}

/** Where the reader stands in the line before an event's forms; the place is remembered in a cookie, else in the address. */
export function lookInLine(event: RequestEvent, place: Place): Turn {
  const turn = turnOf(event.locals.ctx, place, tokenOf(event))
  if (turn.token !== null) keep(event, place, turn.token)
  return turn
}

/** Leads to the line when it is not the reader's turn to see a form. Never for what was sent: that keeps what was typed. */
export function standInLine(event: RequestEvent, place: Place): string {
  if (event.request.method !== 'GET') return tokenOf(event) ?? ''
  const turn = lookInLine(event, place)
  if (turn.in) return turn.token ?? ''
  const query = new URLSearchParams(event.url.search)
  query.set('at', turn.token)
  redirect(303, `${place.address}/line?${query}`)
}

/** Sends a form with the place in the line; when it is crowded, the place that it got is remembered. */
export async function sendInLine<T>(
  event: RequestEvent,
  place: Place,
  typed: string,
  run: (token: string | null) => Promise<T>,
): Promise<T> {
  try {
    return await run(event.cookies.get(COOKIE) ?? (typed || null))
  } catch (error) {
    const token = isKaichangError(error, 'registration.crowded') ? error.params['line'] : undefined
    if (typeof token === 'string') keep(event, place, token)
    throw error
  }
}

/** A place that came in the address, for browsers that keep no cookies. */
const tokenOf = ({ cookies, url }: RequestEvent): string | null => cookies.get(COOKIE) ?? url.searchParams.get('at')

function keep({ cookies, url }: RequestEvent, { address }: Place, token: string): void {
  if (cookies.get(COOKIE) === token) return
  cookies.set(COOKIE, token, { path: address, maxAge: KEPT, httpOnly: true, sameSite: 'lax', secure: url.protocol === 'https:' })
}
