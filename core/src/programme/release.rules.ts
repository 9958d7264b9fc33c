import { isDeepStrictEqual } from 'node:util'
import { pickText, type Locale, type Text } from '#core/kernel/text.ts'
import type { Hall, Programme } from './model.ts'
import type { Change, ReleaseContent, ReleasedSession } from './release.model.ts'
import { inOrder } from './rules.ts'

/**
 * What a release of the working copy holds: confirmed sessions, and cancelled ones that had been public before
 * (so that calendars learn of it). Drafts stay inside.
 */
export function contentOf(programme: Programme, before: ReleaseContent | null): ReleaseContent {
  const known = new Set(before?.sessions.map((s) => s.id))
  const sessions = inOrder(programme.sessions).filter((s) => s.state === 'confirmed' || (s.state === 'cancelled' && known.has(s.id)))
  return {
    halls: programme.halls.map(({ id, name, seats, position }) => ({ id, name, seats, position })),
    sessions: sessions.map(({ revision: _, speakers, ...session }) => ({
      ...session,
      speakers: speakers.map(({ personId, affiliation }) => ({ personId, affiliation })),
    })),
  }
}

/** What changed from one release to the next, in the order of the new programme; what is gone comes last. */
export function changesBetween(before: ReleaseContent | null, after: ReleaseContent): Change[] {
  const old = new Map(before?.sessions.map((s) => [s.id, s]))
  const present = new Set(after.sessions.map((s) => s.id))
  const gone = (before?.sessions ?? []).filter((s) => !present.has(s.id) && s.state !== 'cancelled')
  const halls: Change[] = before && !same(before.halls, after.halls) ? [{ kind: 'halls', sessionId: '', title: {} }] : []
  return [
    ...halls,
    ...after.sessions.flatMap((session) => changesOf(old.get(session.id), session)),
    ...gone.map((s): Change => ({ kind: 'removed', sessionId: s.id, title: s.title })),
  ]
}

function changesOf(before: ReleasedSession | undefined, after: ReleasedSession): Change[] {
  const about = { sessionId: after.id, title: after.title }
  if (!before) return [{ ...about, kind: 'added' }]
  if (before.state !== after.state) return [{ ...about, kind: after.state === 'cancelled' ? 'cancelled' : 'restored' }]
  if (after.state === 'cancelled') return []
  const changes: Change[] = []
  if (!same(before.title, after.title)) changes.push({ ...about, kind: 'renamed', from: before.title })
  if (before.startsAt?.getTime() !== after.startsAt?.getTime())
    changes.push({ ...about, kind: 'moved', from: before.startsAt, to: after.startsAt })
  if (before.minutes !== after.minutes) changes.push({ ...about, kind: 'length', from: before.minutes, to: after.minutes })
  if (before.hallId !== after.hallId) changes.push({ ...about, kind: 'hall', from: before.hallId, to: after.hallId })
  if (!same(before.speakers, after.speakers)) changes.push({ ...about, kind: 'speakers' })
  if (!same(details(before), details(after))) changes.push({ ...about, kind: 'details' })
  return changes
}

function details(s: ReleasedSession): unknown {
  return [s.abstract, s.level, s.language, s.slidesUrl, s.note, s.mayRecord, s.kind, s.slug]
}

const same = (a: unknown, b: unknown): boolean => isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)))

/** One change as a sentence. */
export function changeSentence(change: Change, locale: Locale, timeZone: string, halls: readonly Hall[]): string {
  const title = pickText(change.title, locale)
  const zh = locale === 'zh'
  const quoted = zh ? `「${title}」` : `“${title}”`
  switch (change.kind) {
    case 'halls':
      return zh ? '会场有变动' : 'The halls were changed'
    case 'added':
      return zh ? `新增${quoted}` : `${quoted} is new`
    case 'removed':
      return zh ? `${quoted}撤下` : `${quoted} was taken off`
    case 'cancelled':
      return zh ? `${quoted}取消` : `${quoted} is cancelled`
    case 'restored':
      return zh ? `${quoted}恢复` : `${quoted} is back`
    case 'speakers':
      return zh ? `${quoted}的讲师有变动` : `${quoted} has other speakers`
    case 'details':
      return zh ? `${quoted}的介绍有修改` : `The description of ${quoted} was changed`
    case 'renamed':
      return zh ? `「${pickText(change.from, locale)}」改名为${quoted}` : `“${pickText(change.from, locale)}” is now called ${quoted}`
    case 'length':
      return zh ? `${quoted}从 ${change.from} 分钟改为 ${change.to} 分钟` : `${quoted} takes ${change.to} minutes, not ${change.from}`
    case 'moved':
      return zh
        ? `${quoted}从 ${clock(change.from, timeZone, locale)} 改到 ${clock(change.to, timeZone, locale)}`
        : `${quoted} moves from ${clock(change.from, timeZone, locale)} to ${clock(change.to, timeZone, locale)}`
    case 'hall':
      return zh ? `${quoted}换到${hallName(halls, change.to, locale)}` : `${quoted} moves to ${hallName(halls, change.to, locale)}`
  }
}

/** 10月26日 14:11; said in words when there is no time yet. */
export function clock(at: Date | null, timeZone: string, locale: Locale): string {
  if (!at) return locale === 'zh' ? '时间待定' : 'no time yet'
  const day = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone,
    day: 'numeric',
    month: locale === 'zh' ? 'long' : 'short',
  }).format(at)
  return `${day} ${new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)}`
}

function hallName(halls: readonly Hall[], id: string | null, locale: Locale): string {
  const name: Text | undefined = halls.find((hall) => hall.id === id)?.name
  return pickText(name, locale) || (locale === 'zh' ? '未定会场' : 'no hall yet')
}
