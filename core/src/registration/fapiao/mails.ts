import { findCommunity, findEvent } from '#core/community/store.ts'
import { asLocale, pickText } from '#core/kernel/text.ts'
import { queueMail } from '#core/people/mail/actions.ts'
import { ownLink } from '#core/people/mail/rules.ts'
import { defineMail } from '#core/people/mail/templates.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import type { Order } from '../orders/model.ts'
import { orderPath } from '../orders/open.ts'
import type { Fapiao } from './model.ts'

/** The invoice is there. */
export const fapiaoIssuedMail = defineMail({
  name: 'fapiao.issued',
  zh: {
    subject: '发票已开具：{event}',
    body: `您好：

「{event}」的发票（¥{yuan}）已由 {host} 开具。

在订单页下载：
{order}

{community}`,
  },
  en: {
    subject: 'Your invoice is ready: {event}',
    body: `Hello,

the invoice for “{event}” (¥{yuan}) was issued by {host}.

Download it from the order’s page:
{order}

{community}`,
  },
})

/** The request was not followed, or the invoice was reversed. */
export const fapiaoEndedMail = defineMail({
  name: 'fapiao.ended',
  zh: {
    subject: '发票{how}：{event}',
    body: `您好：

您为「{event}」申请的发票（¥{yuan}）{how}，原因：

{reason}

可以在订单页重新申请：
{order}

{community}`,
  },
  en: {
    subject: 'Your invoice was {how}: {event}',
    body: `Hello,

the invoice that you asked for “{event}” (¥{yuan}) was {how}, because:

{reason}

You can ask again on the order’s page:
{order}

{community}`,
  },
})

const hows = { refused: { zh: '未通过', en: 'refused' }, reversed: { zh: '已冲红', en: 'reversed' } } as const

/** Tells whoever asked that the invoice is ready, or what became of it, when an address was given. */
export async function mailFapiao(
  ctx: Context,
  tx: Tx,
  fapiao: Fapiao,
  order: Pick<Order, 'id' | 'linkVersion' | 'email'>,
  what: 'issued' | 'refused' | 'reversed',
  yuan: string,
  reason = '',
): Promise<void> {
  const to = fapiao.email || order.email
  if (to === '') return
  const community = await findCommunity(tx.db, fapiao.communityId)
  const event = await findEvent(tx.db, fapiao.communityId, fapiao.eventId)
  if (!community || !event) return
  const locale = asLocale(fapiao.locale)
  const base = { communityId: fapiao.communityId, eventId: fapiao.eventId, to, locale }
  const values = {
    event: pickText(event.name, locale),
    community: pickText(community.name, locale),
    yuan,
    order: ownLink(ctx.settings, orderPath(ctx, community.no, order)),
  }
  if (what === 'issued') {
    const host = fapiao.hostEntity || values.community
    await queueMail(ctx, tx, { ...base, mail: fapiaoIssuedMail, values: { ...values, host } })
  } else await queueMail(ctx, tx, { ...base, mail: fapiaoEndedMail, values: { ...values, how: hows[what][locale], reason: reason || '—' } })
}
