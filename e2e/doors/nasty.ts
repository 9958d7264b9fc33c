import { receiveRecording } from '@kaichang/core/archive/intake.actions.ts'
import { publishRecordings } from '@kaichang/core/archive/actions.ts'
import { silentMp3 } from '@kaichang/core/archive/silence.ts'
import { editCommunity, editEvent, createEvent, setEventState } from '@kaichang/core/community/actions.ts'
import { addIntroduction, addPledge } from '@kaichang/core/partners/actions.ts'
import { addBudgetLine, addNote, addTask, considerDate, shelveProposal, writeProposal } from '@kaichang/core/plan/actions.ts'
import { addSession } from '@kaichang/core/programme/actions.ts'
import { addHall, releaseSchedule } from '@kaichang/core/programme/release.actions.ts'
import { addChannel, openRegistration, registerAttendee } from '@kaichang/core/registration/actions.ts'
import { addQuestion } from '@kaichang/core/registration/questions/actions.ts'
import { noteFigure, startNext } from '@kaichang/core/stage/actions.ts'
import { publishArticle, saveArticle } from '@kaichang/core/story/actions.ts'
import { addVolunteer } from '@kaichang/core/team/actions.ts'
import { eventInput } from '../../tests/setup/samples.ts'
import type { Site } from '../../tests/setup/server.ts'
import { asSystem, foundCommunity } from './furnish.ts'

/** What attackers and accidents put into fields; each fits into the shortest of them. */
export const nasty = [
  '<script>alert(1)</script>',
  '</script><script>alert(1)//',
  '"><img src=x onerror=alert(1)>',
  "'onmouseover='alert(1)",
  '{{7*7}}${alert(1)}',
  '[x](javascript:alert(1))',
  '=HYPERLINK("http://x","y")',
  '@SUM(1)',
  'a\u0000b\u0007c\u001b[31m',
  '\u202egnp.exe\u2066',
  '😀👩‍👩‍👧',
  ']]><!--&lt;&#x22;',
  'x\r\nBEGIN:VEVENT\r\nSUMMARY:y',
  '\ud800 \uffff \ufffe',
  '![x](javascript:alert(1))',
  '</title><svg onload=alert(1)>',
  'x\u2028y\u2029z',
] as const

/** Hundreds of them in a row, one line longer than any screen, and Markdown that links where it should not. */
const prose = `${nasty.join('\n\n')}\n\n${'长'.repeat(4000)}\n\n<iframe src="javascript:alert(1)"></iframe>\n\n[a](data:text/html,<script>alert(1)</script>) ![b](//evil.example/x.png) <javascript:alert(1)> [c]: javascript:alert(1)\n\n[d][c]`

let turn = 0
/** The next nasty word, made different from its like so that names that have to be unique are. */
const word = (max = 60): string => {
  turn += 1
  return `${nasty[turn % nasty.length] ?? ''} ${turn}`.slice(0, max)
}
const text = (max?: number): { zh: string; en: string } => ({ zh: word(max), en: word(max) })

