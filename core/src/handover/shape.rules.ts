import { pickText, type Locale, type Text } from '#core/kernel/text.ts'
import type { Event } from '#core/community/model.ts'
import type { Pledge, SupportKind } from '#core/partners/model.ts'
import { supportNames } from '#core/partners/model.ts'
import type { BudgetLine, Task } from '#core/plan/model.ts'
import { isTalk, type Hall, type Session } from '#core/programme/model.ts'
import type { CopyCounts, CopyPart } from './model.ts'
import { messagesToCopy, type MessagesPack } from './messages.copy.ts'
import { questionsToCopy, typesToCopy, type RegistrationPack } from './registration.copy.ts'

/** What an event leaves to others, as it stands at the source. */
export interface Pack extends RegistrationPack, MessagesPack {
  event: Event
  tasks: Task[]
  pledges: Pledge[]
  halls: Hall[]
  sessions: Session[]
  budget: BudgetLine[]
}

/** The texts of an event that make sense in another city. */
export const packTexts = ['summary', 'purpose', 'audience', 'venueNote'] as const

const TALK: Text = { zh: '议题 · 待定', en: 'Talk · to be announced' }
const OPEN: Readonly<Record<Locale, string>> = { zh: '待找', en: 'wanted' }

/** How much each part would bring along. */
export function countsOf(pack: Pack, parts: readonly CopyPart[]): CopyCounts {
  const only = (part: CopyPart, count: number): number => (parts.includes(part) ? count : 0)
  const typeIds = new Set(parts.includes('tickets') ? typesToCopy(pack).map(({ id }) => id) : [])
  return {
    tasks: only('tasks', pack.tasks.length),
    partners: only('partners', openPlaces(pack.pledges, 'zh').length),
    programme: only('programme', shapeOf(pack.sessions).length),
    texts: only('texts', packTexts.filter((field) => pack.event[field].zh || pack.event[field].en).length),
    budget: only('budget', pack.budget.length),
    tickets: only('tickets', typesToCopy(pack).length),
    questions: only('questions', questionsToCopy(pack, typeIds).length),
    messages: only('messages', messagesToCopy(pack, typeIds).length + new Set(pack.words.map(({ kind }) => kind)).size),
  }
}

/** One open place for each partner who gave something, named by what is wanted: 场地 · 待找. */
export function openPlaces(pledges: readonly Pick<Pledge, 'kinds' | 'state'>[], locale: Locale): { name: string; kinds: SupportKind[] }[] {
  const wanted = pledges.filter((pledge) => pledge.state !== 'declined')
  const label = (kinds: readonly SupportKind[]): string =>
    `${kinds.map((kind) => pickText(supportNames[kind], locale)).join(locale === 'zh' ? '、' : ', ')} · ${OPEN[locale]}`
  const total = Map.groupBy(wanted, (pledge) => label(pledge.kinds))
  const seen = new Map<string, number>()
  return wanted.map(({ kinds }) => {
    const base = label(kinds)
    const number = (seen.get(base) ?? 0) + 1
    seen.set(base, number)
    return { kinds, name: (total.get(base)?.length ?? 0) > 1 ? `${base} ${number}` : base }
  })
}

/** The programme without its content: kinds, minutes, order; a talk keeps neither title nor speaker. */
export function shapeOf(sessions: readonly Session[]): (Pick<
  Session,
  'kind' | 'minutes' | 'hallId' | 'startsAt' | 'title' | 'mayRecord'
> & {
  no: number
  slug: string
  state: 'draft' | 'confirmed'
})[] {
  return sessions
    .filter((session) => session.state !== 'cancelled')
    .map(({ kind, minutes, hallId, startsAt, title, mayRecord }, i) => {
      const talk = isTalk({ kind })
      return {
        kind,
        minutes,
        hallId,
        startsAt,
        mayRecord,
        title: talk ? TALK : title,
        no: i + 1,
        slug: `${kind}-${i + 1}`,
        state: talk ? 'draft' : 'confirmed',
      }
    })
}
