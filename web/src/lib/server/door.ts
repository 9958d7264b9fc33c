import type { Event } from '@kaichang/core/community/model.ts'
import { attendanceOf, checkIn, findScanResult, recentScans, searchAttendees, undoCheckIn } from '@kaichang/core/door/actions.ts'
import { colourOf } from '@kaichang/core/door/rules.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { redirect, type Cookies, type RequestEvent } from '@sveltejs/kit'
import { submit } from './form.ts'

/** Keeps the name of the desk on this device; says nothing about a person. */
const DESK_COOKIE = 'kc-desk'

/** What the desk shows; the same for a volunteer's link and for the console. */
export async function loadDesk(ctx: Context, event: Event, { cookies, url }: { cookies: Cookies; url: URL }, standing: string) {
  const { communityId, id } = event
  const [attendance, recent] = await Promise.all([attendanceOf(ctx, event), recentScans(ctx, communityId, id)])
  const scan = url.searchParams.get('scan') ?? ''
  const query = (url.searchParams.get('q') ?? '').slice(0, 60)
  const result = /^[0-9a-f-]{36}$/.test(scan) ? await findScanResult(ctx, communityId, id, scan) : null
  return {
    desk: cookies.get(DESK_COOKIE) ?? standing,
    // One for each showing of the page: a form that is sent twice is one scan.
    scanId: crypto.randomUUID(),
    query,
    found: query.trim() === '' ? null : await searchAttendees(ctx, communityId, id, query),
    result: result && { ...result, colour: colourOf(result.verdict) },
    counts: { registered: attendance.registered, persons: attendance.persons, byList: attendance.byList },
    curve: attendance.curve,
    recent: recent.map((one) => ({
      id: one.id,
      at: one.at,
      name: one.name ?? '',
      verdict: one.verdict,
      colour: colourOf(one.verdict),
      desk: one.desk,
      byName: one.byName,
    })),
    timeZone: event.timeZone,
  }
}
export type Desk = Awaited<ReturnType<typeof loadDesk>>

/** The desk's form actions: they work without script and come back to `path` with the answer. */
export function deskActions(place: (event: RequestEvent) => Promise<{ ctx: Context; event: Event; path: string }>) {
  return {
    scan: (request: RequestEvent) =>
      submit(request, async ({ text }) => {
        const { ctx, event, path } = await place(request)
        const scan = { scanId: text('scanId'), code: text('code'), registrationId: text('registrationId'), desk: text('desk') }
        const { scanId } = await checkIn(ctx, event.communityId, event.id, scan)
        redirect(303, `${path}?scan=${scanId}`)
      }),
    undo: (request: RequestEvent) =>
      submit(request, async ({ text }) => {
        const { ctx, event, path } = await place(request)
        await undoCheckIn(ctx, event.communityId, event.id, text('scanId'))
        redirect(303, `${path}?done=undone`)
      }),
    desk: (request: RequestEvent) =>
      submit(request, async ({ text }) => {
        const { path } = await place(request)
        request.cookies.set(DESK_COOKIE, text('desk').trim().slice(0, 40), {
          path: '/',
          maxAge: 60 * 60 * 24 * 3,
          httpOnly: false,
          secure: request.url.protocol === 'https:',
        })
        redirect(303, path)
      }),
  }
}