/** A community with an event in which every text that can be written is nasty; `talks` are the slugs of its talks. */
export async function furnishNasty(
  site: Site,
): Promise<{ community: string; communityId: string; event: string; eventId: string; tickets: string[] }> {
  const ctx = asSystem(site)
  const { communityId, slug } = await foundCommunity(site, 'nasty')
  await editCommunity(ctx, communityId, {
    slug,
    name: text(),
    about: { zh: prose, en: prose.slice(0, 5000) },
    city: text(40),
    site: '',
    contact: word(),
    accent: '#d0412b',
  })
  const day = { startsAt: new Date('2026-11-20T09:00:00+08:00'), endsAt: new Date('2026-11-20T22:00:00+08:00') }
  const texts = {
    name: text(),
    summary: { zh: prose.slice(0, 5000) },
    purpose: text(),
    audience: text(),
    city: text(40),
    venue: text(),
    address: text(),
    venueNote: text(),
  }
  const { id: eventId } = await createEvent(ctx, communityId, eventInput({ slug: 'main', ...day }))
  await editEvent(ctx, communityId, eventId, eventInput({ slug: 'main', ...day, ...texts }))
  const here = [communityId, eventId] as const
  const hall = await addHall(ctx, ...here, { name: text(), seats: 80 })
  const tickets: string[] = []
  for (const kind of ['long', 'choices'] as const) {
    const options = nasty.slice(0, 3).map((_, n) => ({ key: `o${n}`, label: text() }))
    const words = { label: text(), help: text(), purpose: text(), keepReason: text() }
    await addQuestion(ctx, ...here, { key: kind, kind, options, ...words, keepDays: 400 })
  }
  for (let i = 0; i < nasty.length; i += 1) {
    const startsAt = new Date(day.startsAt.getTime() + i * 30 * 60_000).toISOString()
    const { id } = await addSession(ctx, ...here, {
      title: text(),
      abstract: { zh: prose },
      note: text(),
      hallId: hall.id,
      startsAt,
      minutes: 25,
      no: null,
      slug: `talk-${i}`,
      speakers: [{ personId: null, name: word(), affiliation: text() }],
    })
    if (i === 0) await startNext(ctx, ...here, { sessionId: id })
    await addTask(ctx, ...here, { title: text(), detail: { zh: prose.slice(0, 2000) }, dayOffset: -i })
    await addNote(ctx, ...here, { kind: 'decision', day: '2026-11-10', title: text(), detail: { zh: prose.slice(0, 5000) } })
    const proposal = await writeProposal(ctx, ...here, {
      title: text(),
      what: { zh: prose.slice(0, 5000) },
      why: text(),
      forWhom: text(),
      howMany: 5,
      plannedFor: null,
      whereText: text(),
    })
    if (i % 2 === 0) await shelveProposal(ctx, ...here, proposal, text())
    await considerDate(ctx, ...here, `2026-12-${String(i + 1).padStart(2, '0')}`, text())
    await addBudgetLine(ctx, ...here, { kind: 'expense', title: text(), plannedFen: 100 })
    await addPledge(ctx, ...here, { name: word(), kinds: ['cash', 'gifts'], what: text(), inReturn: text(), state: 'received', url: '' })
    await addIntroduction(ctx, ...here, { from: { name: word() }, to: { name: word() }, through: text(), ledTo: text() })
    await addVolunteer(ctx, ...here, { name: word(), duty: i % 2 === 0 ? 'door' : 'stage', dutyNote: text() })
    await addChannel(ctx, ...here, { slug: `c-${i}`, name: text(), share: null })
    await noteFigure(ctx, ...here, { metric: 'stream_clicks', platform: word(30), value: 5, at: startsAt })
    const ticket = await registerAttendee(ctx, ...here, {
      name: word(),
      email: `nasty-${i}@example.org`,
      channel: `c-${i}`,
      locale: i % 2 === 0 ? 'zh' : 'en',
      consents: { registration: true, news: true },
      answers: { long: prose.slice(0, 2000), choices: ['o1'] },
    })
    tickets.push(ticket.links.token)
  }
  await releaseSchedule(ctx, ...here)
  await setEventState(ctx, ...here, 'published')
  await openRegistration(ctx, ...here)
  for (const locale of ['zh', 'en'] as const) {
    await saveArticle(ctx, ...here, { locale, title: word(), body: prose })
    await publishArticle(ctx, ...here, { locale })
  }
  await receiveRecording(ctx, ...here, { name: `261120-01-"><img src=x onerror=alert(1)>-090000.mp3`, content: once(silentMp3(1)) })
  await publishRecordings(ctx, ...here, { recordingIds: 'all' })
  return { community: slug, communityId, event: 'main', eventId, tickets }
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes)
}
