import { visitor } from '@kaichang/core/kernel/actor.ts'
import { fillOrder } from '@kaichang/core/registration/orders/fill.actions.ts'
import { holdSeats } from '@kaichang/core/registration/orders/hold.actions.ts'
import type { Order } from '@kaichang/core/registration/orders/model.ts'
import { startPayment } from '@kaichang/core/registration/payment/actions.ts'
import type { SettingInput } from '@kaichang/core/registration/payment/model.ts'
import { confirmOffline } from '@kaichang/core/registration/payment/offline.actions.ts'
import { setPaymentSetting } from '@kaichang/core/registration/payment/setting.actions.ts'
import type { TestApp } from './app.ts'
import type { Ticketed } from './tickets.ts'

/** An order for one standard ticket whose transfer has been confirmed; the event takes transfers from now on. */
export async function payByTransfer(
  app: TestApp,
  { communityId, event, ids }: Ticketed,
  setting: SettingInput = {},
): Promise<{ token: string; order: Order; paymentId: string; place: { communityId: string; eventId: string } }> {
  const stranger = app.context(visitor)
  const place = { communityId, eventId: event.id }
  await setPaymentSetting(app.ctx, place, { offline: true, instructions: { zh: '转到社区账户' }, ...setting })
  const held = await holdSeats(stranger, communityId, event.id, { lines: [{ typeId: ids.standard, seats: 1 }] })
  const token = held.path.slice('/o/'.length)
  const own = { name: '张三', phone: '', email: 'zhang@example.org' }
  const seats = held.lines.map(({ id: lineId }) => ({ lineId, ...own }))
  const { order } = await fillOrder(stranger, token, { ...own, consents: { registration: true }, seats })
  const { id: paymentId } = await startPayment(stranger, token, { provider: 'offline', method: 'transfer' })
  await confirmOffline(app.ctx, place, paymentId)
  return { token, order, paymentId, place }
}
