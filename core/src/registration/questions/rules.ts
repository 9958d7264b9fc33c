import type { ErrorCode, Issue } from '#core/kernel/errors.ts'
import { cleanLine, cleanLines } from '#core/kernel/text.ts'
import { AGREED, LONGEST, type Answers, type AnswerValue, type AskedOf, type GivenAnswer, type Question } from './model.ts'

/** Where and by whom answers are given. */
export interface Asked {
  /** The ticket type of the seat; null: an event without types. */
  typeId: string | null
  /** Only the questions of each person, or only those of the order; both for somebody who comes alone. */
  of?: AskedOf | 'both'
  /** Staff who fill in for others may leave open what others have to answer. */
  lenient?: boolean
  /** What stands before a question's key in an issue's path; `answers` by default. */
  path?: string
}

/** Questions in the order in which they are asked. */
export function inOrder<Q extends Pick<Question, 'position' | 'id'>>(questions: readonly Q[]): Q[] {
  return [...questions].sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))
}

/**
 * Which questions are asked, in their order, given what is answered so far (by key): none that is archived, that is for
 * other ticket types, or whose condition is not met by an answer to a question that is itself asked.
 */
export function visibleQuestions(questions: readonly Question[], answers: Readonly<Answers>, asked: Asked): Question[] {
  const byId = new Map(questions.map((question) => [question.id, question]))
  const known = new Map<string, boolean>()
  const isAsked = (question: Question): boolean => {
    const before = known.get(question.id)
    if (before !== undefined) return before
    // While it is being decided, a question that hangs on itself counts as not asked.
    known.set(question.id, false)
    const source = question.shownIf ? byId.get(question.shownIf.questionId) : undefined
    const met = question.shownIf === null || (source !== undefined && isAsked(source) && meets(answers[source.key], question.shownIf.anyOf))
    const result = met && isFor(question, asked)
    known.set(question.id, result)
    return result
  }
  return inOrder(questions.filter(isAsked))
}

/** Live, and for this ticket type and this asker; conditions aside. */
export function isFor(question: Question, { typeId, of = 'both' }: Asked): boolean {
  if (question.archivedAt !== null || (of !== 'both' && question.askedOf !== of)) return false
  return question.typeIds.length === 0 || (typeId !== null && question.typeIds.includes(typeId))
}

/** The questions of a form before anything is answered: those that some answers would bring up, in their order. */
export function possibleQuestions(questions: readonly Question[], asked: Asked): Question[] {
  const fits = (question: Question): boolean => isFor(question, asked)
  const possible = new Map(questions.filter(fits).map((question) => [question.id, question]))
  for (let before = -1; before !== possible.size;) {
    before = possible.size
    for (const { id, shownIf } of possible.values()) if (shownIf && !possible.has(shownIf.questionId)) possible.delete(id)
  }
  return inOrder([...possible.values()])
}

function meets(answer: AnswerValue | undefined, anyOf: readonly string[]): boolean {
  if (answer === undefined) return false
  const values = answer === true ? [AGREED] : Array.isArray(answer) ? answer : [String(answer)]
  return values.some((value) => anyOf.includes(value))
}

/** What became of raw answers: cleaned and by key, or one issue per faulty field. */
export type Checked = { ok: true; answers: Answers } | { ok: false; issues: Issue[] }

/**
 * Holds raw answers (by key) against the questions. Answers to questions that are not asked are dropped, so that a form
 * may send what it hid; an unknown key is refused. What comes out goes in again unchanged.
 */
export function checkAnswers(questions: readonly Question[], raw: Readonly<Record<string, unknown>>, asked: Asked): Checked {
  const path = asked.path ?? 'answers'
  const issues: Issue[] = []
  const at = (key: string, fault: Omit<Issue, 'path'>): void => void issues.push({ path: `${path}.${key}`, ...fault })
  const keys = new Set(questions.map((question) => question.key))
  for (const key of Object.keys(raw)) if (!keys.has(key)) at(key, { code: 'question.unknown', params: { key: cleanLine(key) } })
  // Only live questions own their key: an archived one may have handed it on.
  const live = questions.filter((question) => question.archivedAt === null)
  const read = new Map(
    live.map((question) => [question.key, readAnswer(question, Object.hasOwn(raw, question.key) ? raw[question.key] : undefined)]),
  )
  const candidates: Answers = {}
  for (const [key, one] of read) if (one.value !== undefined) candidates[key] = one.value
  const answers: Answers = {}
  for (const question of visibleQuestions(live, candidates, asked)) {
    const { value, fault } = read.get(question.key) ?? {}
    if (fault) at(question.key, fault)
    else if (value !== undefined) answers[question.key] = value
    else if (question.required && asked.lenient !== true)
      at(question.key, { code: question.kind === 'consent' ? 'field.consent' : 'field.required' })
  }
  return issues.length > 0 ? { ok: false, issues } : { ok: true, answers }
}

