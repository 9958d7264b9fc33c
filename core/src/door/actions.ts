import { authorise } from '#core/community/permissions.ts'
import { requireEvent } from '#core/community/actions.ts'
import { findCommunity } from '#core/community/store.ts'
import type { Event } from '#core/community/model.ts'
import { fail } from '#core/kernel/errors.ts'
import { normaliseCode } from '#core/kernel/ids.ts'
import { readLink } from '#core/kernel/links.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { findPerson } from '#core/people/person/store.ts'
import { DOOR_PREFIX } from '#core/registration/tickets.ts'
import { countRegistered } from '#core/registration/figures.store.ts'
import { findRegistration, findRegistrationByCode, lockRegistration } from '#core/registration/store.ts'
import type { Registration } from '#core/registration/model.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { isUniqueViolation } from '#core/store/patience.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { doorJournal } from './journal.ts'
import { scanSchema, type Attendance, type FoundAttendee, type List, type ScanInput, type ScanResult } from './model.ts'
import { curveOf, judge, listAt, listsOf } from './rules.ts'
import { countAdmissions, findAdmission, findScan, insertScan, listScans, searchRegistrations, updateScan, type Scan } from './store.ts'

/**
 * Checks somebody in by a scanned door code, a typed short code or a found booking. Never an error for a bad ticket: the
 * verdict says it. The same scan id again gives the same answer; a second scan of one person says when and where the
 * first was. Errors: access.*, input.invalid.
 */
export async function checkIn(ctx: Context, communityId: string, eventId: string, input: ScanInput): Promise<ScanResult> {
  authorise(ctx.actor, 'door.scan', { communityId, eventId })
  const scan = parseInput(scanSchema, input)
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  const list = scan.list ?? listAt(event, ctx.clock.now())
  try {
    return await transact(ctx, (tx) => admit(ctx, tx, event, { ...scan, list }))
  } catch (error) {
    // The same scan arrived twice at the same moment: the other one was written.
    if (!isUniqueViolation(error, 'scan_pkey')) throw error
    return transact(ctx, (tx) => admit(ctx, tx, event, { ...scan, list }))
  }
}

async function admit(
  ctx: Context,
  tx: Tx,
  event: Event,
  scan: { scanId: string; code: string; registrationId: string; desk: string; list: List },
): Promise<ScanResult> {
  const { communityId, id: eventId } = event
  const before = await findScan(tx.db, communityId, scan.scanId)
  if (before) {
    if (before.eventId !== eventId) throw fail('request.repeated_otherwise')
    return present(tx.db, communityId, before)
  }
  const found = await findTicket(ctx, tx.db, communityId, eventId, scan)
  // Locked, so that a cancellation and two desks at once come one after the other.
  const registration = found && found.eventId === eventId ? ((await lockRegistration(tx.db, communityId, found.id)) ?? null) : found
  const own = registration?.eventId === eventId ? registration : null
  const first = own && (await findAdmission(tx.db, communityId, eventId, own.id, scan.list))
  const verdict = judge({ registration, eventId, admittedBefore: first !== null && first !== undefined })
  const row: Scan = {
    id: scan.scanId,
    eventId,
    registrationId: own?.id ?? null,
    list: scan.list,
    at: ctx.clock.now(),
    desk: scan.desk,
    verdict,
    byName: ctx.actor.kind === 'account' || ctx.actor.kind === 'link' ? ctx.actor.name : '',
  }
  await insertScan(tx.db, { ...row, communityId })
  const subject = { communityId, eventId, kind: 'scan', id: scan.scanId }
  if (verdict === 'admitted') tx.journal(doorJournal.admitted, subject, { list: scan.list, desk: scan.desk })
  else tx.journal(doorJournal.refused, subject, { list: scan.list, desk: scan.desk, verdict })
  return present(tx.db, communityId, row)
}

