import { findEvent } from '#core/community/store.ts'
import type { Event } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { filePath } from '#core/store/files.ts'
import { transact } from '#core/store/transaction.ts'
import type { Registration } from '../model.ts'
import { findRegistration } from '../store.ts'
import { asHolder, lockHeld, openTicket, type Ticket } from '../tickets.ts'
import { readForm, takeAnswers } from './asked.ts'
import { questionJournal } from './journal.ts'
import type { AnswerFile, AnswerValue, Question } from './model.ts'
import { answersEnd, inOrder, possibleQuestions, type Asked } from './rules.ts'
import { listAnswers, listFiles, listQuestions } from './store.ts'
import { letGoOfFiles, sweepFiles } from './upload.ts'
import { forgetAnswers, keepAnswers } from './write.ts'

/** An answer with its question, as its holder and the staff see it. */
export interface ToldAnswer {
  question: Question
  value: AnswerValue
  /** For a file: what was handed in. */
  file: Pick<AnswerFile, 'id' | 'name' | 'size'> | null
  givenAt: Date
  /** When it is deleted. */
  endsAt: Date
}

/** The answers of one booking in the questions' order, archived questions' last; the caller has authorised. */
export async function listToldAnswers(db: Db, event: Event, registrationId: string): Promise<ToldAnswer[]> {
  const { communityId } = event
  const answers = new Map((await listAnswers(db, communityId, registrationId)).map((one) => [one.questionId, one]))
  if (answers.size === 0) return []
  const files = await listFiles(db, communityId, registrationId)
  const questions = inOrder(await listQuestions(db, communityId, event.id))
  const live = questions.filter((one) => one.archivedAt === null)
  return [...live, ...questions.filter((one) => one.archivedAt !== null)].flatMap((question) => {
    const answer = answers.get(question.id)
    if (!answer) return []
    const { value, givenAt } = answer
    const found = question.kind === 'file' ? files.find((one) => one.id === value) : undefined
    const file = found ? { id: found.id, name: found.name, size: found.size } : null
    return [{ question, value, file, givenAt, endsAt: answersEnd(question, event) }]
  })
}

/** What a ticket's page shows: what was answered, what is asked, and whether it may still be changed. */
export async function myAnswers(ctx: Context, ticket: Ticket): Promise<{ answered: ToldAnswer[]; questions: Question[]; open: boolean }> {
  const { event, registration } = ticket
  const { questions } = await readForm(ctx, event.communityId, event.id)
  const answered = await listToldAnswers(ctx.db, event, registration.id)
  return {
    answered,
    questions: possibleQuestions(questions, seatOf(registration, answered)),
    open: registration.state === 'registered' && ctx.clock.now() < event.startsAt,
  }
}

/** Whoever came with others answers for the order only when they did so before. */
function seatOf({ ticketTypeId, orderId }: Registration, answered: readonly ToldAnswer[]): Asked {
  const forOrder = orderId === null || answered.some(({ question }) => question.askedOf === 'order')
  return { typeId: ticketTypeId, of: forOrder ? 'both' : 'person' }
}

/**
 * The holder's answers anew, until the event begins; answers that no longer apply go, files too.
 * Errors: access.link_*, input.invalid, registration.cancelled, question.closed.
 */
export async function changeAnswers(ctx: Context, token: string, raw: Readonly<Record<string, unknown>>): Promise<void> {
  const ticket = await openTicket(ctx, token)
  const acting = asHolder(ctx, ticket)
  const { communityId, eventId, id, orderId } = ticket.registration
  const { answered, questions, open } = await myAnswers(ctx, ticket)
  if (ticket.registration.state === 'cancelled') throw fail('registration.cancelled')
  if (!open) throw fail('question.closed')
  const given = await takeAnswers(ctx, { communityId, eventId }, raw, { ...seatOf(ticket.registration, answered), own: id })
  await transact(acting, async (tx) => {
    await lockHeld(tx.db, ticket.registration)
    const before = new Map((await listAnswers(tx.db, communityId, id)).map((one) => [one.questionId, one.value]))
    const gone = questions
      .filter((one) => before.has(one.id) && !given.some(({ questionId }) => questionId === one.id))
      .map((one) => one.id)
    const changed = given.filter(({ questionId, value }) => JSON.stringify(before.get(questionId)) !== JSON.stringify(value))
    if (gone.length + changed.length === 0) return
    await forgetAnswers(tx.db, communityId, id, gone)
    await keepAnswers(tx.db, communityId, ctx.clock.now(), [{ registrationId: id, orderId, answers: changed }])
    const keep = given.flatMap(({ file, value }) => (file ? [String(value)] : []))
    await letGoOfFiles(tx.db, communityId, { registrationId: id, keep, questionIds: questions.map((one) => one.id) })
    const count = gone.length + changed.length
    tx.journal(questionJournal.answers_changed, { communityId, eventId, kind: 'registration', id }, { count })
  })
  await sweepFiles(ctx, communityId)
}

/** A booking's answers for staff. Errors: access.*, thing.not_found. */
export async function answersOfBooking(ctx: Context, communityId: string, eventId: string, registrationId: string): Promise<ToldAnswer[]> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  const event = await findEvent(ctx.db, communityId, eventId)
  const booking = await findRegistration(ctx.db, communityId, registrationId)
  if (!event || booking?.eventId !== eventId) throw fail('thing.not_found')
  return listToldAnswers(ctx.db, event, registrationId)
}

/** A file as it is handed out: always as a download. */
export interface AnswerDownload {
  path: string
  name: string
  size: number
  mediaType: string
}

/** A file of a booking for staff. Errors: access.*, thing.not_found. */
export async function openAnswerFile(
  ctx: Context,
  communityId: string,
  eventId: string,
  registrationId: string,
  fileId: string,
): Promise<AnswerDownload> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  return fileOf(ctx, communityId, eventId, registrationId, fileId)
}

/** A file of the holder's own booking. Errors: access.link_*, thing.not_found. */
export async function openMyFile(ctx: Context, token: string, fileId: string): Promise<AnswerDownload> {
  const { communityId, eventId, id } = (await openTicket(ctx, token)).registration
  return fileOf(ctx, communityId, eventId, id, fileId)
}

async function fileOf(ctx: Context, communityId: string, eventId: string, registrationId: string, fileId: string): Promise<AnswerDownload> {
  const file = (await listFiles(ctx.db, communityId, registrationId)).find((one) => one.id === fileId)
  if (!file || file.eventId !== eventId) throw fail('thing.not_found')
  return handOut(ctx, communityId, file)
}

/** An answer's file ready to be handed out; the caller has authorised. */
export function handOut(ctx: Context, communityId: string, { name, size, mediaType, sha256 }: AnswerFile): AnswerDownload {
  return { path: filePath(ctx.settings.dataDirectory, communityId, sha256), name, size, mediaType }
}
