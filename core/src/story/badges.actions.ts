import { authorise } from '#core/community/permissions.ts'
import { requireEvent } from '#core/community/actions.ts'
import { localDay } from '#core/community/rules.ts'
import { missingGlyphs, nameGlyph } from '#core/kernel/documents/glyphs.ts'
import { vermilion, type BadgeData, type BadgeRole } from '#core/kernel/documents/model.ts'
import { renderPdf } from '#core/kernel/documents/render.ts'
import { fail } from '#core/kernel/errors.ts'
import { pickText, type Locale } from '#core/kernel/text.ts'
import { requireCommunity, ticketLinks } from '#core/registration/tickets.ts'
import { registrationJournal } from '#core/registration/journal.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { listBadgeHolders, type BadgeHolder } from './badges.store.ts'

/** A person whose name cannot be printed, and by which letters. */
export interface Unprintable {
  name: string
  characters: string[]
}

/** Who gets a badge, and whose name the fonts cannot print: to be shown before printing. */
export async function checkBadges(
  ctx: Context,
  communityId: string,
  eventId: string,
): Promise<{ count: number; unprintable: Unprintable[] }> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  const holders = await listBadgeHolders(ctx.db, communityId, eventId)
  return { count: holders.length, unprintable: unprintableOf(holders) }
}

/**
 * All badges of an event as one PDF: one person one badge, with the highest of their roles.
 * Errors: document.missing_glyphs (names the people), thing.not_found when nobody has a badge.
 */
export async function printBadges(
  ctx: Context,
  communityId: string,
  eventId: string,
  options: { locale: Locale; layout: 'single' | 'sheet' },
): Promise<Uint8Array<ArrayBuffer>> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  const community = await requireCommunity(ctx, communityId)
  const holders = await listBadgeHolders(ctx.db, communityId, eventId)
  if (holders.length === 0) throw fail('thing.not_found')
  const unprintable = unprintableOf(holders)
  if (unprintable.length > 0) {
    throw fail('document.missing_glyphs', {
      characters: unprintable.map((u) => `${u.name}（${u.characters.map(nameGlyph).join('、')}）`).join('；'),
    })
  }
  const { locale, layout } = options
  const data: BadgeData = {
    locale,
    layout,
    accent: community.accent || vermilion,
    community: pickText(community.name, locale),
    edition: '',
    title: pickText(event.name, locale),
    otherTitle: '',
    when: { start: localDay(event.startsAt, event.timeZone), time: '' },
    place: pickText(event.city, locale),
    badges: holders.map((holder) => ({
      name: holder.displayName || holder.name,
      otherName: holder.displayName !== '' && holder.displayName !== holder.name ? holder.name : '',
      organisation: pickText(holder.affiliation, locale),
      role: roleOf(holder),
      qr: holder.registration ? ticketLinks(ctx, community.no, holder.registration).doorCode : '',
      code: holder.registration?.code ?? '',
    })),
  }
  const pdf = await renderPdf('badge', data)
  await transact(ctx, (tx) => {
    // Badges carry names out of the house: noted like every other export.
    tx.journal(
      registrationJournal.exported,
      { communityId, eventId, kind: 'event', id: eventId },
      { purpose: locale === 'zh' ? '胸牌' : 'badges', rows: holders.length },
    )
    return Promise.resolve()
  })
  return pdf
}

function roleOf({ speaks, duties }: BadgeHolder): BadgeRole {
  if (speaks) return 'speaker'
  if (duties.includes('lead') || duties.includes('secretary')) return 'organiser'
  return duties.length > 0 ? 'volunteer' : 'attendee'
}

function unprintableOf(holders: readonly BadgeHolder[]): Unprintable[] {
  return holders.flatMap((h) => {
    const characters = missingGlyphs([h.name, h.displayName, h.affiliation.zh, h.affiliation.en].filter(Boolean).join(''))
    return characters.length === 0 ? [] : [{ name: h.displayName || h.name, characters }]
  })
}
