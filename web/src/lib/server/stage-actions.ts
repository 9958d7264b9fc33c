import type { RequestEvent } from '@sveltejs/kit'
import type { Event } from '@kaichang/core/community/model.ts'
import {
  addMinutes,
  endSession,
  noteFigure,
  recordActual,
  skipSession,
  startNext,
  startSession,
  undoLast,
} from '@kaichang/core/stage/actions.ts'
import { metrics } from '@kaichang/core/stage/model.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { fail } from '@kaichang/core/kernel/errors.ts'
import { goOn, submit, type Sent } from './form.ts'
import { momentField } from './programme-form.ts'

interface Opened {
  ctx: Context
  event: Event
  /** The page to come back to. */
  back: string
}

/** The presses of a run control, for the console and for volunteers' links; `open` says who presses and where. */
export function stageActions<R extends RequestEvent>(open: (request: R) => Promise<Opened>) {
  const press = (done: string, run: (ctx: Context, event: Event, sent: Sent) => Promise<void>) => (request: R) =>
    submit(request, async (sent) => {
      const { ctx, event, back } = await open(request)
      await run(ctx, event, sent)
      const hall = request.url.searchParams.get('hall')
      goOn(hall ? `${back}?hall=${encodeURIComponent(hall)}` : back, done)
    })
  return {
    next: press('done_next', (ctx, event, { text }) => startNext(ctx, event.communityId, event.id, { sessionId: text('id') })),
    start: press('done_next', (ctx, event, { text }) => startSession(ctx, event.communityId, event.id, { sessionId: text('id') })),
    end: press('done_end', (ctx, event, { text }) => endSession(ctx, event.communityId, event.id, { sessionId: text('id') })),
    skip: press('done_skip', (ctx, event, { text }) => skipSession(ctx, event.communityId, event.id, { sessionId: text('id') })),
    extend: press('done_extend', (ctx, event, { text }) =>
      addMinutes(ctx, event.communityId, event.id, { sessionId: text('id'), minutes: text('minutes') }),
    ),
    undo: press('done_undo', (ctx, event, { text }) => undoLast(ctx, event.communityId, event.id, { hallId: text('hall') || null })),
    times: press('done_times', (ctx, event, { text }) =>
      recordActual(ctx, event.communityId, event.id, {
        sessionId: text('id'),
        startedAt: momentField(text('startedAt'), event),
        endedAt: momentField(text('endedAt'), event),
        overrunSeconds: text('overrunSeconds'),
      }),
    ),
    figure: press('done_figure', (ctx, event, { text, key }) => {
      const metric = metrics.find((one) => one === text('metric'))
      if (!metric) throw fail('input.invalid')
      return noteFigure(ctx, event.communityId, event.id, {
        metric,
        platform: text('platform'),
        value: text('value'),
        at: momentField(text('at'), event),
        note: {},
        key,
      })
    }),
  }
}
