import type { Readable } from 'node:stream'
import { authorise, type Place } from '#core/community/permissions.ts'
import { csvFile } from '#core/kernel/csv.ts'
import type { Locale } from '#core/kernel/text.ts'
import { xlsxStream } from '#core/kernel/xlsx.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { fapiaoJournal } from './journal.ts'
import type { Fapiao, FapiaoState } from './model.ts'
import { listFapiaoOfEvent } from './store.ts'

type EventPlace = Place & { eventId: string }

const heads = {
  zh: [
    '订单',
    '发票种类',
    '抬头类型',
    '抬头名称',
    '税号',
    '地址',
    '电话',
    '开户行',
    '账号',
    '邮箱',
    '金额（元）',
    '开票主体',
    '状态',
    '发票号码',
    '申请时间',
  ],
  en: [
    'Order',
    'Kind',
    'Title type',
    'Title',
    'Tax number',
    'Address',
    'Phone',
    'Bank',
    'Account',
    'E-mail',
    'Amount (yuan)',
    'Issuer',
    'State',
    'Number',
    'Asked',
  ],
} as const
const kinds: Record<Fapiao['kind'], Record<Locale, string>> = {
  normal: { zh: '普票', en: 'normal' },
  special: { zh: '专票', en: 'special' },
}
const types: Record<Fapiao['titleType'], Record<Locale, string>> = {
  company: { zh: '企业', en: 'company' },
  public: { zh: '机关事业单位', en: 'public body' },
  person: { zh: '个人', en: 'person' },
  other: { zh: '其他', en: 'other' },
}
/** States of invoices as people read them. */
export const fapiaoStateWords: Record<FapiaoState, Record<Locale, string>> = {
  asked: { zh: '已申请', en: 'asked for' },
  issuing: { zh: '开具中', en: 'being issued' },
  issued: { zh: '已开具', en: 'issued' },
  reversed: { zh: '已冲红', en: 'reversed' },
  refused: { zh: '已驳回', en: 'refused' },
}

/** The invoice data of an event for the host's finance team, as CSV. Errors: access.*. */
export async function exportFapiaoCsv(ctx: Context, place: EventPlace, locale: Locale): Promise<string> {
  return csvFile(await rowsOf(ctx, place, locale))
}

/** The same as a workbook (.xlsx), in which tax and account numbers stay text. Errors: access.*. */
export async function exportFapiaoXlsx(ctx: Context, place: EventPlace, locale: Locale): Promise<Readable> {
  return xlsxStream([{ name: locale === 'zh' ? '开票资料' : 'Invoices', rows: await rowsOf(ctx, place, locale) }], ctx.clock.now())
}

async function rowsOf(ctx: Context, place: EventPlace, locale: Locale): Promise<(readonly (string | number | null)[])[]> {
  authorise(ctx.actor, 'money.edit', place)
  const { communityId, eventId } = place
  const fapiao = await listFapiaoOfEvent(ctx.db, communityId, eventId)
  await transact(ctx, async (tx) =>
    tx.journal(fapiaoJournal.exported, { communityId, eventId, kind: 'event', id: eventId }, { rows: fapiao.length }),
  )
  return [
    heads[locale],
    ...fapiao.map((one) => [
      one.orderCode,
      kinds[one.kind][locale],
      types[one.titleType][locale],
      one.title,
      one.taxId,
      one.address,
      one.phone,
      one.bank,
      one.account,
      one.email,
      one.amountFen / 100,
      one.hostEntity,
      fapiaoStateWords[one.state][locale],
      one.number,
      new Date(one.askedAt.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' '),
    ]),
  ]
}
