import { z } from 'zod'
import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { pickText, type Locale } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { requiredEmailSchema } from '#core/people/person/model.ts'
import { inviteAccount } from '#core/people/sign-in.ts'
import { listAccountsByIds } from '#core/people/sign-in/store.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { communityJournal } from './journal.ts'
import { authorise, roles, type Role } from './permissions.ts'
import { deleteMember, findCommunity, findEvent, insertMember, listMembers, lockCommunity } from './store.ts'

const memberSchema = z.object({
  email: requiredEmailSchema,
  role: z.enum(roles, { error: 'field.invalid' }),
  /** One event instead of the whole community. */
  eventId: z.preprocess((v) => (v === '' || v === undefined ? null : v), z.uuid().nullable()),
})
export type MemberInput = z.input<typeof memberSchema>

/** A member as those who manage the community see them. */
export interface MemberRow {
  id: string
  name: string
  email: string
  role: string
  eventId: string | null
}

/** Who may do what in a community. */
export async function openMembers(ctx: Context, communityId: string): Promise<MemberRow[]> {
  authorise(ctx.actor, 'community.manage', { communityId })
  const members = await listMembers(ctx.db, communityId)
  const accounts = new Map((await listAccountsByIds(ctx.db, [...new Set(members.map((m) => m.accountId))])).map((a) => [a.id, a]))
  return members.map(({ id, accountId, role, eventId }) => {
    const account = accounts.get(accountId)
    return { id, role, eventId, name: account?.name ?? '', email: account?.email ?? '' }
  })
}

/**
 * Gives somebody a role by their e-mail address and sends them a link to sign in with. Giving it twice changes nothing
 * but sends the link again. Errors: field.*, access.*, access.too_many, event.not_found.
 */
export async function inviteMember(ctx: Context, communityId: string, input: MemberInput, locale: Locale): Promise<void> {
  authorise(ctx.actor, 'community.manage', { communityId })
  const { email, role, eventId } = parseInput(memberSchema, input)
  await transact(ctx, async (tx) => {
    const community = await findCommunity(tx.db, communityId)
    if (!community) throw fail('community.not_found')
    if (eventId !== null && !(await findEvent(tx.db, communityId, eventId))) throw fail('event.not_found')
    const account = await inviteAccount(ctx, tx, { email, locale, communityId, place: pickText(community.name, locale) })
    const added = await insertMember(tx.db, {
      communityId,
      id: newId(ctx),
      accountId: account.id,
      eventId,
      role,
      createdAt: ctx.clock.now(),
    })
    if (added) tx.journal(communityJournal.member_added, { communityId, eventId, kind: 'membership', id: null }, { role: roleNames[role] })
  })
}

/** Takes a role away. The last lead cannot be removed. Errors: thing.not_found, community.last_owner. */
export async function removeMember(ctx: Context, communityId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'community.manage', { communityId })
  await transact(ctx, async (tx) => {
    // Two leads who remove each other at once: one of them waits here and then finds that it is the last.
    if (!(await lockCommunity(tx.db, communityId))) throw fail('community.not_found')
    const members = await listMembers(tx.db, communityId)
    const leaving = members.find((member) => member.id === id)
    if (!leaving) throw fail('thing.not_found')
    const owners = members.filter((member) => member.role === 'owner' && member.eventId === null)
    if (owners.length === 1 && owners[0]?.id === id) throw fail('community.last_owner')
    await deleteMember(tx.db, communityId, id)
    tx.journal(
      communityJournal.member_removed,
      { communityId, eventId: leaving.eventId, kind: 'membership', id },
      { role: roleNames[isRole(leaving.role) ? leaving.role : 'viewer'] },
    )
  })
}

function isRole(role: string): role is Role {
  return roles.some((known) => known === role)
}

/** How roles are called in the journal. */
export const roleNames: Readonly<Record<Role, { zh: string; en: string }>> = {
  owner: { zh: '负责人', en: 'lead' },
  organiser: { zh: '组织者', en: 'organiser' },
  programme: { zh: '议程', en: 'programme' },
  treasurer: { zh: '财务', en: 'treasurer' },
  door: { zh: '签到', en: 'door' },
  stage: { zh: '现场', en: 'stage' },
  editor: { zh: '编辑', en: 'editor' },
  viewer: { zh: '只看', en: 'viewer' },
}
