import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import type { Tx } from '#core/store/transaction.ts'
import { peopleJournal } from '../journal.ts'
import { deleteMailsTo, listMailsTo } from '../mail/store.ts'
import {
  personSchema,
  type Consent,
  type ContactKind,
  type ContactPoint,
  type Person,
  type PersonInput,
  type PersonValues,
} from './model.ts'
import { readingsOf, sameName } from './rules.ts'
import {
  deleteContactPoints,
  endConsents,
  findContactPoints,
  findPeopleByContact,
  insertContactPoints,
  insertPeople,
  listConsents,
  listContactPoints,
  lockPerson,
  updatePerson,
} from './store.ts'

// Everything here runs inside an action of a room above: that room knows who may do it (a lead of the
// community, the holder of a ticket link) and authorises before it calls.

/** The rows of a new person, not yet written; `values` as personSchema gives them. For rooms that write many at once. */
export function makePerson(
  ctx: Context,
  communityId: string,
  values: PersonValues,
): { person: Person; contacts: (ContactPoint & { communityId: string; createdAt: Date })[] } {
  const now = ctx.clock.now()
  const person: Person = {
    communityId,
    id: newId(ctx),
    name: values.name,
    displayName: values.displayName,
    about: values.about,
    affiliation: values.affiliation,
    ...readingsOf(values.name),
    accountId: null,
    linkVersion: 1,
    createdAt: now,
    erasedAt: null,
  }
  const contacts = contactsOf(values).map(([kind, value]) => ({ communityId, personId: person.id, kind, value, createdAt: now }))
  return { person, contacts }
}

/** Adds a person with their contact points, whether or not somebody like that exists. Errors: input.invalid. */
export async function createPerson(ctx: Context, tx: Tx, communityId: string, input: PersonInput): Promise<Person> {
  const { person, contacts } = makePerson(ctx, communityId, parseInput(personSchema, input))
  await insertPeople(tx.db, [person])
  await insertContactPoints(tx.db, contacts)
  return person
}

/**
 * The person whom the input describes, else a new one.
 *
 * `trusted` (organisers, imports): the same name with the same phone, else with the same e-mail, is the same person, and
 * contacts that were not known are added. Not trusted (open forms): all given contacts must already be theirs; otherwise
 * a stranger who knows a speaker's name and phone could put an e-mail of their own beside them.
 * Two names on one phone are companions: two people.
 */
export async function findOrCreatePerson(
  ctx: Context,
  tx: Tx,
  communityId: string,
  input: PersonInput,
  options: { trusted: boolean },
): Promise<{ person: Person; created: boolean }> {
  const values = parseInput(personSchema, input)
  const given = contactsOf(values)
  for (const [kind, value] of given) {
    const person = (await findPeopleByContact(tx.db, communityId, kind, value)).find((one) => sameName(one.name, values.name))
    if (!person) continue
    const known = await listContactPoints(tx.db, communityId, [person.id])
    const missing = given.filter(([k, v]) => !known.some((point) => point.kind === k && point.value === v))
    if (missing.length > 0 && !options.trusted) continue
    const now = ctx.clock.now()
    await insertContactPoints(
      tx.db,
      missing.map(([k, v]) => ({ communityId, personId: person.id, kind: k, value: v, createdAt: now })),
    )
    return { person, created: false }
  }
  return { person: await createPerson(ctx, tx, communityId, values), created: true }
}

/** Changes a person's details; given contacts take the place of the former ones of their kind. Errors: thing.not_found. */
export async function editPerson(ctx: Context, tx: Tx, communityId: string, id: string, input: PersonInput): Promise<Person> {
  const values = parseInput(personSchema, input)
  const before = await lockPerson(tx.db, communityId, id)
  if (!before || before.erasedAt) throw fail('thing.not_found')
  const { name, displayName, affiliation, about } = values
  const after = { name, displayName, affiliation, about, ...readingsOf(name) }
  await updatePerson(tx.db, communityId, id, after)
  const known = await listContactPoints(tx.db, communityId, [id])
  const fields = (['name', 'displayName', 'affiliation', 'about'] as const)
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map(String)
  for (const kind of ['phone', 'email', 'wechat'] as const) {
    const value = values[kind]
    const former = known.filter((point) => point.kind === kind).map((point) => point.value)
    if (former.length === (value === '' ? 0 : 1) && (value === '' || former[0] === value)) continue
    await deleteContactPoints(tx.db, communityId, id, kind)
    if (value !== '') await insertContactPoints(tx.db, [{ communityId, personId: id, kind, value, createdAt: ctx.clock.now() }])
    fields.push(kind)
  }
  if (fields.length > 0) tx.journal(peopleJournal.changed, { communityId, kind: 'person', id }, { fields })
  return { ...before, ...after }
}

/** Everything that is held about a person on this floor; rooms above add their own. */
export interface PersonExport {
  person: Person
  contacts: ContactPoint[]
  consents: Consent[]
  mails: { template: string; subject: string; createdAt: Date; state: string }[]
}

/** A person's own copy of their data (PIPL 45). Errors: thing.not_found. */
export async function exportPerson(ctx: Context, tx: Tx, communityId: string, id: string): Promise<PersonExport> {
  const person = await lockPerson(tx.db, communityId, id)
  if (!person || person.erasedAt) throw fail('thing.not_found')
  const contacts = await listContactPoints(tx.db, communityId, [id])
  const consents = await listConsents(tx.db, communityId, id)
  const mails = await listMailsTo(tx.db, communityId, await ownAddresses(tx.db, communityId, id))
  tx.journal(peopleJournal.exported, { communityId, kind: 'person', id }, {})
  return { person, contacts, consents, mails }
}

/**
 * Anonymises a person (PIPL 47): name, contacts and mails go, links become invalid; the row, the consents as ended
 * and the journal stay, so that figures and statistics remain. Done twice it changes nothing.
 * Rooms above clear what they hold themselves (answers of a form, released programmes).
 */
export async function erasePerson(ctx: Context, tx: Tx, communityId: string, id: string): Promise<void> {
  const person = await lockPerson(tx.db, communityId, id)
  if (!person) throw fail('thing.not_found')
  if (person.erasedAt) return
  const now = ctx.clock.now()
  await deleteMailsTo(tx.db, communityId, await ownAddresses(tx.db, communityId, id))
  await deleteContactPoints(tx.db, communityId, id)
  await endConsents(tx.db, { communityId, personId: id }, now)
  await updatePerson(tx.db, communityId, id, {
    name: '',
    displayName: '',
    about: {},
    affiliation: {},
    pinyin: '',
    initials: '',
    accountId: null,
    linkVersion: person.linkVersion + 1,
    erasedAt: now,
  })
  tx.journal(peopleJournal.erased, { communityId, kind: 'person', id }, {})
}

/** The e-mail addresses that only this person uses: a companion's mails are theirs. */
async function ownAddresses(db: Db, communityId: string, personId: string): Promise<string[]> {
  const emails = (await listContactPoints(db, communityId, [personId]))
    .filter((point) => point.kind === 'email')
    .map((point) => point.value)
  const points = await findContactPoints(db, communityId, 'email', emails)
  return emails.filter((email) => points.every((point) => point.value !== email || point.personId === personId))
}

/** The contacts of an input by the strength with which they tell who it is. */
function contactsOf(values: PersonValues): [ContactKind, string][] {
  const all: [ContactKind, string][] = [
    ['phone', values.phone],
    ['email', values.email],
    ['wechat', values.wechat],
  ]
  return all.filter(([, value]) => value !== '')
}
