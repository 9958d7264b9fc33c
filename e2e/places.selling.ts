import { openEvent } from '@kaichang/core/community/actions.ts'
import { holdSeats } from '@kaichang/core/registration/orders/hold.actions.ts'
import { listOrders } from '@kaichang/core/registration/orders/staff.actions.ts'
import { addType, openTypes } from '@kaichang/core/registration/types/actions.ts'
import { addQuota } from '@kaichang/core/registration/types/quota.actions.ts'
import { makeVouchers } from '@kaichang/core/registration/vouchers/actions.ts'
import type { Site } from '../tests/setup/server.ts'
import type { Place } from './places.ts'

/** Ticket types, quotas, vouchers and a request to be looked at, with long names; made once for an event. */
export async function sellingAt(
  site: Site,
  { community, event }: Place,
): Promise<Record<'tickets' | 'vouchers' | 'orders' | 'order', string>> {
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { event: it } = await openEvent(ctx, community, event)
  const here = [it.communityId, it.id] as const
  const room = `/console/${community}/${event}/registration`
  const there = await openTypes(ctx, ...here)
  if (there.types.length === 0) {
    const about = { zh: '包含两天的全部议题、午餐和一件纪念衫，凭学生证在签到台领取' }
    const long = await addType(ctx, ...here, {
      name: { zh: '一种名字特别特别长的闭门研讨会门票' },
      about,
      // The hall is full.
      counts: false,
      review: true,
      perOrder: 5,
    })
    const shirt = await addType(ctx, ...here, {
      kind: 'addon',
      name: { zh: '纪念衫' },
      priceFen: 6900,
      variants: [{ zh: 'M' }, { zh: 'XXL' }],
    })
    await addQuota(ctx, ...here, { name: { zh: '小厅的座位' }, size: 30, typeIds: [long] })
    await makeVouchers(ctx, ...here, {
      effect: 'percent',
      value: 20,
      count: 3,
      prefix: 'GDG',
      batch: '一个名字特别特别长的合作社区',
      ticketTypeId: shirt,
    })
    const held = await holdSeats(ctx, ...here, { lines: [{ typeId: long, seats: 2 }] })
    await site.app.db
      .updateTable('orderLine')
      .set({ state: 'asked', name: '一位名字特别特别长的申请人' })
      .where('orderId', '=', held.order.id)
      .execute()
    await site.app.db
      .updateTable('ticketOrder')
      .set({
        state: 'review',
        expiresAt: null,
        name: '一位名字特别特别长的申请人',
        email: 'a-very-long-address-of-somebody-who-asks@example.org',
      })
      .where('id', '=', held.order.id)
      .execute()
  }
  const { rows } = await listOrders(ctx, ...here)
  return {
    tickets: `${room}/tickets`,
    vouchers: `${room}/vouchers`,
    orders: `${room}/orders`,
    order: `${room}/orders/${rows[0]?.id ?? ''}`,
  }
}
