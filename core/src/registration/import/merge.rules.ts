import { plainName, sameName } from '#core/people/person/rules.ts'
import type { Lack, Stock } from '../seats/model.ts'
import { lackOf, take } from '../seats/rules.ts'
import type { Choice, Plan, RowReason } from './model.ts'
import type { Reading } from './row.rules.ts'
import type { Ticket } from './types.rules.ts'

/** Somebody who is already here, or was taken from an earlier row. */
export interface Known {
  /** The booking; null while a preview has not made it. */
  id: string | null
  /** The row of this list that brought them; null for bookings. */
  line: number | null
  name: string
  organisation: string
  phones: string[]
  emails: string[]
  /** Contacts that their booking itself holds: one live booking per contact. */
  phone: string
  email: string
  state: 'registered' | 'cancelled'
}

/** What becomes of one row, and of whom it speaks. */
export interface RowPlan {
  line: number
  plan: Plan
  reason: RowReason | ''
  mate: Pick<Known, 'id' | 'line'> | null
  /** The mate, when the row told of the same person: they may have got contacts by it. */
  joined: Known | null
  /** For a new booking: the contacts that it may hold itself; a companion's stay with the first. */
  phone: string
  email: string
  /** For a new booking: its ticket type; null: a seat without one. */
  typeId: string | null
}

/** An earlier row of the same contents: taken (with its booking), or erased since. */
export type Before = ReadonlyMap<string, { registrationId: string | null; erased: boolean }>

export interface Seats {
  /** All counters of the event; who gets a seat is counted in. */
  stock: Stock
  /** The entrance that the list came by. */
  channelId: string | null
  /** Which type a row is for, by its own word. */
  ticketOf: (word: string) => Ticket
}

/** What is said of a row when there is no seat for it. */
const lackReasons: Partial<Record<Lack['code'], RowReason>> = {
  'registration.type_full': 'type_full',
  'registration.channel_full': 'channel_full',
}

/** False for a row that is decided by itself, whoever is here: it need not be looked up who has its contacts. */
export function asksForPeople(row: Pick<Reading, 'hash' | 'refused'>, before: Before): boolean {
  const earlier = before.get(row.hash)
  if (earlier?.erased) return false
  if (row.refused !== '') return row.refused === 'status_off'
  return !earlier?.registrationId
}

/**
 * Decides the rows of a list in their order. Pure: `known` is read and grows.
 *
 * The same phone and name, or the same e-mail and name, is the same person; one phone with another name is a companion;
 * one e-mail with another name, or the same name and organisation without a common contact, is for a person to decide
 * (`choices` by line). The cap, the types' quotas and the channel's share count people, not rows.
 */
export function planRows(
  rows: readonly Reading[],
  known: Crowd,
  before: Before,
  seats: Seats,
  choices: ReadonlyMap<number, Choice>,
): RowPlan[] {
  const seen = new Map<string, Known | null>()
  return rows.map((row) => {
    const answer = (plan: Plan, reason: RowReason | '', mate: RowPlan['mate'] = null, joined: Known | null = null): RowPlan => ({
      line: row.line,
      plan,
      reason,
      mate,
      joined,
      phone: '',
      email: '',
      typeId: null,
    })
    const earlier = before.get(row.hash)
    if (earlier?.erased) return answer('refused', 'erased_here')
    if (row.refused === 'status_off') {
      const here = known.find(row)
      return answer('refused', here.certain?.state === 'registered' ? 'status_off_here' : 'status_off', here.certain)
    }
    if (row.refused !== '') return answer('refused', row.refused)
    if (earlier?.registrationId) return answer('again', 'same_row', { id: earlier.registrationId, line: null })
    const twin = seen.get(row.hash)
    if (twin) return answer('again', 'same_row', twin)
    const choice = choices.get(row.line)
    if (choice === 'skip') return answer('refused', 'left_out')
    const ticket = seats.ticketOf(row.ticket)
    if (!ticket.ok) return answer('refused', ticket.reason)
    const { certain, possible, by } = known.find(row)
    if (certain?.state === 'cancelled') return answer('refused', 'cancelled_here', certain)
    const mate = certain ?? (choice === 'same' ? possible : null)
    if (mate) {
      known.join(mate, row)
      seen.set(row.hash, mate)
      return answer('same', by, mate, mate)
    }
    if (possible && choice === undefined) return answer('possible', by, possible)
    const want = { typeId: ticket.typeId, seats: 1, channelId: seats.channelId }
    const lack = lackOf(seats.stock, [want])
    if (lack) return answer('refused', lackReasons[lack.code] ?? 'full')
    take(seats.stock, want)
    const added = known.add(row)
    seen.set(row.hash, added)
    const companion = added.phone !== row.phone || added.email !== row.email
    return {
      line: row.line,
      plan: 'new',
      reason: companion ? 'companion' : row.note,
      mate: companion || choice === 'other' ? possible : null,
      joined: null,
      phone: added.phone,
      email: added.email,
      typeId: ticket.typeId,
    }
  })
}

