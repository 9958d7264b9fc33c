import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AGREED, questionKinds, type Answers, type Question } from './model.ts'
import { question } from './questions.testing.ts'
import { checkAnswers, possibleQuestions, visibleQuestions } from './rules.ts'

const options = ['a', 'b', 'c'].map((key) => ({ key, label: { zh: key } }))
const diet = question({ id: 'diet', kind: 'choice', options, required: true })
const other = question({ id: 'other', required: true, shownIf: { questionId: 'diet', anyOf: ['c'] } })
const third = question({ id: 'third', shownIf: { questionId: 'other', anyOf: ['x'] } })
const asked = { typeId: null }
const check = (questions: Question[], raw: Record<string, unknown>, more = {}) => checkAnswers(questions, raw, { ...asked, ...more })
const codes = (result: ReturnType<typeof check>) => (result.ok ? [] : result.issues.map(({ path, code }) => `${path} ${code}`))

describe('which questions are asked', () => {
  test('a condition is met by the answer to a question that is itself asked', () => {
    const keys = (answers: Answers) => visibleQuestions([third, other, diet], answers, asked).map(({ key }) => key)
    expect(keys({})).toEqual(['diet'])
    expect(keys({ diet: 'c' })).toEqual(['diet', 'other'])
    expect(keys({ diet: 'c', other: 'x' })).toEqual(['diet', 'other', 'third'])
    // What was typed before its question went away brings nothing up.
    expect(keys({ diet: 'a', other: 'x' })).toEqual(['diet'])
  })

  test('several choices meet a condition when one of them does; a consent by being given', () => {
    const many = question({ id: 'many', kind: 'choices', options })
    const agree = question({ id: 'agree', kind: 'consent' })
    const first = question({ id: 'first', shownIf: { questionId: 'many', anyOf: ['b', 'c'] } })
    const second = question({ id: 'second', shownIf: { questionId: 'agree', anyOf: [AGREED] } })
    expect(visibleQuestions([many, agree, first, second], { many: ['a', 'c'], agree: true }, asked).length).toBe(4)
    expect(visibleQuestions([many, agree, first, second], { many: ['a'] }, asked).length).toBe(2)
  })

  test('archived ones, those of other ticket types and of the order alone are left out, with what hangs on them', () => {
    const early = question({ id: 'early', kind: 'choice', options, typeIds: ['t1'] })
    const hung = question({ id: 'hung', shownIf: { questionId: 'early', anyOf: ['a'] } })
    const gone = question({ id: 'gone', archivedAt: new Date(0) })
    const order = question({ id: 'order', askedOf: 'order' })
    const all = [early, hung, gone, order]
    const keys = (typeId: string | null, of?: 'person' | 'order') =>
      visibleQuestions(all, { early: 'a' }, { typeId, ...(of ? { of } : {}) }).map(({ key }) => key)
    expect(keys('t1')).toEqual(['early', 'hung', 'order'])
    expect(keys('t2')).toEqual(['order'])
    expect(keys(null)).toEqual(['order'])
    expect(keys('t1', 'person')).toEqual(['early', 'hung'])
    expect(keys('t1', 'order')).toEqual(['order'])
    expect(possibleQuestions(all, { typeId: 't2' }).map(({ key }) => key)).toEqual(['order'])
    expect(possibleQuestions(all, { typeId: 't1' }).map(({ key }) => key)).toEqual(['early', 'hung', 'order'])
  })

  test('a circle asks none of its questions and ends', () => {
    const a = question({ id: 'a', shownIf: { questionId: 'b', anyOf: ['1'] } })
    const b = question({ id: 'b', shownIf: { questionId: 'a', anyOf: ['1'] } })
    expect(visibleQuestions([a, b], { a: '1', b: '1' }, asked)).toEqual([])
  })
})

