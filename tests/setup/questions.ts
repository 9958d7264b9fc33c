import { addQuestion } from '@kaichang/core/registration/questions/actions.ts'
import type { QuestionInput } from '@kaichang/core/registration/questions/model.ts'
import type { Context } from '@kaichang/core/store/context.ts'

const options: QuestionInput['options'] = [
  { key: 'all', label: { zh: '都吃', en: 'Everything' } },
  { key: 'veg', label: { zh: '素食', en: 'Vegetarian' } },
  { key: 'other', label: { zh: '有忌口', en: 'Something else' } },
]
const base = { purpose: { zh: '给午餐供应商报人数，不转给别人', en: 'To order lunch; passed on to nobody else' }, keepDays: 7 }

/** Asks one question of each kind, and one that hangs on the first; returns the first one's id. */
export async function askAll(ctx: Context, communityId: string, eventId: string): Promise<string> {
  const ask = (input: Omit<QuestionInput, 'purpose' | 'keepDays'>) => addQuestion(ctx, communityId, eventId, { ...base, ...input })
  const diet = await ask({
    key: 'diet',
    kind: 'choice',
    label: { zh: '午餐吃什么', en: 'What do you eat at lunch' },
    options,
    required: true,
  })
  await ask({
    key: 'allergy',
    kind: 'short',
    label: { zh: '忌口是什么', en: 'What can you not eat' },
    help: { zh: '例如花生、牛奶', en: 'Such as peanuts or milk' },
    required: true,
    shownIf: { questionId: diet, anyOf: ['other'] },
  })
  await ask({
    key: 'topics',
    kind: 'choices',
    label: { zh: '想听什么', en: 'What would you like to hear' },
    options: [
      { key: 'ai', label: { zh: '机器学习', en: 'Machine learning' } },
      { key: 'web', label: { zh: '网站开发', en: 'Web development' } },
      { key: 'ops', label: { zh: '运维', en: 'Operations' } },
    ],
  })
  await ask({
    key: 'years',
    kind: 'number',
    label: { zh: '写程序几年了', en: 'Years of programming' },
    lowest: 0,
    highest: 60,
    unit: { zh: '年', en: 'years' },
  })
  await ask({ key: 'arrival', kind: 'date', label: { zh: '哪天到', en: 'Day of arrival' } })
  await ask({ key: 'hope', kind: 'long', label: { zh: '希望带走什么', en: 'What do you hope to take home' } })
  await ask({
    key: 'card',
    kind: 'file',
    label: { zh: '学生证', en: 'Student card' },
    help: { zh: '学生票要看一眼', en: 'For the student ticket' },
  })
  await ask({
    key: 'insurance',
    kind: 'consent',
    label: { zh: '同意用于购买活动保险', en: 'May be used to insure the event' },
    askedOf: 'order',
  })
  return diet
}
