import { fail } from '@kaichang/core/kernel/errors.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { countAll, previewWords, readWords, sendTest, toTell, writeMessage } from '@kaichang/core/registration/messages/actions.ts'
import { knownPlaces } from '@kaichang/core/registration/messages/kinds.ts'
import { placeMeanings } from '@kaichang/core/registration/messages/places.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { wordsOf } from '#lib/server/words-form.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

const NAMES = { free: 'registration.free', changed: 'registration.changed', called_off: 'registration.called_off' } as const
type Kind = keyof typeof NAMES

const kindOf = (url: URL): Kind => {
  const asked = url.searchParams.get('kind')
  return asked === 'changed' || asked === 'called_off' ? asked : 'free'
}

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, communityId, eventId } = await placeOf(request)
  const kind = kindOf(request.url)
  const { kind: mail, words } = await readWords(ctx, communityId, eventId, NAMES[kind], 'event')
  const tell = kind === 'free' ? null : await toTell(ctx, communityId, eventId)
  // What was told already, or changed back, is not to be told again.
  if (kind !== 'free' && tell?.kind !== kind) throw fail('message.not_now')
  return {
    kind,
    words: { zh: words.zh.text, en: words.en.text },
    receivers: await countAll(ctx, communityId, eventId),
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

function act<T>(run: (sent: Sent, place: Place, kind: Kind) => Promise<T>) {
  return (request: RequestEvent) => submit(request, async (sent) => run(sent, await placeOf(request), kindOf(request.url)))
}

/** The form as it was typed, with its letter filled in. */
async function show(sent: Sent, place: Place, kind: Kind, tested = '') {
  const words = wordsOf(sent)
  const preview = await previewWords(place.ctx, place.communityId, place.eventId, NAMES[kind], words, await options(sent, place))
  const typed = {
    zh: { subject: sent.text('zh.subject'), body: sent.text('zh.body') },
    en: { subject: sent.text('en.subject'), body: sent.text('en.body') },
  }
  return { preview, typed, code: sent.text('code'), tested }
}

export const actions: Actions = {
  preview: act((sent, place, kind) => show(sent, place, kind)),
  test: act(async (sent, place, kind) => {
    const to = await sendTest(place.ctx, place.communityId, place.eventId, NAMES[kind], wordsOf(sent), await options(sent, place))
    return show(sent, place, kind, to)
  }),
  send: act(async (sent, { ctx, communityId, eventId, base }, kind): Promise<never> => {
    await writeMessage(ctx, communityId, eventId, kind, wordsOf(sent), { key: sent.key })
    return goOn(`${base}/messages`, 'written')
  }),
}
