import type { ErrorCode } from '#core/kernel/errors.catalogue.ts'

/** The title data as far as it is checked. */
interface TitleData {
  kind: 'normal' | 'special'
  titleType: 'company' | 'public' | 'person' | 'other'
  title: string
  taxId: string
  address: string
  phone: string
  bank: string
  account: string
}

export interface TitleFault {
  path: 'kind' | 'title' | 'taxId' | 'address' | 'bank'
  code: ErrorCode
  maximum?: number
}

/** Forms of the tax bureau hold so many bytes of GBK: the title; address and phone; bank and account. */
const LONGEST = 100

/**
 * What is wrong with title data. Organisations are named by their tax number (a public body may have none); a special
 * invoice (专票) goes to organisations only and cannot do without. Sources: the fields of several e-invoice interfaces.
 */
export function checkTitle(title: TitleData): TitleFault[] {
  const faults: TitleFault[] = []
  const organisation = title.titleType === 'company' || title.titleType === 'public'
  if (title.title === '') faults.push({ path: 'title', code: 'field.required' })
  else if (gbkBytes(title.title) > LONGEST) faults.push({ path: 'title', code: 'field.gbk_bytes', maximum: LONGEST })
  if (title.kind === 'special' && !organisation) faults.push({ path: 'kind', code: 'field.special_company' })
  if (title.taxId === '') {
    if (title.titleType === 'company' || title.kind === 'special') faults.push({ path: 'taxId', code: 'field.tax_id_needed' })
  } else if (!/^[0-9A-Z]{15,20}$/.test(title.taxId)) faults.push({ path: 'taxId', code: 'field.tax_id' })
  else if (organisation && title.taxId.length === 18 && !isCreditCode(title.taxId))
    faults.push({ path: 'taxId', code: 'field.tax_id_check' })
  if (gbkBytes(title.address) + gbkBytes(title.phone) > LONGEST) faults.push({ path: 'address', code: 'field.gbk_bytes', maximum: LONGEST })
  if (gbkBytes(title.bank) + gbkBytes(title.account) > LONGEST) faults.push({ path: 'bank', code: 'field.gbk_bytes', maximum: LONGEST })
  return faults
}

/** Bytes of a text in GBK (GB18030 beyond it): ASCII one, Chinese two, what GBK lacks four. */
export function gbkBytes(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code > 0xffff ? 4 : 2
  }
  return bytes
}

/** Digits and letters without I, O, S, V, Z; a character's place is its value. */
const CREDIT = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/**
 * True for a unified social credit code (统一社会信用代码) with the right check character: GB 32100-2015, weights 3^i
 * modulo 31 over the first seventeen, the last one is 31 less the sum modulo 31.
 */
export function isCreditCode(code: string): boolean {
  if (code.length !== 18) return false
  let sum = 0
  let weight = 1
  for (const character of code.slice(0, 17)) {
    const value = CREDIT.indexOf(character)
    if (value === -1) return false
    sum += value * weight
    weight = (weight * 3) % 31
  }
  return CREDIT.indexOf(code[17] ?? '') === (31 - (sum % 31)) % 31
}

const moves = {
  asked: ['issuing', 'issued', 'refused'],
  issuing: ['asked', 'issued', 'refused'],
  issued: ['reversed'],
  reversed: [],
  refused: [],
} as const satisfies Record<string, readonly string[]>
export type FapiaoMove = keyof typeof moves

/** Whether an invoice may go from one state to another: 已申请 → 开具中 → 已开具 → 已冲红, or 驳回 before it is issued. */
export function mayMove(from: FapiaoMove, to: FapiaoMove): boolean {
  const allowed: readonly string[] = moves[from]
  return allowed.includes(to)
}

/** States in which an order has an invoice, or is about to. */
export const LIVE: readonly FapiaoMove[] = ['asked', 'issuing', 'issued']

/** How much of an order can be invoiced, in fen: what was paid and is not given back, promised or asked for. */
export function invoiceable(order: { paidFen: number }, refunds: readonly { state: string; amountFen: number }[]): number {
  // What is done has left paid_fen already.
  const leaving = refunds.filter(({ state }) => state === 'asked' || state === 'due' || state === 'sent' || state === 'failed')
  return Math.max(0, order.paidFen - leaving.reduce((sum, { amountFen }) => sum + amountFen, 0))
}

/** True when money went back after the invoice was made out, so that it has to be reversed (冲红) and made anew. */
export function isToBeReversed(fapiao: { state: FapiaoMove; amountFen: number }, invoiceableFen: number): boolean {
  return fapiao.state === 'issued' && invoiceableFen < fapiao.amountFen
}

/** True when money went back since the invoice was asked for: made out like that it would be over more than was paid. */
export function isTooMuch(fapiao: { state: FapiaoMove; amountFen: number }, invoiceableFen: number): boolean {
  return (fapiao.state === 'asked' || fapiao.state === 'issuing') && invoiceableFen < fapiao.amountFen
}
