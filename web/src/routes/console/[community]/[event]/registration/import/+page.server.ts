import { openEvent } from '@kaichang/core/community/actions.ts'
import { fail } from '@kaichang/core/kernel/errors.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { channelsOf } from '@kaichang/core/registration/actions.ts'
import { listImports, startImport } from '@kaichang/core/registration/import/actions.ts'
import { MAX_FILE, type Basis } from '@kaichang/core/registration/import/model.ts'
import { goOn, submit } from '#lib/server/form.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { event } = await openEvent(locals.ctx, params.community, params.event)
  const lists = await listImports(locals.ctx, event.communityId, event.id)
  return {
    discarded: url.searchParams.get('done') === 'discarded',
    timeZone: event.timeZone,
    channels: (await channelsOf(locals.ctx.db, event)).map((one) => ({ value: one.id, label: pickText(one.name, locals.locale) })),
    lists: lists.map(({ id, source, state, total, createdBy, createdAt }) => ({ id, source, state, total, createdBy, createdAt })),
  }
}

export const actions: Actions = {
  upload: (event) =>
    submit(event, async ({ text, files, key }) => {
      const { event: it } = await openEvent(event.locals.ctx, event.params.community, event.params.event)
      const [file] = files('file')
      if (file && file.size > MAX_FILE) throw fail('registration.list_too_large', { limit: '20 MB' })
      // Without a file the list is empty, which is told like any other empty one.
      const list = { name: file?.name ?? '', bytes: new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0)) }
      const input = { source: text('source'), channelId: text('channelId'), basis: text('basis') as Basis, basisNote: text('basisNote') }
      const id = await startImport(event.locals.ctx, it.communityId, it.id, list, input, key)
      goOn(`/console/${event.params.community}/${event.params.event}/registration/import/${id}`)
    }),
}
