import type { Event } from '@kaichang/core/community/model.ts'
import { openRegistration } from '@kaichang/core/registration/actions.ts'
import { addQuota } from '@kaichang/core/registration/types/quota.actions.ts'
import { addType } from '@kaichang/core/registration/types/actions.ts'
import { makeVouchers } from '@kaichang/core/registration/vouchers/actions.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { makeEvent } from './samples.ts'

/** An event with tickets of all sorts, made by the same actions that pages use. */
export interface Ticketed {
  communityId: string
  community: string
  event: Event
  ids: Record<'standard' | 'student' | 'gift' | 'speaker' | 'workshop' | 'free' | 'dinner' | 'shirt', string>
}

/**
 * Standard (¥128, ¥98 early), student (free, reviewed), as much as one likes, a hidden one for speakers (code SPEAK-2026), a
 * workshop that is full, a free one; a dinner and a shirt in sizes. WELCOME-10 takes a tenth off.
 */
export async function makeTickets(ctx: Context, community: string, over: Parameters<typeof makeEvent>[1] = {}): Promise<Ticketed> {
  const { communityId, event } = await makeEvent(ctx, { community, cap: 60, ...over })
  const here = [communityId, event.id] as const
  await openRegistration(ctx, ...here)
  const many = { perOrder: 5, perPerson: 5, counts: true }
  const add = (name: { zh: string; en: string }, rest: object) => addType(ctx, ...here, { name, ...many, ...rest })
  const ids = {
    standard: await add(
      { zh: '标准票', en: 'Standard' },
      {
        about: { zh: '含午餐和胸牌', en: 'With lunch and badge' },
        priceFen: 12_800,
        earlyFen: 9800,
        earlyUntil: '2026-11-25T23:59:00+08:00',
      },
    ),
    student: await add({ zh: '学生票', en: 'Student' }, { review: true, category: 'student', perOrder: 1 }),
    gift: await add({ zh: '支持票', en: 'Supporter' }, { pricing: 'open', priceFen: 3000 }),
    speaker: await add({ zh: '讲者票', en: 'Speaker' }, { hidden: true, category: 'speaker', perOrder: 1 }),
    workshop: await add({ zh: '工作坊', en: 'Workshop' }, { priceFen: 5000 }),
    free: await add({ zh: '自由票', en: 'Free' }, { about: { zh: '只听主会场', en: 'Main hall only' } }),
    dinner: await add({ zh: '晚宴', en: 'Dinner' }, { kind: 'addon', priceFen: 8000, counts: false }),
    shirt: await add(
      { zh: '文化衫', en: 'T-shirt' },
      { kind: 'addon', priceFen: 6000, counts: false, variants: [{ zh: 'S' }, { zh: 'M' }, { zh: 'L' }] },
    ),
  }
  await addQuota(ctx, ...here, { name: { zh: '工作坊座位' }, size: 0, typeIds: [ids.workshop] })
  await makeVouchers(ctx, ...here, { code: 'SPEAK-2026', effect: 'none', ticketTypeId: ids.speaker, maxUses: 5 })
  await makeVouchers(ctx, ...here, { code: 'WELCOME-10', effect: 'percent', value: 10, maxUses: 5 })
  return { communityId, community, event, ids }
}
