import type { Context } from '#core/store/context.ts'
import type { Order } from '../orders/model.ts'

/** The same context, acting as the one who ordered: what the journal notes. */
export function asBuyer(ctx: Context, order: Pick<Order, 'communityId' | 'id'>): Context {
  return { ...ctx, actor: { kind: 'link', purpose: 'o', communityId: order.communityId, subjectId: order.id, name: '', grants: [] } }
}
