import type { Question, QuestionInput } from './model.ts'

/** A question as its editor says it, for tests; every field may be overridden. */
export function questionInput(over: Partial<QuestionInput> = {}): QuestionInput {
  return {
    key: 'diet',
    kind: 'choice',
    label: { zh: '吃什么', en: 'What do you eat' },
    options: [
      { key: 'all', label: { zh: '都吃', en: 'Everything' } },
      { key: 'veg', label: { zh: '素食', en: 'Vegetarian' } },
      { key: 'other', label: { zh: '其他', en: 'Other' } },
    ],
    purpose: { zh: '给午餐供应商报人数', en: 'To order lunch' },
    keepDays: 7,
    ...over,
  }
}

/** A question as it is stored, for tests of the rules. */
export function question(over: Partial<Question> & { id: string }): Question {
  return {
    communityId: '00000000-0000-7000-8000-000000000001',
    eventId: '00000000-0000-7000-8000-000000000002',
    key: over.id,
    kind: 'short',
    label: { zh: over.id },
    help: {},
    options: [],
    lowest: null,
    highest: null,
    unit: {},
    required: false,
    purpose: { zh: '用途' },
    keepDays: 30,
    keepReason: {},
    askedOf: 'person',
    shownIf: null,
    typeIds: [],
    position: 0,
    archivedAt: null,
    revision: 1,
    ...over,
  }
}