interface Read {
  value?: AnswerValue
  fault?: Omit<Issue, 'path'>
}

const fault = (code: ErrorCode, params?: Readonly<Record<string, unknown>>): Read => ({ fault: params ? { code, params } : { code } })
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** One raw answer by its question's kind; neither value nor fault: nothing was answered. */
function readAnswer(question: Question, raw: unknown): Read {
  if (raw === undefined || raw === null || raw === '') return {}
  switch (question.kind) {
    case 'consent':
      if (raw === true || raw === 'on' || raw === 'true' || raw === '1' || raw === AGREED) return { value: true }
      return raw === false || raw === 'false' || raw === '0' ? {} : fault('field.invalid')
    case 'choices':
      return readChoices(question, raw)
    case 'number':
      return readNumber(question, raw)
    default:
      return typeof raw === 'string' ? readText(question, raw) : fault('field.invalid')
  }
}

function readText(question: Question, raw: string): Read {
  const text = question.kind === 'long' ? cleanLines(raw) : cleanLine(raw)
  if (text === '') return {}
  switch (question.kind) {
    case 'choice':
      return question.options.some((option) => option.key === text) ? { value: text } : fault('question.option')
    case 'date':
      return isDay(text) ? { value: text } : fault('field.date')
    case 'file': {
      // A form that comes back sends the file's name after its id, so that it can be shown again.
      const id = text.split(' ', 1)[0] ?? ''
      return UUID.test(id) ? { value: id } : fault('field.invalid')
    }
    default: {
      const maximum = question.kind === 'long' ? LONGEST.long : LONGEST.short
      return text.length <= maximum ? { value: text } : fault('field.too_long', { maximum })
    }
  }
}

function readChoices({ options }: Question, raw: unknown): Read {
  const chosen: unknown[] = Array.isArray(raw) ? raw : [raw]
  const keys = options.map((option) => option.key)
  const picked = chosen.filter((one) => one !== '')
  if (picked.some((one) => typeof one !== 'string' || !keys.includes(one))) return fault('question.option')
  // In the options' own order, each once: the same choice is the same answer.
  const value = keys.filter((key) => picked.includes(key))
  return value.length > 0 ? { value } : {}
}

function readNumber({ lowest, highest }: Question, raw: unknown): Read {
  const typed = typeof raw === 'string' ? cleanLine(raw.normalize('NFKC')).replaceAll(',', '') : raw
  if (typed === '') return {}
  const value =
    typeof typed === 'number' ? typed : typeof typed === 'string' && /^-?\d{1,15}(\.\d{1,10})?$/.test(typed) ? Number(typed) : Number.NaN
  if (!Number.isFinite(value)) return fault('field.number')
  if (lowest !== null && value < lowest) return fault('field.too_small', { minimum: lowest })
  if (highest !== null && value > highest) return fault('field.too_big', { maximum: highest })
  // There is no −0 in JSON.
  return { value: value === 0 ? 0 : value }
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** Checked answers as they are written, by their questions' ids. */
export function givenAnswers(questions: readonly Question[], answers: Readonly<Answers>): GivenAnswer[] {
  return questions.flatMap((question) => {
    const value = question.archivedAt === null ? answers[question.key] : undefined
    return value === undefined ? [] : [{ questionId: question.id, value, file: question.kind === 'file' }]
  })
}

/** When the answers to a question go: by its own time, without a reason never after all else about the attendees. */
export function answersEnd(question: Pick<Question, 'keepDays' | 'keepReason'>, event: { endsAt: Date; retentionDays: number }): Date {
  const { keepDays, keepReason } = question
  const days = keepReason.zh || keepReason.en ? keepDays : Math.min(keepDays, event.retentionDays)
  return new Date(event.endsAt.getTime() + days * 86_400_000)
}
