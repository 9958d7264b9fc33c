import { findCommunity } from '#core/community/store.ts'
import { isPublic } from '#core/community/rules.ts'
import { fail } from '#core/kernel/errors.ts'
import { shortCode } from '#core/kernel/ids.ts'
import { changedWords } from '#core/people/mail/words.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { keyScope, type Answer, type Asking } from './batch.model.ts'
import { drawCodes } from './codes.ts'
import { answerRepeated, findTwins } from './batch.repeated.ts'
import { listBookedPeople, lookUp, type Given } from './batch.store.ts'
import { writeBookings } from './batch.write.ts'
import { ticketMail } from './mails.ts'
import { sameHolder } from './people.ts'
import { decideTogether, openingOf } from './rules.ts'
import { readBook } from './seats/book.ts'
import { closeBook, openBook } from './seats/door.ts'

/**
 * The one way to a seat: locks the event's counter, answers repeated requests as the first time, decides all others by
 * the rules in their order, writes what was accepted. `again`: an earlier try ended unheard, so its bookings may stand;
 * `onRead` is called once the database has told what it knows.
 * Errors: event.not_found.
 */
export async function decideBatch(
  ctx: Context,
  tx: Tx,
  place: { communityId: string; eventId: string },
  requests: readonly Asking[],
  options: { again: boolean; onRead?: () => void },
): Promise<Answer[]> {
  const { communityId, eventId } = place
  const codes = requests.map(() => shortCode(ctx.random))
  const given = requests.map(({ values, key }, n) => ({ phone: values.phone, email: values.email, code: codes[n] ?? '', key }))
  const { community, words, known, ...read } = await readLocked(ctx, tx, place, given)
  options.onRead?.()
  const book = await openBook(ctx, tx, place, read)
  const { event, counter, stock } = book
  const takenBefore = stock.taken
  const answers: (Answer | undefined)[] = await answerRepeated(tx, communityId, { community, event }, requests, known, options.again)
  const twins = findTwins(requests)
  const open = requests.flatMap((request, n) => {
    if (answers[n] || twins.has(n)) return []
    // A draft is not even admitted to exist to those who may not see it.
    if (!isPublic(event) && !request.anyTime) answers[n] = { kind: 'failed', code: 'event.not_found' }
    const holder = sameHolder(request.values, known.people.get(n) ?? [])
    return answers[n] ? [] : [{ n, request, personId: holder }]
  })
  const booked = await listBookedPeople(
    tx.db,
    communityId,
    eventId,
    open.flatMap(({ personId }) => personId ?? []),
  )
  const contacts = new Set([...known.contacts, ...booked.map((id) => `person:${id}`)])
  const verdicts = decideTogether(
    { opening: openingOf(event, counter, book.now), now: book.now, stock, blocked: book.blocked, contacts },
    open.map(({ request, personId }) => ({ ...request.values, anyTime: request.anyTime, personId })),
  )
  const accepted = open.flatMap((one, i) => {
    const verdict = verdicts[i]
    if (verdict?.ok) return [{ ...one, typeId: verdict.typeId, channelId: verdict.channelId }]
    if (verdict) answers[one.n] = { kind: 'refused', verdict }
    return []
  })
  if (accepted.length > 0) {
    // Drawn before they were looked up, so that nobody waits for them; those that are given out already are drawn anew.
    const drawn = new Set<string>()
    const good = accepted.map(({ n }) => {
      const code = codes[n] ?? ''
      return known.codes.has(code) || drawn.has(code) ? null : (drawn.add(code), code)
    })
    const more = drawn.size < good.length ? await drawCodes(ctx, tx.db, place, good.length - drawn.size, drawn) : []
    const writing = accepted.map((one, i) => ({ ...one, code: good[i] ?? more.pop() ?? '' }))
    const written = await writeBookings(ctx, tx, { community, event }, writing, takenBefore, words)
    written.forEach((one, i) => (answers[accepted[i]?.n ?? -1] = { kind: 'booked', repeated: false, ...one, community, event }))
  }
  await closeBook(ctx, tx, book)
  return requests.map((request, n): Answer => {
    const first = twins.get(n)
    const answer = answers[first ?? n]
    if (!answer) throw new Error('a request got no verdict')
    if (first === undefined || answers[n]) return answers[n] ?? answer
    return request.bodyHash === requests[first]?.bodyHash ? answer : { kind: 'failed', code: 'request.repeated_otherwise' }
  })
}

/** Locks the counter and reads, after it, what is to be known; sent together, run by the database one after the other. */
async function readLocked(ctx: Context, tx: Tx, place: { communityId: string; eventId: string }, given: readonly Given[]) {
  const { communityId, eventId } = place
  const [read, community, words, known] = await Promise.all([
    readBook(tx.db, ctx, place),
    findCommunity(tx.db, communityId),
    changedWords(tx.db, communityId, eventId, ticketMail.name),
    lookUp(tx.db, communityId, eventId, keyScope(eventId), given),
  ])
  if (!community) throw fail('event.not_found')
  return { ...read, community, words, known }
}
