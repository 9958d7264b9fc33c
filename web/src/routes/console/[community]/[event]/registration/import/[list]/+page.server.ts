import { openEvent } from '@kaichang/core/community/actions.ts'
import { can } from '@kaichang/core/community/permissions.ts'
import {
  beginImport,
  cancelImport,
  countsOf,
  decideRows,
  discardImport,
  matchingOf,
  matchTypes,
  openImport,
  runImport,
  samplesFrom,
  seatsLeft,
  setMapping,
  showRows,
} from '@kaichang/core/registration/import/actions.ts'
import { MOST_WORDS, targets } from '@kaichang/core/registration/import/model.ts'
import { reasonTexts } from '@kaichang/core/registration/import/reasons.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import type { RequestEvent } from '@sveltejs/kit'
import { goOn, submit } from '#lib/server/form.ts'
import type { Actions, PageServerLoad } from './$types'

/** Rows that a page shows of each kind. */
const SHOWN = 50

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { ctx, actor, locale } = locals
  const { event } = await openEvent(ctx, params.community, params.event)
  const batch = await openImport(ctx, event.communityId, event.id, params.list)
  const counts = await countsOf(ctx, batch)
  const planned = counts.plan.new + counts.plan.same + counts.plan.again + counts.plan.possible + counts.plan.refused > 0
  const matching = batch.state === 'draft' ? await matchingOf(ctx, batch) : null
  const step = url.searchParams.get('step')
  const drafted = !planned || step === 'columns' ? 'columns' : step === 'types' && matching?.types.length ? 'types' : 'preview'
  const view = batch.state === 'draft' ? drafted : batch.state
  const samples = view === 'columns' ? await samplesFrom(ctx, batch) : []
  const told = reasonTexts[locale]
  const rows = async (plan: 'new' | 'same' | 'possible' | 'refused') =>
    view === 'columns' || view === 'types' || view === 'running' || batch.clearedAt !== null
      ? []
      : (await showRows(ctx, batch, plan, SHOWN)).map((row) => ({ ...row, reason: row.reason === '' ? '' : told[row.reason] }))
  return {
    view,
    done: url.searchParams.get('done'),
    batch: {
      source: batch.source,
      basis: batch.basis,
      basisNote: batch.basisNote,
      fileName: batch.fileName,
      encoding: batch.encoding,
      headerLine: batch.headerLine,
      total: batch.total,
      done: batch.done,
      createdBy: batch.createdBy,
      createdAt: batch.createdAt,
      cleared: batch.clearedAt !== null,
    },
    timeZone: event.timeZone,
    targets: [...targets],
    columns: view === 'columns' ? batch.columns.map((column, at) => ({ ...column, samples: samples[at] ?? [] })) : [],
    matching: matching && {
      ...matching,
      types: matching.types.map(({ id, name }) => ({ id, name: pickText(name, locale) })),
      words: view === 'types' ? matching.words : [],
    },
    unmatched: matching?.words.filter(({ match }) => match === '').length ?? 0,
    counts: { ...counts, refused: counts.refused.map(({ reason, count }) => ({ reason: told[reason], count })) },
    short: counts.refused.find(({ reason }) => reason === 'full')?.count ?? 0,
    left: await seatsLeft(ctx, event.communityId, event.id),
    possible: await rows('possible'),
    fresh: view === 'preview' ? await rows('new') : [],
    known: view === 'preview' ? await rows('same') : [],
    refused: await rows('refused'),
    shown: SHOWN,
    mayExport: can(actor, 'registration.export', { communityId: event.communityId, eventId: event.id }),
  }
}

async function enter({ locals, params }: RequestEvent) {
  const { event } = await openEvent(locals.ctx, params['community'] ?? '', params['event'] ?? '')
  const id = params['list'] ?? ''
  const lists = `/console/${params['community'] ?? ''}/${params['event'] ?? ''}/registration/import`
  return { ctx: locals.ctx, here: [event.communityId, event.id] as const, id, lists, path: `${lists}/${id}` }
}

export const actions: Actions = {
  map: (request) =>
    submit(request, async ({ text }) => {
      const { ctx, here, id, path } = await enter(request)
      const { columns } = await openImport(ctx, ...here, id)
      await setMapping(
        ctx,
        ...here,
        id,
        columns.map((column, at) => text(`column.${at}`) || column.target),
      )
      // Where there are ticket types, it is said once what the list means by its own.
      const { types, words } = await matchingOf(ctx, await openImport(ctx, ...here, id))
      goOn(types.length > 1 || words.some(({ match }) => match === '') ? `${path}?step=types` : path)
    }),
  types: (request) =>
    submit(request, async ({ data, text }) => {
      const { ctx, here, id, path } = await enter(request)
      const words = typeof data['word'] === 'object' && data['word'] !== null ? Object.keys(data['word']) : []
      const given = words.slice(0, MOST_WORDS).map((_, at) => ({ word: text(`word.${at}`), match: text(`type.${at}`) }))
      await matchTypes(ctx, ...here, id, given)
      goOn(path)
    }),
  decide: (request) =>
    submit(request, async ({ data, text }) => {
      const { ctx, here, id, path } = await enter(request)
      const rows = Object.entries(typeof data['row'] === 'object' && data['row'] !== null ? data['row'] : {})
      const decisions = rows.map(([line, choice]) => ({ line: Number(line.slice(1)), choice: String(choice) }))
      await decideRows(ctx, ...here, id, decisions, text('rest') || null)
      goOn(path, 'decided')
    }),
  run: (request) =>
    submit(request, async () => {
      const { ctx, here, id, path } = await enter(request)
      await beginImport(ctx, ...here, id)
      // Begins at once; the queued job goes on after a crash, and both may work side by side.
      request.locals.app.aside(`import ${id}`, runImport(ctx, ...here, id))
      goOn(path)
    }),
  stop: (request) =>
    submit(request, async () => {
      const { ctx, here, id, path } = await enter(request)
      await cancelImport(ctx, ...here, id)
      goOn(path)
    }),
  discard: (request) =>
    submit(request, async () => {
      const { ctx, here, id, lists } = await enter(request)
      await discardImport(ctx, ...here, id)
      goOn(lists, 'discarded')
    }),
}
