import { describe, expect, test } from 'vitest'
import { changeOf, findFaults, hangingOn, moved } from './edit.rules.ts'
import { questionSchema } from './model.ts'
import { question, questionInput } from './questions.testing.ts'

const values = (over: Parameters<typeof questionInput>[0] = {}) => questionSchema.parse(questionInput(over))
const [A, B, C] = ['0192f3a0-0000-7000-8000-00000000000a', '0192f3a0-0000-7000-8000-00000000000b', '0192f3a0-0000-7000-8000-00000000000c']
const options = [
  { key: 'x', label: {} },
  { key: 'y', label: {} },
]
const faults = (input: ReturnType<typeof values>, others: ReturnType<typeof question>[], id: string | null = null) =>
  findFaults(input, { id, others, retentionDays: 180, locale: 'zh' }).map(({ path, code }) => `${path} ${code}`)

describe('a question beside its neighbours', () => {
  test('its key is its own, longer keeping has a reason', () => {
    expect(faults(values(), [])).toEqual([])
    expect(faults(values(), [question({ id: A, key: 'diet' })])).toEqual(['key question.key_taken'])
    expect(faults(values({ keepDays: 181 }), [])).toEqual(['keepReason.zh question.keep_reason'])
    expect(faults(values({ keepDays: 181, keepReason: { en: 'insurance' } }), [])).toEqual([])
    expect(faults(values({ keepDays: 180 }), [])).toEqual([])
  })

  test('a condition names options of a live question that asks the same people', () => {
    const source = question({ id: A, kind: 'choice', options })
    const hung = (anyOf: string[], over = {}) => values({ shownIf: { questionId: A, anyOf }, ...over })
    expect(faults(hung(['x', 'y']), [source])).toEqual([])
    expect(faults(hung(['z']), [source])).toEqual(['shownIf question.condition'])
    expect(faults(hung(['x']), [])).toEqual(['shownIf question.condition'])
    expect(faults(hung(['x'], { askedOf: 'order' }), [source])).toEqual(['shownIf question.condition'])
    expect(faults(hung(['yes']), [question({ id: A, kind: 'consent' })])).toEqual([])
    expect(faults(hung(['x']), [question({ id: A, kind: 'short' })])).toEqual(['shownIf question.condition'])
  })

  test('conditions chain but do not circle, however long the way round', () => {
    const b = question({ id: B, kind: 'choice', options, shownIf: { questionId: A, anyOf: ['x'] } })
    const c = question({ id: C, kind: 'choice', options, shownIf: { questionId: B, anyOf: ['x'] } })
    const onC = values({ shownIf: { questionId: C, anyOf: ['x'] } })
    expect(faults(onC, [b, c], A)).toEqual(['shownIf question.circle'])
    expect(faults(onC, [b, c])).toEqual([])
    expect(faults(values({ shownIf: { questionId: B, anyOf: ['x'] } }), [b], A)).toEqual(['shownIf question.circle'])
  })

  test('what hangs on a value that goes is found', () => {
    const b = question({ id: B, shownIf: { questionId: A, anyOf: ['x'] } })
    expect(hangingOn(A, [b])).toEqual([b])
    expect(hangingOn(A, [b], ['x'])).toEqual([])
  })
})

describe('a change to a question', () => {
  const before = question({ id: A, ...values(), key: 'diet' })
  test.each([
    ['words', { label: { zh: '吃点啥' }, help: { zh: '随便' } }, 'edit'],
    ['required', { required: true }, 'edit'],
    ['a shorter keeping', { keepDays: 3 }, 'edit'],
    ['one more option', { options: [...before.options, { key: 'halal', label: { zh: '清真' } }] }, 'edit'],
    ['one option less', { options: before.options.slice(1) }, 'version'],
    ['another kind', { kind: 'choices' }, 'version'],
    ['another purpose', { purpose: { zh: '发给赞助商' } }, 'version'],
    ['a longer keeping', { keepDays: 8 }, 'version'],
    ['other people', { askedOf: 'order' }, 'version'],
  ] as const)('%s', (_what, over, expected) => {
    const after = values(over as Parameters<typeof values>[0])
    expect(changeOf(before, after, 3)).toBe(expected)
    expect(changeOf(before, after, 0)).toBe('edit')
  })

  test('moving stops at the ends', () => {
    expect(moved(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c'])
    expect(moved(['a', 'b', 'c'], 'b', 1)).toEqual(['a', 'c', 'b'])
    expect(moved(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c'])
    expect(moved(['a', 'b', 'c'], 'z', 1)).toEqual(['a', 'b', 'c'])
  })
})
