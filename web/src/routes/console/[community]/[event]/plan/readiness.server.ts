import { partnerSupport } from '@kaichang/core/partners/actions.ts'
import { openBudget } from '@kaichang/core/plan/actions.ts'
import { budgetOf, readinessOf, type Budget, type Readiness } from '@kaichang/core/plan/readiness.rules.ts'
import { openProgramme } from '@kaichang/core/programme/actions.ts'
import { channelsOf } from '@kaichang/core/registration/actions.ts'
import type { Place } from '#lib/server/place.ts'

/** The budget with what partners gave, for those who may see money; else null. */
export async function loadBudget({ ctx, event, communityId, eventId, may }: Place): Promise<Budget | null> {
  if (!may('budget.view')) return null
  const support = may('partners.view') ? await partnerSupport(ctx, communityId, eventId) : { promisedFen: 0, receivedFen: 0 }
  return budgetOf(await openBudget(ctx, communityId, eventId), support, event.budgetFen)
}

/** How ready the event is, from all the rooms that this person may look into. */
export async function loadReadiness(place: Place, volunteers: number): Promise<Readiness[]> {
  const { ctx, event, communityId, eventId, may } = place
  const programme = may('programme.view') ? await openProgramme(ctx, communityId, eventId) : null
  const speakers =
    programme &&
    new Set(programme.sessions.filter((s) => s.state !== 'cancelled').flatMap((s) => s.speakers.map((one) => one.personId))).size
  const channels = await channelsOf(ctx.db, event)
  return readinessOf({
    people: event.expected ?? event.cap ?? event.seats ?? 50,
    volunteers,
    speakers,
    venue: Boolean(event.venue.zh || event.venue.en),
    money: await loadBudget(place),
    channels: channels.length,
  })
}
