import { fail } from '@kaichang/core/kernel/errors.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import {
  countGroup,
  groupsOf,
  openFree,
  previewWords,
  readWords,
  sendTest,
  toTell,
  writeFree,
  writeMessage,
} from '@kaichang/core/registration/messages/actions.ts'
import { knownPlaces } from '@kaichang/core/registration/messages/kinds.ts'
import { placeMeanings } from '@kaichang/core/registration/messages/places.ts'
import { fromLocal, toLocal } from '#lib/format.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { isId } from '#lib/server/ids.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { wordsOf } from '#lib/server/words-form.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

const NAMES = {
  free: 'registration.free',
  waiting: 'registration.free_waiting',
  changed: 'registration.changed',
  called_off: 'registration.called_off',
} as const
type Kind = keyof typeof NAMES
const ways = ['now', 'days', 'hours', 'date'] as const

const kindOf = (url: URL): Kind => {
  const asked = url.searchParams.get('kind')
  return asked === 'changed' || asked === 'called_off' || asked === 'waiting' ? asked : 'free'
}
const isOwn = (kind: Kind): kind is 'free' | 'waiting' => kind === 'free' || kind === 'waiting'
/** The planned text that is being changed. */
const messageOf = (url: URL): string | null => {
  const id = url.searchParams.get('message') ?? ''
  return isId(id) ? id : null
}

/** When a text goes out and to whom, as its form shows it. */
export interface TypedPlan {
  when: string
  daysBefore: string
  atTime: string
  hoursBefore: string
  sendAt: string
  to: string
  revision: string
}
const plain: TypedPlan = { when: 'now', daysBefore: '1', atTime: '10:00', hoursBefore: '3', sendAt: '', to: 'registered', revision: '' }

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, event, communityId, eventId } = await placeOf(request)
  const kind = kindOf(request.url)
  const { kind: mail, words } = await readWords(ctx, communityId, eventId, NAMES[kind], 'event')
  const tell = isOwn(kind) ? null : await toTell(ctx, communityId, eventId)
  // What was told already, or changed back, is not to be told again.
  if (!isOwn(kind) && tell?.kind !== kind) throw fail('message.not_now')
  const id = isOwn(kind) ? messageOf(request.url) : null
  const planned = id === null ? null : await openFree(ctx, communityId, eventId, id)
  const text = (lang: 'zh' | 'en') => ({ subject: planned?.subject[lang] ?? '', body: planned?.body[lang] ?? '' })
  const to = planned?.ticketTypeId ?? (kind === 'waiting' ? 'waiting' : 'registered')
  const groups = kind === 'free' ? await groupsOf(ctx, communityId, eventId) : []
  return {
    kind,
    message: id,
    words: planned ? { zh: text('zh'), en: text('en') } : { zh: words.zh.text, en: words.en.text },
    plan: {
      ...plain,
      to,
      ...(planned
        ? {
            when: planned.sendAt ? 'date' : planned.hoursBefore === null ? 'days' : 'hours',
            daysBefore: String(planned.daysBefore ?? plain.daysBefore),
            atTime: planned.atTime ?? plain.atTime,
            hoursBefore: String(planned.hoursBefore ?? plain.hoursBefore),
            sendAt: planned.sendAt ? toLocal(planned.sendAt, event.timeZone) : '',
            revision: String(planned.revision),
          }
        : {}),
    },
    groups: groups.map((type) => ({ value: type.id, label: pickText(type.name, locale) })),
    receivers: await countGroup(ctx, communityId, eventId, to),
    waiting: kind === 'free' && id === null ? await countGroup(ctx, communityId, eventId, 'waiting') : null,
    draft: event.state === 'draft',
    changes: (tell?.changes ?? []).map(({ field, from, to }) => ({ field, from: pickText(from, locale), to: pickText(to, locale) })),
    places: knownPlaces(mail).map((name) => ({
      name,
      label: pickText(placeMeanings[name]?.label, locale),
      example: pickText(placeMeanings[name]?.example, locale),
      needed: mail.needs.includes(name),
    })),
  }
}

async function options({ text }: Sent, { ctx, communityId, eventId }: Place) {
  const tell = await toTell(ctx, communityId, eventId)
  return { code: text('code').trim() || null, changes: tell?.changes ?? [] }
}

function act<T>(run: (sent: Sent, place: Place, url: URL) => Promise<T>) {
  return (request: RequestEvent) => submit(request, async (sent) => run(sent, await placeOf(request), request.url))
}

function planOf({ text }: Sent, kind: Kind): TypedPlan {
  const typed = (name: keyof TypedPlan): string => text(name) || plain[name]
  return {
    when: typed('when'),
    daysBefore: typed('daysBefore'),
    atTime: typed('atTime'),
    hoursBefore: typed('hoursBefore'),
    sendAt: typed('sendAt'),
    to: kind === 'waiting' ? 'waiting' : typed('to'),
    revision: typed('revision'),
  }
}

/** The form as it was typed, with its letter filled in. */
async function show(sent: Sent, place: Place, kind: Kind, tested = '') {
  const { ctx, communityId, eventId } = place
  const words = wordsOf(sent)
  const preview = await previewWords(ctx, communityId, eventId, NAMES[kind], words, await options(sent, place))
  const typed = {
    zh: { subject: sent.text('zh.subject'), body: sent.text('zh.body') },
    en: { subject: sent.text('en.subject'), body: sent.text('en.body') },
  }
  const plan = planOf(sent, kind)
  return { preview, typed, plan, receivers: await countGroup(ctx, communityId, eventId, plan.to), code: sent.text('code'), tested }
}

export const actions: Actions = {
  preview: act((sent, place, url) => show(sent, place, kindOf(url))),
  test: act(async (sent, place, url) => {
    const kind = kindOf(url)
    const to = await sendTest(place.ctx, place.communityId, place.eventId, NAMES[kind], wordsOf(sent), await options(sent, place))
    return show(sent, place, kind, to)
  }),
  send: act(async (sent, place, url) => {
    const { ctx, event, communityId, eventId, base } = place
    const kind = kindOf(url)
    if (!isOwn(kind)) {
      await writeMessage(ctx, communityId, eventId, kind, wordsOf(sent), { key: sent.key })
      return goOn(`${base}/messages`, 'written')
    }
    const { revision, ...typed } = planOf(sent, kind)
    const when = ways.find((one) => one === typed.when) ?? 'now'
    // What the button says is what is done: sent at once, or planned.
    if ((url.searchParams.get('as') === 'plan') !== (when !== 'now')) return show(sent, place, kind)
    const plan = { ...typed, when, sendAt: fromLocal(typed.sendAt, event.timeZone) }
    const opened = { key: sent.key, id: messageOf(url), revision: Number(revision) || null }
    await writeFree(ctx, communityId, eventId, wordsOf(sent), plan, opened)
    return goOn(`${base}/messages`, when === 'now' ? 'written' : 'planned_free')
  }),
}
