import type { Issue } from '#core/kernel/errors.ts'
import { shortCode } from '#core/kernel/ids.ts'
import type { Random } from '#core/kernel/random.ts'
import type { SourceRow } from '../import/model.ts'
import { codeSchema, MOST_CODES, type Voucher } from './model.ts'

/** Letters and digits drawn for a code: 28^10 are 3·10^14, so that a million guesses at ten thousand codes find one in 30,000. */
const DRAWN = 10

/** A code that nobody guesses, behind a word that says what it is for. */
export const drawCode = (random: Random, prefix: string): string =>
  prefix === '' ? shortCode(random, DRAWN) : `${prefix}-${shortCode(random, DRAWN)}`

/** Where a voucher stands at a moment. */
export type VoucherState = 'retired' | 'over' | 'used' | 'early' | 'live'

/** A voucher that has ended or is used up needs no retiring. */
export function voucherState(
  voucher: Pick<Voucher, 'retiredAt' | 'validFrom' | 'validUntil' | 'used' | 'maxUses'>,
  now: Date,
): VoucherState {
  if (voucher.retiredAt !== null) return 'retired'
  if (voucher.validUntil !== null && voucher.validUntil <= now) return 'over'
  if (voucher.used >= voucher.maxUses) return 'used'
  return voucher.validFrom !== null && now < voucher.validFrom ? 'early' : 'live'
}

/** A code that came from elsewhere. */
export interface Given {
  line: number
  code: string
  maxUses: number | null
  note: string
}

const HEADS = {
  code: /^(code|voucher|优惠码|兑换码|码|代码)$/i,
  uses: /^(uses|max_uses|times|次数|可用次数)$/i,
  note: /^(note|memo|备注|说明)$/i,
}

/**
 * Codes of a table: a first row of known headings says which column is what, else the first column holds the codes, the
 * second how often each serves, the third a note. Every line that cannot be taken is named with its reason; `known` are
 * codes that the event has. Empty lines are passed over.
 */
export function readCodes(rows: readonly SourceRow[], known: ReadonlySet<string>): { given: Given[]; issues: Issue[] } {
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ''))
  const head = filled[0]?.cells ?? []
  const headed = head.some((cell) => HEADS.code.test(cell))
  const column = (name: keyof typeof HEADS, otherwise: number): number =>
    headed ? head.findIndex((cell) => HEADS[name].test(cell)) : otherwise
  const [code, uses, note] = [column('code', 0), column('uses', 1), column('note', 2)]
  const body = headed ? filled.slice(1) : filled
  if (body.length === 0) return { given: [], issues: [{ path: 'file', code: 'registration.voucher_none' }] }
  if (body.length > MOST_CODES) return { given: [], issues: [{ path: 'file', code: 'field.too_big', params: { maximum: MOST_CODES } }] }
  const given: Given[] = []
  const issues: Issue[] = []
  const lines = new Map<string, number>()
  for (const { line, cells } of body) {
    const wrong = (fault: Issue['code'], params: Issue['params'] = {}): void =>
      void issues.push({ path: `line.${line}`, code: fault, params })
    const read = codeSchema.safeParse(cells[code] ?? '')
    const typed = cells[uses] ?? ''
    const maxUses = typed === '' ? null : Number(typed)
    if (!read.success) wrong('registration.voucher_code')
    else if (known.has(read.data)) wrong('registration.voucher_taken', { code: read.data })
    else if (lines.has(read.data)) wrong('registration.voucher_line_twice', { line: lines.get(read.data) })
    else if (maxUses !== null && !(Number.isInteger(maxUses) && maxUses >= 1 && maxUses <= 100_000)) wrong('field.number')
    else {
      lines.set(read.data, line)
      given.push({ line, code: read.data, maxUses, note: (cells[note] ?? '').slice(0, 120) })
    }
  }
  return { given, issues }
}
