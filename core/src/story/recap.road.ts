import type { Event } from '#core/community/model.ts'
import { localDay } from '#core/community/rules.ts'
import { fill, type Text } from '#core/kernel/text.ts'
import type { Note } from '#core/plan/model.ts'
import { listProposals } from '#core/plan/store.ts'
import type { Db } from '#core/store/database.ts'
import { listEntries } from '#core/store/journal.ts'
import { escapeMarkdown } from './markdown-text.ts'
import type { RecapStep } from './recap.model.ts'
import { dayOfRegistration } from './store.ts'
import { longDay } from './recap.ts'

/** Journal kinds that tell of the road, each with its sentence; facts are filled in. */
const STEPS: Readonly<Record<string, Required<Text>>> = {
  'plan.date_rejected': { zh: '考虑过 {day}，没有选：{reason}', en: '{day} was considered and not chosen: {reason}' },
  'plan.date_chosen': { zh: '日子定在 {day}', en: 'The day was set: {day}' },
  'event.published': { zh: '活动页公开', en: 'The event page went public' },
  'registration.opened': { zh: '报名开始', en: 'Registration opened' },
  'registration.channel_added': { zh: '{name}也开始报名', en: '{name} took registrations, too' },
  'programme.released': { zh: '议程发布', en: 'The programme was released' },
}

/** Attempts, meetings, decisions, milestones, dates considered and what the journal knows besides, in order of days. */
export async function gatherRoad(db: Db, event: Event, notes: readonly Note[]): Promise<RecapStep[]> {
  const lastDay = localDay(event.endsAt, event.timeZone)
  const own = [...(await attempts(db, event)), ...notes.filter((n) => n.day <= lastDay).map(noteStep)]
  // An event that nobody kept a diary of has no road worth a chapter.
  if (own.length === 0) return []
  const told = new Set(notes.map((n) => n.day))
  const kept = (await fromJournal(db, event)).filter((step) => !told.has(step.day) && step.day <= lastDay)
  return [...own, ...kept].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
}

async function attempts(db: Db, event: Event): Promise<RecapStep[]> {
  const proposals = await listProposals(db, event.communityId, event.id)
  return proposals.flatMap((p): RecapStep[] => {
    const day = p.plannedFor ?? localDay(p.createdAt, event.timeZone)
    const title = both(p.title)
    if (p.state === 'shelved' || (p.state === 'revived' && hasText(p.reason))) {
      const reason = both(p.reason)
      return [
        {
          day,
          text: {
            zh: `原定办「${title.zh}」，后来搁置${reason.zh && `：${reason.zh}`}`,
            en: `“${title.en}” was planned for this day and shelved${reason.en && `: ${reason.en}`}`,
          },
        },
      ]
    }
    if (p.state !== 'done') return []
    const lesson = both(p.lesson)
    const zh = [p.registered === null ? '' : `${p.registered} 人报名`, p.came === null ? '' : `${p.came} 人到场`].filter(Boolean).join('，')
    const en = [p.registered === null ? '' : `${p.registered} registered`, p.came === null ? '' : `${p.came} came`]
      .filter(Boolean)
      .join(', ')
    return [
      {
        day,
        text: {
          zh: `「${title.zh}」${zh && `：${zh}`}${lesson.zh && `。${lesson.zh}`}`,
          en: `“${title.en}”${en && `: ${en}`}${lesson.en && `. ${lesson.en}`}`,
        },
      },
    ]
  })
}

function noteStep(note: Note): RecapStep {
  const title = both(note.title)
  const present = note.present === null ? { zh: '', en: '' } : { zh: `（${note.present} 人到）`, en: ` (${note.present} present)` }
  const head = { meeting: { zh: '碰头：', en: 'Meeting: ' }, decision: { zh: '定下：', en: 'Decided: ' }, milestone: { zh: '', en: '' } }[
    note.kind
  ]
  const detail = both(note.detail)
  return {
    day: note.day,
    text: {
      zh: `${head.zh}${title.zh}${present.zh}${detail.zh && `。${detail.zh}`}`,
      en: `${head.en}${title.en}${present.en}${detail.en && `. ${detail.en}`}`,
    },
  }
}

async function fromJournal(db: Db, event: Event): Promise<RecapStep[]> {
  const entries = await listEntries(db, { communityId: event.communityId, eventId: event.id, kinds: Object.keys(STEPS) })
  const seen = new Set<string>()
  const steps = entries.flatMap((entry): RecapStep[] => {
    const sentence = STEPS[entry.kind]
    // Only the first opening, page and release are steps of the road.
    const once = ['event.published', 'registration.opened', 'programme.released'].includes(entry.kind)
    if (!sentence || (once && seen.has(entry.kind))) return []
    // An entrance that was there from the first day is told by the opening.
    if (entry.kind === 'registration.channel_added' && !seen.has('registration.opened')) return []
    seen.add(entry.kind)
    return [
      {
        day: localDay(entry.at, event.timeZone),
        text: { zh: fill(sentence.zh, shown(entry.facts, 'zh')), en: fill(sentence.en, shown(entry.facts, 'en')) },
      },
    ]
  })
  const full = event.cap === null ? null : await dayOfRegistration(db, event.communityId, event.id, event.cap)
  if (full)
    steps.push({ day: localDay(full, event.timeZone), text: { zh: `报名满 ${event.cap} 人`, en: `All ${event.cap} places were taken` } })
  return steps
}

/** Facts ready for a sentence: days written out, texts in one language, all escaped. */
function shown(facts: Readonly<Record<string, unknown>>, locale: 'zh' | 'en'): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === 'string') out[name] = /^\d{4}-\d{2}-\d{2}$/.test(value) ? longDay(value, locale) : escapeMarkdown(value)
    else if (isText(value)) out[name] = both(value)[locale]
  }
  return out
}

const isText = (value: unknown): value is Text => typeof value === 'object' && value !== null && ('zh' in value || 'en' in value)
const hasText = (text: Text): boolean => Boolean(text.zh || text.en)

function both(text: Text): Required<Text> & { zh: string; en: string } {
  return { zh: escapeMarkdown(text.zh ?? text.en ?? ''), en: escapeMarkdown(text.en ?? text.zh ?? '') }
}