export interface Found {
  certain: Known | null
  possible: Known | null
  by: RowReason | ''
}

/** Who is here, found by contact and by name. */
export class Crowd {
  readonly #byPhone = new Map<string, Known[]>()
  readonly #byEmail = new Map<string, Known[]>()
  readonly #byNameAndPlace = new Map<string, Known[]>()

  constructor(known: readonly Known[]) {
    for (const one of known) this.#index(one)
  }

  /** Whom a row speaks of, surely or possibly. Live bookings come before cancelled ones. */
  find(row: Pick<Reading, 'name' | 'phone' | 'email' | 'organisation'>): Found {
    const named = (mates: readonly Known[]): Known | undefined =>
      // Of nearly every row nobody is here: then its name need not be compared.
      mates.length === 0 ? undefined : first(mates.filter((one) => sameName(one.name, row.name)))
    const byPhone = row.phone === '' ? [] : (this.#byPhone.get(row.phone) ?? [])
    const byEmail = row.email === '' ? [] : (this.#byEmail.get(row.email) ?? [])
    const samePhone = named(byPhone)
    const sameEmail = named(byEmail)
    // Somebody who cancelled and was registered anew is here.
    if (samePhone && (samePhone.state === 'registered' || sameEmail?.state !== 'registered'))
      return { certain: samePhone, possible: null, by: 'same_phone' }
    if (sameEmail) return { certain: sameEmail, possible: null, by: 'same_email' }
    const live = (mates: readonly Known[]): Known[] => mates.filter((one) => one.state === 'registered')
    const [phoneMate] = live(byPhone)
    if (phoneMate) return { certain: null, possible: null, by: 'companion' }
    const emailMate = live(byEmail).find((one) => row.phone === '' || one.phones.length === 0)
    if (emailMate) return { certain: null, possible: emailMate, by: 'email_other_name' }
    const [namesake] = row.organisation === '' ? [] : live(this.#byNameAndPlace.get(nameAndPlace(row)) ?? [])
    return namesake ? { certain: null, possible: namesake, by: 'name_and_organisation' } : { certain: null, possible: null, by: '' }
  }

  /** Somebody new. What another live booking holds stays with it: one booking per contact. */
  add(row: Pick<Reading, 'line' | 'name' | 'organisation' | 'phone' | 'email'>): Known {
    const one: Known = {
      id: null,
      line: row.line,
      name: row.name,
      organisation: row.organisation,
      phones: row.phone === '' ? [] : [row.phone],
      emails: row.email === '' ? [] : [row.email],
      phone: this.#isHeld('phone', row.phone) ? '' : row.phone,
      email: this.#isHeld('email', row.email) ? '' : row.email,
      state: 'registered',
    }
    this.#index(one)
    return one
  }

  /** The same person again: contacts that were not known are added, those that nobody's booking holds to the booking, too. */
  join(mate: Known, row: Pick<Reading, 'phone' | 'email' | 'organisation'>): void {
    if (row.phone !== '' && !mate.phones.includes(row.phone)) {
      if (mate.phone === '' && !this.#isHeld('phone', row.phone)) mate.phone = row.phone
      mate.phones.push(row.phone)
      push(this.#byPhone, row.phone, mate)
    }
    if (row.email !== '' && !mate.emails.includes(row.email)) {
      if (mate.email === '' && !this.#isHeld('email', row.email)) mate.email = row.email
      mate.emails.push(row.email)
      push(this.#byEmail, row.email, mate)
    }
    if (mate.organisation === '' && row.organisation !== '') {
      mate.organisation = row.organisation
      push(this.#byNameAndPlace, nameAndPlace(mate), mate)
    }
  }

  #isHeld(kind: 'phone' | 'email', value: string): boolean {
    const mates = (kind === 'phone' ? this.#byPhone : this.#byEmail).get(value) ?? []
    return mates.some((one) => one.state === 'registered' && one[kind] === value)
  }

  #index(one: Known): void {
    for (const phone of one.phones) push(this.#byPhone, phone, one)
    for (const email of one.emails) push(this.#byEmail, email, one)
    if (one.organisation !== '') push(this.#byNameAndPlace, nameAndPlace(one), one)
  }
}

const nameAndPlace = (one: Pick<Known, 'name' | 'organisation'>): string => `${plainName(one.name)} @ ${plainName(one.organisation)}`
const first = (mates: readonly Known[]): Known | undefined => mates.find((one) => one.state === 'registered') ?? mates[0]

function push(map: Map<string, Known[]>, key: string, one: Known): void {
  const list = map.get(key)
  if (list) list.push(one)
  else map.set(key, [one])
}
