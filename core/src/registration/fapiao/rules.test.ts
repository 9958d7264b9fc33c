import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isKaichangError } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { fapiaoStates, titleSchema, type TitleInput } from './model.ts'
import { gbkBytes, invoiceable, isCreditCode, isToBeReversed, isTooMuch, mayMove } from './rules.ts'

function faultsOf(input: TitleInput): string[] {
  try {
    parseInput(titleSchema, input)
    return []
  } catch (error) {
    if (!isKaichangError(error)) throw error
    return error.issues.map((issue) => `${issue.path} ${issue.code}`)
  }
}
const company: TitleInput = { titleType: 'company', title: '深圳市腾讯计算机系统有限公司', taxId: '9144030071526726XG' }

describe('the credit code', () => {
  test('holds with its check character, and no single character can be mistyped', () => {
    expect(isCreditCode('9144030071526726XG')).toBe(true)
    const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
    fc.assert(
      fc.property(fc.nat(17), fc.constantFrom(...alphabet), (at, character) => {
        const code = '9144030071526726XG'
        const typed = code.slice(0, at) + character + code.slice(at + 1)
        expect(isCreditCode(typed)).toBe(typed === code)
      }),
    )
    for (const wrong of ['', '91440300', '9144030071526726XI', '９144030071526726XG']) expect(isCreditCode(wrong)).toBe(false)
  })

  test('has exactly one check character for any seventeen', () => {
    const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...alphabet), { minLength: 17, maxLength: 17 }), (characters) => {
        const body = characters.join('')
        expect([...alphabet].filter((last) => isCreditCode(body + last))).toHaveLength(1)
      }),
    )
  })
})

describe('title data', () => {
  test('of companies, public bodies and persons', () => {
    expect(faultsOf(company)).toEqual([])
    expect(faultsOf({ ...company, taxId: ' 9144 0300-7152 6726xg ' })).toEqual([])
    expect(faultsOf({ titleType: 'person', title: '王小明' })).toEqual([])
    expect(faultsOf({ titleType: 'public', title: '某市图书馆' })).toEqual([])
    expect(faultsOf({ ...company, taxId: '' })).toEqual(['taxId field.tax_id_needed'])
    expect(faultsOf({ ...company, taxId: '9144030071526726XH' })).toEqual(['taxId field.tax_id_check'])
    for (const taxId of ['12345678901234', '123456789012345678901', '12345678901234税'])
      expect(faultsOf({ ...company, taxId })).toEqual(['taxId field.tax_id'])
    expect(faultsOf({ ...company, taxId: '123456789012345' })).toEqual([])
    expect(faultsOf({ titleType: 'company', title: '', taxId: '' })).toEqual(['title field.required', 'taxId field.tax_id_needed'])
  })

  test('a special invoice goes to organisations with a number only', () => {
    expect(faultsOf({ ...company, kind: 'special' })).toEqual([])
    expect(faultsOf({ titleType: 'person', title: '王小明', kind: 'special' })).toEqual([
      'kind field.special_company',
      'taxId field.tax_id_needed',
    ])
    expect(faultsOf({ titleType: 'public', title: '某市图书馆', kind: 'special' })).toEqual(['taxId field.tax_id_needed'])
  })

  test('fits the bytes of the tax bureau’s forms', () => {
    expect([gbkBytes('a1'), gbkBytes('税'), gbkBytes('𠮷'), gbkBytes('（')]).toEqual([2, 2, 4, 2])
    expect(faultsOf({ ...company, title: '税'.repeat(50) })).toEqual([])
    expect(faultsOf({ ...company, title: '税'.repeat(51) })).toEqual(['title field.gbk_bytes'])
    expect(faultsOf({ ...company, address: '路'.repeat(44), phone: '0755-86013388' })).toEqual(['address field.gbk_bytes'])
    expect(faultsOf({ ...company, bank: '行'.repeat(45), account: '62220200' })).toEqual([])
    expect(faultsOf({ ...company, bank: '行'.repeat(45), account: '62220200112' })).toEqual(['bank field.gbk_bytes'])
    // Nothing of it is reckoned by a spreadsheet later; nothing hidden gets in.
    expect(faultsOf({ ...company, account: '=1+1' })).toEqual(['account field.invalid'])
  })
})

test('states: only forward, back only before anything was issued', () => {
  const legal = fapiaoStates.flatMap((from) => fapiaoStates.filter((to) => mayMove(from, to)).map((to) => `${from} ${to}`))
  expect(legal).toEqual([
    'asked issuing',
    'asked issued',
    'asked refused',
    'issuing asked',
    'issuing issued',
    'issuing refused',
    'issued reversed',
  ])
})

test('only money that is here and stays can be invoiced', () => {
  const refund = (state: string) => ({ state, amountFen: 300 })
  expect(invoiceable({ paidFen: 1000 }, [])).toBe(1000)
  expect(['asked', 'due', 'sent', 'failed', 'done', 'refused'].map((state) => invoiceable({ paidFen: 1000 }, [refund(state)]))).toEqual([
    700, 700, 700, 700, 1000, 1000,
  ])
  expect(invoiceable({ paidFen: 100 }, [refund('due')])).toBe(0)
  expect(isToBeReversed({ state: 'issued', amountFen: 1000 }, 700)).toBe(true)
  expect(isToBeReversed({ state: 'asked', amountFen: 1000 }, 700)).toBe(false)
  expect(
    (['asked', 'issuing', 'issued', 'reversed', 'refused'] as const).filter((state) => isTooMuch({ state, amountFen: 1000 }, 700)),
  ).toEqual(['asked', 'issuing'])
  expect(isTooMuch({ state: 'asked', amountFen: 1000 }, 1000)).toBe(false)
})