describe('what is taken as an answer', () => {
  const one = (kind: Question['kind'], raw: unknown, over: Partial<Question> = {}) => {
    const result = check([question({ id: 'q', kind, options, ...over })], { q: raw })
    return result.ok ? result.answers['q'] : codes(result)[0]?.split(' ')[1]
  }

  test.each([
    ['short', '  你好\u202E 👩‍👩‍👧\u0000  x ', '你好 👩‍👩‍👧 x'],
    ['short', ' \u200B ', undefined],
    ['short', '字'.repeat(201), 'field.too_long'],
    ['short', 7, 'field.invalid'],
    ['long', 'a\r\nb \n', 'a\nb'],
    ['long', 'x'.repeat(2001), 'field.too_long'],
    ['choice', 'b', 'b'],
    ['choice', 'z', 'question.option'],
    ['choice', '', undefined],
    ['choices', ['c', 'a', 'c'], ['a', 'c']],
    ['choices', 'b', ['b']],
    ['choices', [], undefined],
    ['choices', ['a', 'z'], 'question.option'],
    ['choices', [{}], 'question.option'],
    ['number', ' １２.５ ', 12.5],
    ['number', '1,200', 1200],
    ['number', '1e9', 'field.number'],
    ['number', Number.NaN, 'field.number'],
    ['number', -0, 0],
    ['date', '2026-02-28', '2026-02-28'],
    ['date', '2026-02-30', 'field.date'],
    ['file', '0192f3a0-0000-7000-8000-0000000000aa cv.pdf', '0192f3a0-0000-7000-8000-0000000000aa'],
    ['file', '../../etc/passwd', 'field.invalid'],
    ['consent', 'on', true],
    ['consent', false, undefined],
    ['consent', 'perhaps', 'field.invalid'],
  ] as const)('%s: %j becomes %j', (kind, raw, expected) => {
    expect(one(kind, raw)).toEqual(expected)
  })

  test('a number keeps to its bounds', () => {
    expect(one('number', '0', { lowest: 1, highest: 5 })).toBe('field.too_small')
    expect(one('number', '6', { lowest: 1, highest: 5 })).toBe('field.too_big')
    expect(one('number', '5', { lowest: 1, highest: 5 })).toBe(5)
  })

  test('what has to be answered is told where it is missing, but not where it is not asked', () => {
    expect(codes(check([diet, other], {}))).toEqual(['answers.diet field.required'])
    expect(check([diet, other], { diet: 'a', other: 'left over' })).toEqual({ ok: true, answers: { diet: 'a' } })
    expect(codes(check([diet, other], { diet: 'c' }, { path: 'seats.2.answers' }))).toEqual(['seats.2.answers.other field.required'])
    expect(codes(check([question({ id: 'ok', kind: 'consent', required: true })], {}))).toEqual(['answers.ok field.consent'])
    expect(check([diet, other], { diet: 'c' }, { lenient: true })).toEqual({ ok: true, answers: { diet: 'c' } })
  })

  test('an unknown key is refused, also those that objects have by themselves; a fault in what is not asked is none', () => {
    expect(codes(check([diet], { diet: 'a', dite: 'a' }))).toEqual(['answers.dite question.unknown'])
    expect(codes(check([diet], { diet: 'a', constructor: 'x' }))).toEqual(['answers.constructor question.unknown'])
    expect(check([diet, other], { diet: 'a', other: 5 })).toEqual({ ok: true, answers: { diet: 'a' } })
  })

  test('an archived question takes nothing, and what handed its key on does not stand in the way', () => {
    const old = question({ id: 'old', key: 'size', kind: 'short', archivedAt: new Date(0) })
    const fresh = question({ id: 'fresh', key: 'size', kind: 'number' })
    expect(check([old], { size: 'L' })).toEqual({ ok: true, answers: {} })
    expect(check([old, fresh], { size: '4' })).toEqual({ ok: true, answers: { size: 4 } })
    expect(check([fresh, old], { size: '4' })).toEqual({ ok: true, answers: { size: 4 } })
  })
})

/** Forms of up to eight questions that hang on one another anyhow, circles too, with answers of any shape. */
const forms = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...questionKinds),
      required: fc.boolean(),
      archived: fc.boolean(),
      type: fc.subarray(['t1', 't2']),
      of: fc.constantFrom('person' as const, 'order' as const),
      on: fc.option(fc.nat(7), { nil: null }),
      anyOf: fc.subarray(['a', 'b', 'c', AGREED, '1', '2'], { minLength: 1 }),
      position: fc.nat(3),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((drawn) =>
    drawn.map((one, n) =>
      question({
        id: `q${n}`,
        kind: one.kind,
        options,
        required: one.required,
        archivedAt: one.archived ? new Date(0) : null,
        typeIds: one.type,
        askedOf: one.of,
        position: one.position,
        shownIf: one.on !== null && one.on < drawn.length ? { questionId: `q${one.on}`, anyOf: one.anyOf } : null,
      }),
    ),
  )
const typed = fc.oneof(
  fc.constantFrom<unknown>('a', 'b', 'c', 'on', '1', '2', ['a', 'b'], ['c'], '2026-12-05', 3, true, false, null, ''),
  fc.string(),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.double(),
)
const raws = fc.dictionary(fc.constantFrom('q0', 'q1', 'q2', 'q3', 'q4', 'q5', 'q6', 'q7'), typed)
const askers = fc.record({
  typeId: fc.constantFrom(null, 't1', 't2'),
  of: fc.constantFrom('person' as const, 'order' as const, 'both' as const),
})
/** Only keys that the form has. */
const within = (questions: readonly Question[], raw: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(raw).filter(([key]) => questions.some((one) => one.key === key)))

describe('for any form and any answers', () => {
  test('nothing is kept or missed of a question that is not asked', () => {
    fc.assert(
      fc.property(forms, raws, askers, (questions, raw, who) => {
        const lenient = checkAnswers(questions, within(questions, raw), { ...who, lenient: true })
        if (!lenient.ok) {
          for (const { path } of lenient.issues) {
            const one = questions.find(({ key }) => path === `answers.${key}`)
            expect(one && possibleQuestions(questions, who).includes(one)).toBe(true)
          }
          return
        }
        const visible = visibleQuestions(questions, lenient.answers, who)
        for (const key of Object.keys(lenient.answers)) expect(visible.some((one) => one.key === key)).toBe(true)
        for (const { key, archivedAt, typeIds, askedOf } of visible) {
          expect(archivedAt).toBeNull()
          expect(typeIds.length === 0 || typeIds.includes(who.typeId ?? ''), key).toBe(true)
          expect(who.of === 'both' || askedOf === who.of).toBe(true)
        }
      }),
    )
  })

  test('the order in which questions are handed in does not matter', () => {
    fc.assert(
      fc.property(forms, raws, askers, fc.integer(), (questions, raw, who, seed) => {
        const shuffled = questions
          .map((one, n) => ({ one, at: Math.sin(seed + n) }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one)
        const inputs = within(questions, raw)
        expect(checkAnswers(shuffled, inputs, who)).toEqual(checkAnswers(questions, inputs, who))
        const answers = { q0: 'a', q1: ['b'], q2: true, q3: 1 } as const
        const plain: Answers = { ...answers, q1: ['b'] }
        expect(visibleQuestions(shuffled, plain, who)).toEqual(visibleQuestions(questions, plain, who))
      }),
    )
  })

  test('what came out goes in again unchanged', () => {
    fc.assert(
      fc.property(forms, raws, askers, (questions, raw, who) => {
        const once = checkAnswers(questions, within(questions, raw), who)
        if (once.ok) expect(checkAnswers(questions, once.answers, who)).toEqual(once)
      }),
    )
  })
})
