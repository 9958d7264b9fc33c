import { listRecordings, publicRecordingsOf } from '#core/archive/store.ts'
import type { Community, Event } from '#core/community/model.ts'
import { localDay } from '#core/community/rules.ts'
import { isTalk, type Session } from '#core/programme/model.ts'
import { latestRelease } from '#core/programme/release.store.ts'
import { loadProgramme } from '#core/programme/store.ts'
import { metricNames } from '#core/stage/sentences.ts'
import { overrunOf } from '#core/stage/rules.ts'
import type { Run } from '#core/stage/model.ts'
import { listFigures, loadRuns } from '#core/stage/store.ts'
import type { Db } from '#core/store/database.ts'
import { listVolunteers } from '#core/team/store.ts'
import { listNotes } from '#core/plan/store.ts'
import { recordingHref } from './addresses.ts'
import { longDay } from './recap.ts'
import type { RecapFacts, RecapHint, RecapItem } from './recap.model.ts'
import { gatherRoad } from './recap.road.ts'
import { countAttendance, countRegistrations, listGivers, listLaterEvents } from './store.ts'

/** Reads the journal and the rooms for a recap; no personal data of attendees is read, only counts. */
export async function gatherRecap(
  db: Db,
  community: Pick<Community, 'slug'>,
  event: Event,
): Promise<{ facts: RecapFacts; hints: RecapHint[] }> {
  const { communityId, id } = event
  const { sessions } = await loadProgramme(db, communityId, id)
  const released = new Set((await latestRelease(db, communityId, id))?.sessions.map((s) => s.id))
  const runs = await loadRuns(db, communityId, id)
  const open = await publicRecordingsOf(db, communityId, id)
  const recordings = await listRecordings(db, communityId, id)
  const seats = await countRegistrations(db, communityId, id)
  const door = await countAttendance(db, communityId, id)
  const { gave, open: pledged } = await listGivers(db, communityId, id)
  const figures = await listFigures(db, communityId, id)
  const volunteers = await listVolunteers(db, communityId, id)
  const notes = await listNotes(db, communityId, id)
  const later = await listLaterEvents(db, communityId, event.endsAt)
  const lastDay = localDay(event.endsAt, event.timeZone)
  const held = sessions.filter((s) => s.state === 'confirmed' && runs.get(s.id)?.state !== 'skipped')
  const items = held.map((session): RecapItem => ({
    ...asItem(session, runs.get(session.id)),
    href: isTalk(session) && released.has(session.id) ? `/${community.slug}/${event.slug}/talks/${session.slug}` : '',
    recordings: open.filter((r) => r.sessionId === session.id).map((r) => ({ name: r.name, href: recordingHref(community.slug, r) })),
  }))
  const facts: RecapFacts = {
    name: event.name,
    city: event.city,
    venue: event.venue,
    venueNote: event.venueNote,
    purpose: event.purpose,
    startsAt: event.startsAt,
    endsAt: event.endsAt,
    timeZone: event.timeZone,
    road: await gatherRoad(db, event, notes),
    items: inOrderOfTime(items),
    dropped: sessions.flatMap((s): RecapFacts['dropped'] => {
      if (s.state === 'cancelled') return [{ title: s.title, why: 'cancelled' }]
      return s.state === 'confirmed' && !held.includes(s) ? [{ title: s.title, why: 'skipped' }] : []
    }),
    ...seats,
    ...door,
    figures: latestFigures(figures).map((f) => ({
      metric: f.metric,
      platform: f.platform,
      value: f.value,
      at: f.at,
      what: metricNames[f.metric],
    })),
    recordings: open.length,
    partners: gave,
    helpers: [...Map.groupBy(volunteers, (v) => v.duty)].map(([duty, all]) => ({ duty, names: [...new Set(all.map((v) => v.name))] })),
    next: [
      ...notes
        .filter((n) => n.day > lastDay && n.kind !== 'meeting')
        .map((n) => ({ text: { zh: n.title.zh ?? n.title.en ?? '', en: n.title.en ?? n.title.zh ?? '' }, href: '' })),
      ...later.map((e) => {
        const day = localDay(e.startsAt, e.timeZone)
        const [zh, en] = [e.name.zh ?? e.name.en ?? '', e.name.en ?? e.name.zh ?? '']
        return {
          text: { zh: `下一场：${zh}，${longDay(day, 'zh')}`, en: `Next: ${en}, ${longDay(day, 'en')}` },
          href: `/${community.slug}/${e.slug}`,
        }
      }),
    ],
  }
  return {
    facts,
    hints: hintsOf(facts, {
      hidden: recordings.filter((r) => r.sessionId !== null).length - open.length,
      pledged,
      timed: [...runs.values()].some((r) => r.startedAt),
    }),
  }
}

function asItem(session: Session, run: Run | undefined): RecapItem {
  return {
    title: session.title,
    kind: session.kind,
    href: '',
    at: run?.startedAt ?? session.startsAt,
    slidesUrl: session.slidesUrl,
    note: session.note,
    recordings: [],
    speakers: session.speakers.map(({ name, affiliation }) => ({ name, affiliation })),
    overrunSeconds: run ? overrunOf(run, session.minutes) : null,
  }
}

/** By what really happened; items without any time keep their place after the one before them. */
function inOrderOfTime(items: readonly RecapItem[]): RecapItem[] {
  let last = -Infinity
  const keyed = items.map((item) => {
    last = item.at?.getTime() ?? last
    return { item, key: last }
  })
  return keyed.sort((a, b) => a.key - b.key || 0).map(({ item }) => item)
}

/** Of figures that grow (clicks, viewers) the last reading, of peaks and heads every one. */
function latestFigures<F extends { metric: string; platform: string }>(figures: readonly F[]): F[] {
  const last = new Map(figures.map((f) => [`${f.metric} ${f.platform}`, f]))
  return figures.filter((f) => f.metric === 'head_count' || last.get(`${f.metric} ${f.platform}`) === f)
}

function hintsOf(facts: RecapFacts, more: { hidden: number; pledged: string[]; timed: boolean }): RecapHint[] {
  const hints: RecapHint[] = []
  if (facts.items.length > 0 && !more.timed) hints.push({ code: 'no_times' })
  if (more.hidden > 0) hints.push({ code: 'recordings_hidden', count: more.hidden })
  else if (facts.recordings === 0) hints.push({ code: 'no_recordings' })
  if (facts.came === 0) hints.push({ code: 'no_attendance' })
  if (more.pledged.length > 0) hints.push({ code: 'pledges_open', names: more.pledged })
  if (facts.items.every((i) => Object.keys(i.note).length === 0)) hints.push({ code: 'no_notes' })
  if (facts.next.length === 0) hints.push({ code: 'no_next' })
  return hints
}
