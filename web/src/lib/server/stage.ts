import type { Event } from '@kaichang/core/community/model.ts'
import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import { allowedSeconds, overrunOf, type Expected } from '@kaichang/core/stage/rules.ts'
import { openStage } from '@kaichang/core/stage/view.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import type { OnStage, StageLine, StageScreen } from '../stage.ts'

/** One stage as its screens show it; `hall` chooses among several, the first one otherwise. */
export async function stageScreen(ctx: Context, event: Event, locale: Locale, hall: string | null): Promise<StageScreen> {
  return (await openScreens(ctx, event, locale, hall)).screen
}

/** The chosen stage, all stages by name, and the figures noted so far. */
export async function openScreens(ctx: Context, event: Event, locale: Locale, hall: string | null) {
  const { programme, stages, figures } = await openStage(ctx, event.communityId, event.id)
  const chosen = stages.find((stage) => stage.hallId === hall) ?? stages[0]
  const nameOf = (id: string | null): string => pickText(programme.halls.find((one) => one.id === id)?.name, locale)
  const lines = chosen?.day.items.map((item) => line(item, locale)) ?? []
  const next = lines.find((one) => one.id === chosen?.day.next?.id) ?? null
  const screen: StageScreen = {
    serverNow: ctx.clock.now().getTime(),
    hallId: chosen?.hallId ?? null,
    hall: stages.length > 1 ? nameOf(chosen?.hallId ?? null) : '',
    event: pickText(event.name, locale),
    timeZone: event.timeZone,
    current: chosen?.day.current ? onStage(chosen.day.current, locale) : null,
    next,
    then: next ? lines.slice(lines.indexOf(next) + 1).filter((one) => one.state === 'waiting') : [],
    lines,
    offset: chosen?.day.offset ?? 0,
    live: chosen?.day.live ?? false,
    begun: lines.some((one) => one.state !== 'waiting'),
  }
  return {
    screen,
    halls: stages.length > 1 ? stages.map((stage) => ({ id: stage.hallId ?? '', name: nameOf(stage.hallId) })) : [],
    figures,
  }
}

function line(item: Expected, locale: Locale): StageLine {
  return {
    id: item.id,
    no: item.no,
    kind: item.kind,
    title: pickText(item.title, locale),
    speakers: item.speakers.map((speaker) => speaker.name),
    minutes: item.minutes,
    extra: item.run.extraSeconds / 60,
    state: item.run.state,
    planned: item.plannedStart?.getTime() ?? null,
    start: item.start?.getTime() ?? null,
    end: item.end?.getTime() ?? null,
    overrun: overrunOf(item.run, item.minutes),
    late: item.late,
  }
}

function onStage(item: Expected, locale: Locale): OnStage | null {
  if (!item.run.startedAt) return null
  const { id, title, speakers, minutes, extra } = line(item, locale)
  return { id, title, speakers, minutes, extra, startedAt: item.run.startedAt.getTime(), allowed: allowedSeconds(item) }
}
