import { expect } from 'vitest'
import { visitor } from '@kaichang/core/kernel/actor.ts'
import { listOutbox } from '@kaichang/core/people/mail/store.ts'
import type { TestApp } from './app.ts'
import { makeEvent } from './samples.ts'
import { countsOf, rowsOf } from './seat-counts.ts'
import { fillOrder } from '@kaichang/core/registration/orders/fill.actions.ts'
import { openOrder, type OpenOrder } from '@kaichang/core/registration/orders/open.ts'
import { registerAttendee } from '@kaichang/core/registration/register.actions.ts'
import { cancelByTicket } from '@kaichang/core/registration/ticket.actions.ts'
import type { Ticket } from '@kaichang/core/registration/tickets.ts'
import { openRegistration } from '@kaichang/core/registration/window.actions.ts'
import { joinWaiting } from '@kaichang/core/registration/waiting/join.actions.ts'
import type { JoinInput } from '@kaichang/core/registration/waiting/model.ts'
import { openWaiting, type OpenWaiting } from '@kaichang/core/registration/waiting/open.ts'

/** When the tests' full events are made. */
export const NOON = new Date('2026-11-20T12:00:00+08:00')

export const tokenOf = ({ path }: { path: string }): string => path.slice(3)

/** What tests of the waiting list do with full events. */
export function waitingIn(app: TestApp) {
  const stranger = app.context(visitor)
  let events = 0
  let people = 0

  /** A full event, with those who hold its seats. */
  async function full(cap = 3) {
    app.clock.set(NOON)
    events += 1
    const { communityId, event } = await makeEvent(app.ctx, { community: `waiting-${events}`, cap })
    await openRegistration(app.ctx, communityId, event.id)
    const place = [communityId, event.id] as const
    const book = (over: object = {}) => {
      people += 1
      return registerAttendee(stranger, ...place, {
        name: `张${people}`,
        email: `p${people}@example.org`,
        consents: { registration: true },
        ...over,
      })
    }
    const tickets: Ticket[] = []
    for (let n = 0; n < cap; n += 1) tickets.push(await book())
    return { communityId, eventId: event.id, place, event, book, tickets }
  }
  type Full = Awaited<ReturnType<typeof full>>

  const wish = (over: Partial<JoinInput> = {}): JoinInput => {
    people += 1
    return { name: `候${people}`, email: `w${people}@example.org`, seats: 1, together: true, consents: { registration: true }, ...over }
  }
  /** One after the other in time, too. */
  const join = (at: Full, over: Partial<JoinInput> = {}, key: string | null = null) => {
    app.clock.advance(1_000)
    return joinWaiting(stranger, ...at.place, wish(over), key)
  }
  const again = (place: OpenWaiting): Promise<OpenWaiting> => openWaiting(stranger, tokenOf(place))
  const free = (ticket: Ticket | undefined): Promise<void> => cancelByTicket(stranger, ticket?.links.token ?? '')

  /** Fills an offer's order in and so takes it. */
  async function take(offer: { path: string } | undefined): Promise<OpenOrder> {
    const opened = await openOrder(stranger, offer?.path.slice(3) ?? '')
    const seats = opened.lines.map(({ id, phone, email }, n) => ({
      lineId: id,
      name: n === 0 ? opened.order.name : `同伴${n}`,
      phone,
      email,
    }))
    const { name, phone, email } = opened.order
    return fillOrder(stranger, opened.path.slice(3), { name, phone, email, consents: { registration: true }, seats })
  }

  /** Every counter tells the same as the rows that it counts; returns the cap's. */
  async function fits({ communityId, eventId }: { communityId: string; eventId: string }): Promise<number> {
    const counts = await countsOf(app.db, communityId, eventId)
    expect(counts).toEqual(await rowsOf(app.db, communityId, eventId))
    return counts['taken'] ?? -1
  }

  const mailsOf = async (at: Full, template: string) =>
    (await listOutbox(app.db, { communityId: at.communityId })).filter((mail) => mail.template === template)

  return { stranger, full, wish, join, again, free, take, fits, mailsOf }
}
