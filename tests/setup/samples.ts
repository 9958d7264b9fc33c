import { createCommunity, createEvent, setEventState } from '@kaichang/core/community/actions.ts'
import type { Event, EventInput } from '@kaichang/core/community/model.ts'
import type { Context } from '@kaichang/core/store/context.ts'

/** What a published event of one day looks like; every field may be overridden. */
export function eventInput(overrides: Partial<EventInput> = {}): EventInput {
  return {
    slug: 'nanning',
    name: { zh: '南宁场', en: 'Nanning' },
    summary: {},
    purpose: {},
    audience: {},
    city: { zh: '南宁', en: 'Nanning' },
    venue: { zh: '会议室', en: 'Meeting room' },
    address: {},
    venueNote: {},
    liveUrl: '',
    startsAt: new Date('2026-12-05T13:30:00+08:00'),
    endsAt: new Date('2026-12-05T18:30:00+08:00'),
    seats: 60,
    cap: 50,
    expected: null,
    ...overrides,
  }
}

/** A community with one published event, made by the same actions that pages use. */
export async function makeEvent(
  ctx: Context,
  overrides: Partial<EventInput> & { community?: string } = {},
): Promise<{ communityId: string; communitySlug: string; event: Event }> {
  const { community = 'pychina', ...event } = overrides
  const made = await createCommunity(ctx, {
    slug: community,
    name: { zh: `${community} 社区`, en: community },
    about: {},
    city: {},
    site: '',
    contact: '',
    accent: '',
  })
  const begun = await createEvent(ctx, made.communityId, eventInput(event))
  await setEventState(ctx, made.communityId, begun.id, 'published')
  return { communityId: made.communityId, communitySlug: made.slug, event: { ...begun, state: 'published' } }
}