/** The booking that was meant: of this event, of another one of the community, or none. */
async function findTicket(
  ctx: Context,
  db: Db,
  communityId: string,
  eventId: string,
  scan: { code: string; registrationId: string },
): Promise<Registration | null> {
  if (scan.registrationId !== '') return alive(await findRegistration(db, communityId, scan.registrationId))
  const text = scan.code.trim()
  if (!text.startsWith(DOOR_PREFIX)) {
    const code = normaliseCode(text)
    return /^[0-9A-Z]{4,12}$/.test(code) ? alive(await findRegistrationByCode(db, communityId, eventId, code)) : null
  }
  const claim = readLink(ctx.secret, 'd', text.slice(DOOR_PREFIX.length))
  const community = await findCommunity(db, communityId)
  if (!claim || claim.communityNo !== community?.no) return null
  const registration = alive(await findRegistration(db, communityId, claim.subjectId))
  // A renewed ticket makes the former code worthless.
  return registration && (registration.linkVersion & 0xff) === claim.version ? registration : null
}

const alive = (registration: Registration | undefined): Registration | null =>
  registration && !registration.erasedAt ? registration : null

async function present(db: Db, communityId: string, scan: Scan): Promise<ScanResult> {
  const registration = scan.registrationId === null ? undefined : await findRegistration(db, communityId, scan.registrationId)
  const person = registration && (await findPerson(db, communityId, registration.personId))
  const first =
    scan.verdict === 'again' && registration ? await findAdmission(db, communityId, scan.eventId, registration.id, scan.list) : undefined
  return {
    scanId: scan.id,
    verdict: scan.verdict,
    list: scan.list,
    at: scan.at,
    desk: scan.desk,
    attendee:
      registration && person
        ? { registrationId: registration.id, name: person.name, displayName: person.displayName, code: registration.code }
        : null,
    first: first ? { at: first.at, desk: first.desk } : null,
  }
}

/** An answer that was given, once more: for pages without script, which come back by address. */
export async function findScanResult(ctx: Context, communityId: string, eventId: string, scanId: string): Promise<ScanResult | null> {
  authorise(ctx.actor, 'door.scan', { communityId, eventId })
  const scan = await findScan(ctx.db, communityId, scanId)
  return scan && scan.eventId === eventId ? present(ctx.db, communityId, scan) : null
}

/** Takes an admission back; the person may be admitted again. Doing it twice changes nothing. Errors: thing.not_found. */
export async function undoCheckIn(ctx: Context, communityId: string, eventId: string, scanId: string): Promise<void> {
  authorise(ctx.actor, 'door.scan', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const scan = await findScan(tx.db, communityId, scanId)
    if (!scan || scan.eventId !== eventId) throw fail('thing.not_found')
    if (scan.verdict !== 'admitted') return
    await updateScan(tx.db, communityId, scanId, { verdict: 'undone' })
    tx.journal(doorJournal.undone, { communityId, eventId, kind: 'scan', id: scanId }, { list: scan.list, desk: scan.desk })
  })
}

/** How many answers the search gives at most: whoever needs more types one letter more. */
const MOST = 20

/** Attendees by part of the name, first letters in pinyin, the phone's last four digits or the code. */
export async function searchAttendees(ctx: Context, communityId: string, eventId: string, typed: string): Promise<FoundAttendee[]> {
  authorise(ctx.actor, 'door.scan', { communityId, eventId })
  if (typed.trim() === '') return []
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  return searchRegistrations(ctx.db, communityId, eventId, typed, listAt(event, ctx.clock.now()), MOST)
}

/** Who has come, by half-day and in all. */
export async function attendanceOf(ctx: Context, event: Event): Promise<Attendance> {
  authorise(ctx.actor, 'event.view', { communityId: event.communityId, eventId: event.id })
  return readAttendance(ctx.db, event)
}

/** The same for actions and jobs that have authorised otherwise (the recap, the figures of a published event). */
export async function readAttendance(db: Db, event: Event): Promise<Attendance> {
  const { firsts, byList } = await countAdmissions(db, event.communityId, event.id)
  const shown = [...new Set([...listsOf(event), ...byList.map((one) => one.list)])]
  return {
    registered: await countRegistered(db, event.communityId, event.id),
    persons: firsts.length,
    byList: shown.map((list) => ({ list, count: byList.find((one) => one.list === list)?.count ?? 0 })),
    curve: curveOf(firsts),
  }
}

/** The latest scans, newest first. */
export async function recentScans(
  ctx: Context,
  communityId: string,
  eventId: string,
  limit = 12,
): Promise<(Scan & { name: string | null })[]> {
  authorise(ctx.actor, 'door.scan', { communityId, eventId })
  return listScans(ctx.db, communityId, eventId, Math.min(limit, 100))
}
