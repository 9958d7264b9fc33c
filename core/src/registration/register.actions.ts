import { can } from '#core/community/permissions.ts'
import { fail, isKaichangError, KaichangError } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { hashBody } from '#core/store/request-keys.ts'
import { transact } from '#core/store/transaction.ts'
import type { Asking } from './batch.model.ts'
import { decideBatch } from './batch.ts'
import { registrationSchema, type RegistrationInput, type RegistrationValues } from './model.ts'
import { takeAnswers } from './questions/asked.ts'
import type { GivenAnswer } from './questions/model.ts'
import type { Verdict } from './rules.ts'
import { askForSeat } from './rush.ts'
import { ticketLinks, type Ticket, type TicketLinks } from './tickets.ts'

/** What an accepted request is answered with. */
export interface Booked {
  registrationId: string
  code: string
  links: TicketLinks
}

/** The answer to one of many requests. */
export type BatchAnswer = ({ ok: true } & Booked) | Exclude<Verdict, { ok: true }>

export interface RegisterOptions {
  /** The form's token or the program's Idempotency-Key: the same key with the same body is the same request. */
  key?: string | null
  /** A program that sends other content under an old key is told; a form that was corrected is a new request. */
  strict?: boolean
  /** The token of the line before the form, when somebody stood in it. */
  line?: string | null
}

/**
 * Registers one person for a public event, decided together with all who ask at the same moment. Errors: input.invalid,
 * event.not_found, registration.closed, .full, .twice, .channel_full, .crowded, .unheard, request.repeated_otherwise.
 */
export async function registerAttendee(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: RegistrationInput,
  options: RegisterOptions = {},
): Promise<Ticket> {
  const place = { communityId, eventId }
  const { values, answers } = await readRequest(ctx, place, input)
  const bodyHash = options.key ? hashBody({ eventId, ...values }) : null
  const answer = await askForSeat(ctx, place, {
    id: newId(ctx),
    values,
    answers,
    actor: ctx.actor,
    anyTime: can(ctx.actor, 'registration.edit', place),
    mail: true,
    at: null,
    key: options.key ? (options.strict === true ? options.key : `${options.key}.${bodyHash ?? ''}`) : null,
    bodyHash,
    line: options.line ?? null,
  })
  if (answer.kind === 'refused') throw fail(answer.verdict.code, answer.verdict)
  if (answer.kind === 'failed') throw fail(answer.code)
  const { community, event, registration, person, path } = answer
  return { community, event, registration, person, links: ticketLinks(ctx, community.no, registration, path) }
}

/** A request with its answers; what is wrong with either is told together, so that nobody corrects a form twice. */
async function readRequest(
  ctx: Context,
  place: { communityId: string; eventId: string },
  input: RegistrationInput,
): Promise<{ values: RegistrationValues; answers: GivenAnswer[] }> {
  const take = (raw: Readonly<Record<string, unknown>>, typeId = '') =>
    takeAnswers(ctx, place, raw, { typeId, lenient: can(ctx.actor, 'registration.edit', place) })
  let values: RegistrationValues
  try {
    values = parseInput(registrationSchema, input)
  } catch (error) {
    if (!isKaichangError(error, 'input.invalid')) throw error
    const more = await take(input.answers ?? {}).then(
      () => [],
      (other: unknown) => (isKaichangError(other) ? other.issues : []),
    )
    throw new KaichangError('input.invalid', {}, [...error.issues, ...more])
  }
  return { values, answers: await take(values.answers ?? {}, values.ticketType) }
}

/** One of many requests that are handed in together; `at` for what happened earlier (imports, examples). */
export type ManyInput = RegistrationInput & { at?: Date }

/**
 * Registers many in one transaction, each with its own verdict, in their order; for imports, the desk and the examples.
 * Faulty input fails the whole batch. No mails are sent unless asked for. Errors: access.denied, input.invalid.
 */
export async function registerMany(
  ctx: Context,
  communityId: string,
  eventId: string,
  inputs: readonly ManyInput[],
  options: { mail?: boolean } = {},
): Promise<BatchAnswer[]> {
  const place = { communityId, eventId }
  const { actor } = ctx
  if (!can(actor, 'registration.edit', place)) throw fail('access.denied')
  const requests = inputs.map((input): Asking => {
    const values = parseInput(registrationSchema, input)
    return { id: newId(ctx), values, actor, anyTime: true, mail: options.mail === true, at: input.at ?? null, key: null, bodyHash: null }
  })
  const answers = await transact(ctx, (tx) => decideBatch(ctx, tx, place, requests, { again: false }))
  return answers.map((answer): BatchAnswer => {
    if (answer.kind === 'refused') return answer.verdict
    if (answer.kind === 'failed') throw fail(answer.code)
    const { registration, community, path } = answer
    return { ok: true, registrationId: registration.id, code: registration.code, links: ticketLinks(ctx, community.no, registration, path) }
  })
}
