import { recordingsReport } from '@kaichang/core/archive/actions.ts'
import type { Community, Event } from '@kaichang/core/community/model.ts'
import { can, type Permission } from '@kaichang/core/community/permissions.ts'
import { readAttendance } from '@kaichang/core/door/actions.ts'
import { budgetOf } from '@kaichang/core/plan/readiness.rules.ts'
import { openBudget, openPlan } from '@kaichang/core/plan/actions.ts'
import { todayOf, type TodayState } from '@kaichang/core/plan/today.rules.ts'
import { partnerSupport, waitingPartners } from '@kaichang/core/partners/actions.ts'
import { openProgramme } from '@kaichang/core/programme/actions.ts'
import { pendingChanges } from '@kaichang/core/programme/release.actions.ts'
import { channelsOf, figuresOf, seatsOf } from '@kaichang/core/registration/actions.ts'
import { openArticles } from '@kaichang/core/story/actions.ts'
import { teamSize } from '@kaichang/core/team/actions.ts'
import type { Context } from '@kaichang/core/store/context.ts'

/** What the console's home shows of an event: what needs doing, and the figures that this person may see. */
export async function openToday(ctx: Context, community: Community, event: Event) {
  const { communityId, id: eventId } = event
  const place = { communityId, eventId }
  const may = (permission: Permission): boolean => can(ctx.actor, permission, place)
  const when = <T>(permission: Permission, work: () => Promise<T>): Promise<T | undefined> =>
    may(permission) ? work() : Promise.resolve(undefined)
  const [plan, waiting, support, lines, volunteers, seats, channels, figures, programme, pending, report, articles, attendance] =
    await Promise.all([
      when('plan.view', () => openPlan(ctx, communityId, eventId)),
      when('partners.view', () => waitingPartners(ctx, communityId, eventId)),
      when('partners.view', () => partnerSupport(ctx, communityId, eventId)),
      when('partners.view', () => openBudget(ctx, communityId, eventId)),
      when('team.view', () => teamSize(ctx, communityId, eventId)),
      seatsOf(ctx, event),
      channelsOf(ctx.db, event),
      when('registration.figures', () => figuresOf(ctx, communityId, eventId)),
      when('programme.view', () => openProgramme(ctx, communityId, eventId)),
      when('programme.view', () => pendingChanges(ctx, communityId, eventId)),
      when('archive.view', () => recordingsReport(ctx, communityId, eventId)),
      when('story.view', () => openArticles(ctx, communityId, eventId)),
      when('registration.figures', () => readAttendance(ctx.db, event)),
    ])
  const recaps = articles?.filter((article) => article.kind === 'recap')
  const state: TodayState = {
    event,
    now: ctx.clock.now(),
    may,
    tasks: plan?.tasks ?? [],
    ...(waiting ? { partnersWaiting: waiting } : {}),
    ...(volunteers === undefined ? {} : { volunteers }),
    registration: { open: seats.opening === 'open', taken: seats.taken, channels: channels.length },
    ...(programme && pending
      ? {
          programme: {
            sessions: programme.sessions.length,
            released: pending.version > 0,
            changedSinceRelease: pending.version > 0 && pending.changes.length > 0,
          },
        }
      : {}),
    ...(report
      ? {
          recordings: { received: report.recordings.length, unmatched: report.recordings.filter((r) => r.match.sessionId === null).length },
        }
      : {}),
    ...(recaps ? { recap: recaps.some((r) => r.state === 'published') ? 'published' : recaps.length > 0 ? 'draft' : 'none' } : {}),
  }
  const speakers = programme ? new Set(programme.sessions.flatMap((s) => s.speakers.map((one) => one.personId))).size : null
  const tasks = plan
    ? { done: plan.tasks.filter((t) => t.state === 'done').length, all: plan.tasks.filter((t) => t.state !== 'dropped').length }
    : null
  return {
    items: todayOf(state),
    seats,
    figures: figures ?? null,
    attendance: attendance && attendance.persons > 0 ? attendance : null,
    money: support && lines ? budgetOf(lines, support, event.budgetFen) : null,
    speakers,
    tasks,
    example: community.example,
  }
}
