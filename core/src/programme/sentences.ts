import type { Text } from '#core/kernel/text.ts'
import type { Session } from './model.ts'

const NAMES: Readonly<Record<string, Required<Text>>> = {
  title: { zh: '标题', en: 'title' },
  kind: { zh: '类型', en: 'kind' },
  abstract: { zh: '介绍', en: 'description' },
  level: { zh: '难度', en: 'level' },
  language: { zh: '语言', en: 'language' },
  slidesUrl: { zh: '幻灯片链接', en: 'slides' },
  note: { zh: '备注', en: 'note' },
  mayRecord: { zh: '录制许可', en: 'permission to record' },
  hallId: { zh: '会场', en: 'hall' },
  startsAt: { zh: '时间', en: 'time' },
  minutes: { zh: '时长', en: 'length' },
  state: { zh: '状态', en: 'state' },
}

/** What an edit changed, as the end of a sentence: 改了时间、标题; a length is said with its figures. */
export function whatChanged(before: Partial<Omit<Session, 'speakers'>>, after: Pick<Session, 'minutes'>): Text {
  const fields = Object.keys(before)
  const zh = fields.map((field) => NAMES[field]?.zh ?? field).join('、')
  const en = fields.map((field) => NAMES[field]?.en ?? field).join(', ')
  if (fields.length === 1 && before.minutes !== undefined) {
    return { zh: `从 ${before.minutes} 分钟改为 ${after.minutes} 分钟`, en: `${after.minutes} minutes instead of ${before.minutes}` }
  }
  return { zh: `改了${zh}`, en: `changed ${en}` }
}
