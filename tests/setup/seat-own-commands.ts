import { holdOrderAgain } from '@kaichang/core/registration/orders/again.actions.ts'
import { handOver } from '@kaichang/core/registration/orders/handover.actions.ts'
import { changeTicketType } from '@kaichang/core/registration/orders/type.actions.ts'
import { eraseMine } from '@kaichang/core/registration/own-data.actions.ts'
import { beginImport, openImport, runImport, setMapping, startImport } from '@kaichang/core/registration/import/actions.ts'
import { NOTHING, oneOf, who, type Act } from './seat-acting.ts'

/** What people do with their own tickets, and lists from elsewhere. */
export const ownActs = {
  again:
    (n: number): Act =>
    async (model, { stranger }) => {
      const token = oneOf(model.orders, n)
      if (token === undefined) return NOTHING
      await holdOrderAgain(stranger, token)
    },
  changeType:
    (n: number): Act =>
    async (model, { stranger, ids }) => {
      const token = oneOf(model.tickets, n)
      if (token === undefined) return NOTHING
      await changeTicketType(stranger, token, oneOf([ids.free, ids.open, ids.looked], n >> 4) ?? '')
    },
  handOver:
    (n: number): Act =>
    async (model, { stranger }) => {
      const token = oneOf(model.tickets, n)
      if (token === undefined) return NOTHING
      await handOver(stranger, token, { ...who(model), phone: '', agreed: true })
    },
  erase:
    (n: number): Act =>
    async (model, { stranger }) => {
      const token = oneOf(model.tickets, n)
      if (token === undefined) return NOTHING
      await eraseMine(stranger, token)
    },
  /** A list of three with a word for each one's type, now and then the one before once more. */
  list:
    (n: number): Act =>
    async (model, { staff, place, poster }) => {
      const rows = Array.from({ length: 3 }, (_, i) => `${Object.values(who(model)).join(',')},${(n >> i) % 2 ? 'free' : 'paid'}`)
      const text = n % 3 === 0 && model.list !== '' ? model.list : `姓名,邮箱,票种\n${rows.join('\n')}\n`
      model.list = text
      const file = { name: '名单.csv', bytes: new TextEncoder().encode(text) }
      const id = await startImport(staff, ...place, file, { source: '活动行', basis: 'ours', channelId: n % 5 ? '' : poster })
      await setMapping(
        staff,
        ...place,
        id,
        (await openImport(staff, ...place, id)).columns.map((column) => column.target),
      )
      await beginImport(staff, ...place, id)
      await runImport(staff, ...place, id)
    },
}
