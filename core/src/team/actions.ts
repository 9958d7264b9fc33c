import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { signLink } from '#core/kernel/links.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { authorise, can } from '#core/community/permissions.ts'
import { findCommunity, lockEvent } from '#core/community/store.ts'
import { createPerson, findOrCreatePerson } from '#core/people/person/actions.ts'
import { maskPhone } from '#core/people/person/rules.ts'
import { listContactPoints } from '#core/people/person/store.ts'
import { teamJournal } from './journal.ts'
import { dutyNames, shiftSchema, volunteerSchema, type ShiftInput, type TeamMember, type Volunteer, type VolunteerInput } from './model.ts'
import {
  countVolunteers,
  findHelpersByName,
  findVolunteerOf,
  insertVolunteer,
  listVolunteers,
  lockVolunteer,
  updateVolunteer,
} from './store.ts'

/**
 * Somebody takes on a duty, with a shift if it is known. The same phone or e-mail is the same person; without either, a
 * helper of the same name is. Returns the volunteer's id. Errors: team.already, team.shift.
 */
export async function addVolunteer(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: VolunteerInput & { key?: string | null },
): Promise<string> {
  authorise(ctx.actor, 'team.edit', { communityId, eventId })
  const { name, phone, email, ...values } = parseInput(volunteerSchema, input)
  return transact(ctx, async (tx) => {
    // The event's row is the lock: two people who enter the same helper at once do not make two.
    if (!(await lockEvent(tx.db, communityId, eventId))) throw fail('event.not_found')
    return createOnce(
      ctx,
      tx,
      { communityId, scope: `volunteer:${eventId}`, key: input.key, body: { name, phone, email, ...values } },
      async () => {
        const personId = await helper(ctx, tx, communityId, { name, phone, email })
        const known = await findVolunteerOf(tx.db, communityId, eventId, personId, values.duty)
        if (known?.state === 'active') throw fail('team.already')
        const id = known?.id ?? newId(ctx)
        if (known) await updateVolunteer(tx.db, communityId, id, { ...values, state: 'active' })
        else await insertVolunteer(tx.db, { ...values, communityId, eventId, id, personId, createdAt: ctx.clock.now() })
        tx.journal(teamJournal.joined, { communityId, eventId, kind: 'volunteer', id }, { duty: dutyNames[values.duty] })
        return id
      },
    )
  })
}

async function helper(ctx: Context, tx: Tx, communityId: string, who: { name: string; phone: string; email: string }): Promise<string> {
  if (who.phone || who.email) return (await findOrCreatePerson(ctx, tx, communityId, who, { trusted: true })).person.id
  const [only, other] = await findHelpersByName(tx.db, communityId, who.name)
  if (only && !other) return only.id
  return (await createPerson(ctx, tx, communityId, who)).id
}

/** Changes the note and the shift of a duty. */
export async function editVolunteer(ctx: Context, communityId: string, eventId: string, id: string, input: ShiftInput): Promise<void> {
  authorise(ctx.actor, 'team.edit', { communityId, eventId })
  const values = parseInput(shiftSchema, input)
  await transact(ctx, async (tx) => {
    const { duty } = await requireVolunteer(tx, communityId, eventId, id)
    await updateVolunteer(tx.db, communityId, id, values)
    tx.journal(teamJournal.changed, { communityId, eventId, kind: 'volunteer', id }, { duty: dutyNames[duty] })
  })
}

/** Somebody leaves; their personal link stops working at once. */
export async function removeVolunteer(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'team.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const { duty, state, linkVersion } = await requireVolunteer(tx, communityId, eventId, id)
    if (state === 'left') return
    await updateVolunteer(tx.db, communityId, id, { state: 'left', linkVersion: nextVersion(linkVersion) })
    tx.journal(teamJournal.left, { communityId, eventId, kind: 'volunteer', id }, { duty: dutyNames[duty] })
  })
}

/** Brings back somebody who left by mistake; their link is a new one. */
export async function restoreVolunteer(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'team.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const { duty, state } = await requireVolunteer(tx, communityId, eventId, id)
    if (state === 'active') return
    await updateVolunteer(tx.db, communityId, id, { state: 'active' })
    tx.journal(teamJournal.joined, { communityId, eventId, kind: 'volunteer', id }, { duty: dutyNames[duty] })
  })
}

/** Makes a volunteer's former link invalid and gives a new one. */
export async function renewLink(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'team.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const { duty, linkVersion } = await requireVolunteer(tx, communityId, eventId, id)
    await updateVolunteer(tx.db, communityId, id, { linkVersion: nextVersion(linkVersion) })
    tx.journal(teamJournal.link_renewed, { communityId, eventId, kind: 'volunteer', id }, { duty: dutyNames[duty] })
  })
}

/** The path of a volunteer's personal link. */
export function volunteerLink(secret: string, communityNo: number, volunteer: Pick<Volunteer, 'id' | 'linkVersion'>): string {
  return `/v/${signLink(secret, { purpose: 'v', communityNo, subjectId: volunteer.id, version: volunteer.linkVersion })}`
}

/** Who helps at an event; personal links and masked phones only for those who may edit the team. */
export async function openTeam(ctx: Context, communityId: string, eventId: string): Promise<TeamMember[]> {
  authorise(ctx.actor, 'team.view', { communityId, eventId })
  const team = await listVolunteers(ctx.db, communityId, eventId)
  if (!can(ctx.actor, 'team.edit', { communityId, eventId })) {
    return team.map(({ linkVersion: _, state: __, ...one }) => ({ ...one, phone: '', link: null }))
  }
  const community = await findCommunity(ctx.db, communityId)
  if (!community) throw fail('community.not_found')
  const points = await listContactPoints(
    ctx.db,
    communityId,
    team.map((one) => one.personId),
  )
  const phones = new Map(points.filter((point) => point.kind === 'phone').map((point) => [point.personId, maskPhone(point.value)]))
  return team.map(({ linkVersion, state: _, ...one }) => ({
    ...one,
    phone: phones.get(one.personId) ?? '',
    link: volunteerLink(ctx.secret, community.no, { id: one.id, linkVersion }),
  }))
}

/** How many people help at an event. */
export function teamSize(ctx: Context, communityId: string, eventId: string): Promise<number> {
  authorise(ctx.actor, 'event.view', { communityId, eventId })
  return countVolunteers(ctx.db, communityId, eventId)
}

async function requireVolunteer(tx: Tx, communityId: string, eventId: string, id: string): Promise<Volunteer> {
  const volunteer = await lockVolunteer(tx.db, communityId, eventId, id)
  if (!volunteer) throw fail('thing.not_found')
  return volunteer
}

/** A link carries its version in one byte. */
function nextVersion(version: number): number {
  return (version % 255) + 1
}
