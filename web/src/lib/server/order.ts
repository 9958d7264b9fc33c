import { KaichangError } from '@kaichang/core/kernel/errors.ts'
import { LOCALE_COOKIE } from '@kaichang/core/kernel/locale.ts'
import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import { askedSeats } from '@kaichang/core/registration/orders/answers.ts'
import { fillOrder } from '@kaichang/core/registration/orders/fill.actions.ts'
import type { FillInput, OrderLine } from '@kaichang/core/registration/orders/model.ts'
import { openOrder, type OpenOrder } from '@kaichang/core/registration/orders/open.ts'
import type { NamedExtra } from '@kaichang/core/registration/orders/rules.ts'
import { readForm } from '@kaichang/core/registration/questions/asked.ts'
import { possibleQuestions } from '@kaichang/core/registration/questions/rules.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import type { RequestEvent } from '@sveltejs/kit'
import type { ShownQuestion } from '#lib/questions.ts'
import type { Sent } from './form.ts'
import { presentQuestions, readAnswers } from './questions.ts'

/** A seat as the order's form asks for it. */
export interface ShownSeat {
  lineId: string
  type: string
  /** What was chosen with it. */
  extras: string[]
  /** For whoever has a ticket already: nobody is asked for. */
  known: boolean
  name: string
  phone: string
  email: string
  questions: ShownQuestion[]
}

/** The order of the address; the page speaks its language unless the reader has chosen another. Errors: access.link_*. */
export async function openInItsLanguage(event: RequestEvent, token: string): Promise<OpenOrder> {
  const opened = await openOrder(event.locals.ctx, token)
  const chosen = event.url.searchParams.get('lang') ?? event.cookies.get(LOCALE_COOKIE)
  if (!chosen) event.locals.locale = opened.order.locale
  return opened
}

/** What a line is called. */
export function lineName(opened: OpenOrder, line: Pick<OrderLine, 'ticketTypeId'>, locale: Locale, seat: string): string {
  const type = opened.types.get(line.ticketTypeId ?? '')
  const parent = type?.parentId ? opened.types.get(type.parentId) : undefined
  const name = pickText(type?.name, locale)
  return type ? (parent ? `${pickText(parent.name, locale)} · ${name}` : name) : seat
}

/** What an extra is called, a size after what it is a size of. */
export function extraName({ name, of }: NamedExtra, locale: Locale): string {
  return of ? `${pickText(of, locale)} · ${pickText(name, locale)}` : pickText(name, locale)
}

/** What was ordered, alike things together. */
export function presentLines(opened: OpenOrder, locale: Locale, seat: string): { name: string; count: number; fen: number }[] {
  const groups = Map.groupBy(opened.lines, (line) => `${line.ticketTypeId ?? ''} ${line.priceFen}`)
  return [...groups.values()].map((lines) => ({
    name: lines[0] ? lineName(opened, lines[0], locale, seat) : '',
    count: lines.length,
    fen: lines.reduce((sum, line) => sum + line.priceFen, 0),
  }))
}

/** The seats of an order as its form asks for them, each with the questions for its type. */
export async function presentSeats(ctx: Context, opened: OpenOrder, locale: Locale, seat: string): Promise<ShownSeat[]> {
  const { order, lines, event } = opened
  const { questions, onlyTypeId } = await readForm(ctx, order.communityId, order.eventId)
  const asked = askedSeats(lines)
  return lines
    .filter((line) => line.forLineId === null)
    .map((line) => {
      const of = line === asked[0] ? 'both' : 'person'
      const known = line.registrationId !== null
      const own = known ? [] : possibleQuestions(questions, { typeId: line.ticketTypeId ?? onlyTypeId, of })
      const { id: lineId, name, phone, email } = line
      const extras = lines.filter((one) => one.forLineId === line.id).map((one) => lineName(opened, one, locale, seat))
      return {
        lineId,
        type: lineName(opened, line, locale, seat),
        extras,
        known,
        name,
        phone,
        email,
        questions: presentQuestions(own, locale, event),
      }
    })
}

/**
 * Fills an order in by a sent form. A first seat that was left empty is the one who orders; what is wrong with the one is
 * then said at the fields of the other. Errors: those of `fillOrder`.
 */
export async function fillBySent(event: RequestEvent, sent: Sent, token: string): Promise<OpenOrder> {
  const { ctx, locale } = event.locals
  const { order, lines } = await openOrder(ctx, token)
  const who = { name: sent.text('name'), phone: sent.text('phone'), email: sent.text('email') }
  const seats: FillInput['seats'] = []
  const own = new Set<number>()
  const wanted = lines.filter((line) => line.forLineId === null)
  for (let n = 0; n < wanted.length; n += 1) {
    const text = (field: string) => sent.text(`seats.${n}.${field}`)
    const typed = { name: text('name'), phone: text('phone'), email: text('email') }
    const known = typeof lines.find((line) => line.id === text('lineId'))?.registrationId === 'string'
    if (known || (n === 0 && Object.values(typed).every((value) => value.trim() === ''))) own.add(n)
    const answers = await readAnswers(sent, ctx, order, `seats.${n}.answers`)
    const consents = { photos: text('consents.photos'), news: text('consents.news') }
    seats.push({ lineId: text('lineId'), ...(own.has(n) ? who : typed), answers, consents })
  }
  try {
    return await fillOrder(ctx, token, { ...who, locale, consents: { registration: sent.text('consents.registration') }, seats }, sent.key)
  } catch (error) {
    if (!(error instanceof KaichangError) || error.code !== 'input.invalid') throw error
    const shown = error.issues.filter(
      ({ path }) => ![...own].some((n) => ['name', 'phone', 'email'].some((field) => path === `seats.${n}.${field}`)),
    )
    throw new KaichangError(error.code, error.params, shown)
  }
}
