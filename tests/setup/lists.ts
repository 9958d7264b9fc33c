import { openRegistration, seatsOf } from '@kaichang/core/registration/actions.ts'
import { beginImport, countsOf, openImport, runImport, setMapping, startImport } from '@kaichang/core/registration/import/actions.ts'
import type { ImportInput } from '@kaichang/core/registration/import/model.ts'
import type { TestApp } from './app.ts'
import { makeEvent } from './samples.ts'

let count = 0

/** An event of its own into which lists are taken, and what a test does with it. */
export async function openListEvent(app: TestApp, over: Parameters<typeof makeEvent>[1] = {}) {
  count += 1
  const { communityId, event, communitySlug } = await makeEvent(app.ctx, { community: `import-${count}`, cap: 50, ...over })
  const here = [communityId, event.id] as const
  await openRegistration(app.ctx, ...here)
  const given: ImportInput = { source: '活动行', basis: 'ours', basisNote: '报名页写明由本社区收集' }
  const start = (text: string, input: Partial<ImportInput> = {}) =>
    startImport(app.ctx, ...here, { name: '名单.csv', bytes: new TextEncoder().encode(text) }, { ...given, ...input })
  const columnsOf = async (id: string) => (await openImport(app.ctx, ...here, id)).columns.map((column) => column.target)
  return {
    communityId,
    event,
    here,
    start,
    communitySlug,
    draft: async (text: string, input: Partial<ImportInput> = {}) => {
      const id = await start(text, input)
      await setMapping(app.ctx, ...here, id, await columnsOf(id))
      return id
    },
    run: async (id: string) => {
      await beginImport(app.ctx, ...here, id)
      await runImport(app.ctx, ...here, id)
      return countsOf(app.ctx, await openImport(app.ctx, ...here, id))
    },
    people: async () => {
      const rows = await app.db
        .selectFrom('registration')
        .innerJoin('person', (join) =>
          join.onRef('person.communityId', '=', 'registration.communityId').onRef('person.id', '=', 'registration.personId'),
        )
        .select([
          'registration.id',
          'person.name',
          'person.affiliation',
          'registration.phone',
          'registration.email',
          'registration.state',
          'registration.answers',
          'registration.channelId',
          'registration.registeredAt',
          'registration.linkVersion',
        ])
        .where('registration.communityId', '=', communityId)
        .where('registration.eventId', '=', event.id)
        .where('registration.erasedAt', 'is', null)
        .orderBy('person.name')
        .orderBy('registration.phone')
        .execute()
      const { taken } = await seatsOf(app.ctx, event)
      const live = rows.filter((one) => one.state === 'registered').length
      if (taken !== live) throw new Error(`the counter says ${taken}, there are ${live}`)
      return rows
    },
  }
}
