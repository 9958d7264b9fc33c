import { normaliseEmail, normalisePhone } from '#core/people/person/rules.ts'
import { cleanLine } from '#core/kernel/text.ts'
import type { Column, RowReason, Target } from './model.ts'
import { readMoment } from './serial.ts'

/** A row as it is understood: who it is, or why it cannot be taken. */
export interface Reading {
  line: number
  hash: string
  name: string
  phone: string
  email: string
  organisation: string
  wechat: string
  registeredAt: Date | null
  /** The ticket type in the list's own words. */
  ticket: string
  /** What else was given, by heading. */
  answers: Record<string, string>
  /** Why it is not taken; '' when it can be. */
  refused: RowReason | ''
  /** Worth knowing although it is taken. */
  note: RowReason | ''
}

const OFF = /取消|退款|退票|未通过|拒绝|驳回|关闭|作废|无效|失败|不通过|过期|cancel|refund|reject|declin|denied|invalid|expired|void/i
const WAITING = /待|未支付|未付|审核中|候补|排队|pending|unpaid|waiting|waitlist/i

/** What a status says: has a place, has none any more, has none yet. */
export function readStatus(typed: string): 'on' | 'off' | 'waiting' {
  if (OFF.test(typed)) return 'off'
  return WAITING.test(typed) ? 'waiting' : 'on'
}

/** A phone number that a spreadsheet cut to a power of ten: 1.38E+10. */
export function isCutPhone(typed: string): boolean {
  return /^\d(?:\.\d+)?e\+?\d{1,2}$/i.test(typed.normalize('NFKC').trim())
}

/** A mainland number as nearly all are written, without asking the library; '' for nothing, null when it is none. */
function phoneOf(typed: string): string | null {
  if (typed === '') return ''
  return normalisePhone(typed)
}

/** Reads one row by the columns' meanings. Columns of other meanings are kept as answers under their headings. */
export function readRow(
  row: { line: number; hash: string; cells: readonly string[] },
  columns: readonly Pick<Column, 'heading' | 'target'>[],
  timeZone: string,
): Reading {
  const values: Partial<Record<Target, string>> = {}
  const answers: Record<string, string> = {}
  columns.forEach(({ heading, target }, at) => {
    const value = row.cells[at] ?? ''
    if (value === '' || target === 'ignore') return
    if (OWN.has(target)) values[target] ??= value
    else answers[heading] = answers[heading] === undefined ? value : `${answers[heading]} / ${value}`
    if (target === 'status') values.status = value
    if (target === 'quantity') values.quantity = value
    if (target === 'ticket') values.ticket ??= value
  })
  const name = cleanLine(values.name ?? '')
  const typedPhone = values.phone ?? ''
  const typedEmail = values.email ?? ''
  const phone = phoneOf(typedPhone)
  const email = typedEmail === '' ? '' : normaliseEmail(typedEmail)
  const status = readStatus(values.status ?? '')
  const refused = ((): RowReason | '' => {
    if (name === '') return 'no_name'
    if (name.length > 60) return 'long_name'
    if (status === 'off') return 'status_off'
    if (status === 'waiting') return 'status_waiting'
    if (isCutPhone(typedPhone)) return 'cut_phone'
    // A bad number beside a good address is kept as it was typed; without another contact it would be a guess.
    if (phone === null && !email) return 'bad_phone'
    if (email === null && !phone) return 'bad_email'
    return phone || email ? '' : 'no_contact'
  })()
  const [oddPhone, oddEmail] = [phone === null && typedPhone !== '', email === null && typedEmail !== '']
  if (oddPhone) answers[headingOf(columns, 'phone')] = typedPhone
  if (oddEmail) answers[headingOf(columns, 'email')] = typedEmail
  return {
    line: row.line,
    hash: row.hash,
    name,
    phone: phone ?? '',
    email: email ?? '',
    organisation: cleanLine(values.organisation ?? '').slice(0, 120),
    wechat: cleanLine(values.wechat ?? '').slice(0, 60),
    registeredAt: values.registeredAt === undefined ? null : readMoment(values.registeredAt, timeZone),
    ticket: values.ticket ?? '',
    answers,
    refused,
    note: Number(values.quantity ?? 1) > 1 ? 'several_tickets' : oddPhone ? 'phone_as_typed' : oddEmail ? 'email_as_typed' : '',
  }
}

/** Meanings that have a place of their own; all others are answers. */
const OWN: ReadonlySet<Target> = new Set<Target>(['name', 'phone', 'email', 'organisation', 'wechat', 'registeredAt'])

const headingOf = (columns: readonly Pick<Column, 'heading' | 'target'>[], target: Target): string =>
  columns.find((one) => one.target === target)?.heading ?? target

/** What makes a row the same row in another file: its headings and values, in no order, as they are compared. */
export function rowTexts(headings: readonly string[]): (cells: readonly string[]) => string {
  const named = headings.map((heading, at) => ({ at, plain: heading.normalize('NFKC').toLowerCase() }))
  // The order of most rows is that of their headings, which is the same for all; only values of one heading are sorted in each row.
  const groups = [...Map.groupBy(named, ({ plain }) => plain)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([plain, columns]) => ({ begin: `[${JSON.stringify(plain)},`, columns: columns.map(({ at }) => at) }))
  return (cells) => {
    const lines: string[] = []
    for (const { begin, columns } of groups) {
      const values = columns.map((at) => (cells[at] ?? '').normalize('NFKC').trim()).filter((value) => value !== '')
      if (values.length > 1) values.sort()
      for (const value of values) lines.push(`${begin}${JSON.stringify(value)}]`)
    }
    return lines.join('\n')
  }
}
