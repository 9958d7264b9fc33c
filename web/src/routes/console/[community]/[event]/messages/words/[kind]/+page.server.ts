import { can } from '@kaichang/core/community/permissions.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { previewWords, readKinds, readWords, resetWords, sendTest, setWords } from '@kaichang/core/registration/messages/actions.ts'
import { findShort, knownPlaces, shortName } from '@kaichang/core/registration/messages/kinds.ts'
import { placeMeanings } from '@kaichang/core/registration/messages/places.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { wordsOf } from '#lib/server/words-form.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

/** '' for what is no kind of mail; the action says so. */
const nameOf = (short: string): string => findShort(short)?.mail.name ?? ''
const scopeOf = (asked: string | null): 'event' | 'community' => (asked === 'community' ? 'community' : 'event')

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, communityId, eventId } = await placeOf(request)
  const name = nameOf(request.params.kind)
  const mayWhole = can(ctx.actor, 'registration.edit', { communityId })
  const scope = mayWhole ? scopeOf(request.url.searchParams.get('scope')) : 'event'
  const { kind, words } = await readWords(ctx, communityId, eventId, name, scope)
  const state = (await readKinds(ctx, communityId, eventId)).find(({ mail }) => mail.name === name)
  return {
    done: request.url.searchParams.get('done'),
    label: pickText(kind.label, locale),
    about: pickText(kind.about, locale),
    scope,
    mayWhole,
    words: { zh: words.zh.text, en: words.en.text },
    revisions: { zh: words.zh.revision, en: words.en.revision },
    // For an event, below its own words there may be those of its community.
    above: scope === 'event' && (state?.community.length ?? 0) > 0,
    places: knownPlaces(kind).map((place) => ({
      name: place,
      label: pickText(placeMeanings[place]?.label, locale),
      example: pickText(placeMeanings[place]?.example, locale),
      needed: kind.needs.includes(place),
    })),
  }
}

function act<T>(run: (sent: Sent, place: Place, name: string) => Promise<T>) {
  return (request: RequestEvent) => submit(request, async (sent) => run(sent, await placeOf(request), nameOf(request.params.kind)))
}

const back = ({ base }: Place, name: string, scope: string): string =>
  `${base}/messages/words/${shortName(name)}${scope === 'community' ? '?scope=community' : ''}`

/** A revision as the form was opened with; '' where nothing was changed. */
const revision = (typed: string): number | null => (/^\d{1,9}$/.test(typed) ? Number(typed) : null)

async function show(sent: Sent, { ctx, communityId, eventId }: Place, name: string, tested = '') {
  const preview = await previewWords(ctx, communityId, eventId, name, wordsOf(sent), { code: sent.text('code').trim() || null })
  const typed = {
    zh: { subject: sent.text('zh.subject'), body: sent.text('zh.body') },
    en: { subject: sent.text('en.subject'), body: sent.text('en.body') },
  }
  return { preview, typed, code: sent.text('code'), tested, revisions: { zh: sent.text('revision.zh'), en: sent.text('revision.en') } }
}

export const actions: Actions = {
  preview: act((sent, place, name) => show(sent, place, name)),
  test: act(async (sent, place, name) => {
    const { ctx, communityId, eventId } = place
    const to = await sendTest(ctx, communityId, eventId, name, wordsOf(sent), { code: sent.text('code').trim() || null })
    return show(sent, place, name, to)
  }),
  save: act(async (sent, place, name): Promise<never> => {
    const scope = scopeOf(sent.text('scope'))
    const { ctx, communityId, eventId } = place
    const opened = { zh: revision(sent.text('revision.zh')), en: revision(sent.text('revision.en')) }
    await setWords(ctx, communityId, scope === 'community' ? null : eventId, name, wordsOf(sent), opened)
    return goOn(back(place, name, scope), 'saved')
  }),
  reset: act(async (sent, place, name): Promise<never> => {
    const scope = scopeOf(sent.text('scope'))
    await resetWords(place.ctx, place.communityId, scope === 'community' ? null : place.eventId, name)
    return goOn(back(place, name, scope), 'reset')
  }),
}
