import { KaichangError, isKaichangError } from '@kaichang/core/kernel/errors.ts'
import { pickText, slugify, type Locale } from '@kaichang/core/kernel/text.ts'
import { parseInput } from '@kaichang/core/kernel/validation.ts'
import { addQuestion, archiveQuestion, editQuestion, moveQuestion, openQuestions } from '@kaichang/core/registration/questions/actions.ts'
import { valuesToHangOn } from '@kaichang/core/registration/questions/edit.rules.ts'
import { AGREED, questionSchema, type Question, type QuestionValues } from '@kaichang/core/registration/questions/model.ts'
import { answersEnd, inOrder } from '@kaichang/core/registration/questions/rules.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { presentQuestions } from '#lib/server/questions.ts'
import { readOpened, readText } from '#lib/server/read.ts'
import type { Actions, PageServerLoad } from './$types'
import { parseOptions, showOptions } from './options.server.ts'

export const load: PageServerLoad = async (request) => {
  const { ctx, communityId, eventId, event, locale } = await placeOf(request)
  const { questions, types } = await openQuestions(ctx, communityId, eventId)
  const live = questions.filter((one) => one.archivedAt === null)
  const typeNames = new Map(types.map(({ id, name }) => [id, pickText(name, locale)]))
  const shown = new Map(presentQuestions(live, locale, event).map((one) => [one.key, one]))
  const present = (question: (typeof questions)[number]) => ({
    id: question.id,
    key: question.key,
    kind: question.kind,
    label: pickText(question.label, locale),
    purpose: pickText(question.purpose, locale),
    keepReason: pickText(question.keepReason, locale),
    keepDays: question.keepDays,
    endsAt: answersEnd(question, event),
    required: question.required,
    askedOf: question.askedOf,
    types: question.typeIds.map((id) => typeNames.get(id) ?? '…'),
    options: question.options.map((option) => pickText(option.label, locale)),
    shownIf: question.archivedAt ? null : (shown.get(question.key)?.shownIf ?? null),
    answered: question.answered,
  })
  const editing = live.find((one) => one.id === request.url.searchParams.get('edit'))
  return {
    questions: inOrder(live).map(present),
    archived: questions.filter((one) => one.archivedAt !== null).map(present),
    preview: [...shown.values()],
    editing: editing ? { ...editing, options: showOptions(editing.options) } : null,
    adding: request.url.searchParams.has('add'),
    done: request.url.searchParams.get('done'),
    types: [...typeNames].map(([value, label]) => ({ value, label })),
    // Each option of each question that another one can hang on.
    conditions: live.filter((one) => one.id !== editing?.id).flatMap((one) => conditionsOf(one, locale)),
    retentionDays: event.retentionDays,
    timeZone: event.timeZone,
  }
}

function conditionsOf(question: Question, locale: Locale): { value: string; label: string }[] {
  const label = pickText(question.label, locale)
  return valuesToHangOn(question).map((value) => {
    const option = question.options.find((one) => one.key === value)
    const words = value === AGREED && !option ? '✓' : pickText(option?.label, locale)
    return { value: `${question.id} ${value}`, label: `${label} · ${words}` }
  })
}

export const actions: Actions = {
  add: (request) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      const values = readQuestion(sent, place.locale)
      await placing(() => addQuestion(place.ctx, place.communityId, place.eventId, values, { requestKey: sent.key, locale: place.locale }))
      goOn(pathOf(place), 'added')
    }),
  edit: (request) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      const values = { ...readQuestion(sent, place.locale), ...readOpened(sent) }
      const done = await placing(() => editQuestion(place.ctx, place.communityId, place.eventId, sent.text('id'), values, place))
      goOn(pathOf(place), done)
    }),
  archive: (request) =>
    submit(request, async ({ text }) => {
      const place = await placeOf(request)
      const done = await archiveQuestion(place.ctx, place.communityId, place.eventId, text('id'), place)
      goOn(pathOf(place), done === 'removed' ? 'removed' : 'put_away')
    }),
  up: (request) => submit(request, (sent) => move(request, sent, -1)),
  down: (request) => submit(request, (sent) => move(request, sent, 1)),
}

const pathOf = ({ base }: Place): string => `${base}/registration/questions`

async function move(request: Parameters<typeof placeOf>[0], { text }: Sent, by: -1 | 1): Promise<never> {
  const place = await placeOf(request)
  await moveQuestion(place.ctx, place.communityId, place.eventId, text('id'), by)
  goOn(`${pathOf(place)}#q-${text('id')}`, 'moved')
}

/** What the form says, still to be checked by the core; options and condition are told in fields of their own shape. */
function readQuestion(sent: Sent, locale: Locale): QuestionValues {
  const { text, data } = sent
  const list = (name: string): string[] => {
    const value = data[name]
    return Array.isArray(value) ? value.map(String) : []
  }
  const label = readText(sent, 'label')
  const chosen = list('shownIf').map((one) => one.split(' '))
  const [source = ''] = chosen[0] ?? []
  const oneQuestion = chosen.every(([id]) => id === source)
  return placingSync(() =>
    parseInput(questionSchema, {
      key:
        text('key') ||
        slugify(label.en, 40) ||
        `q${(sent.key ?? '0')
          .slice(0, 6)
          .toLowerCase()
          .replace(/[^a-z0-9]/g, '')}`,
      kind: text('kind'),
      label,
      help: readText(sent, 'help'),
      options: parseOptions(text('options'), locale),
      lowest: text('lowest'),
      highest: text('highest'),
      unit: readText(sent, 'unit'),
      required: text('required'),
      purpose: readText(sent, 'purpose'),
      keepDays: text('keepDays'),
      keepReason: readText(sent, 'keepReason'),
      askedOf: text('askedOf') || 'person',
      // Options of two questions are no condition; the core says so where it looks for the values.
      shownIf: chosen.length === 0 ? null : { questionId: source, anyOf: oneQuestion ? chosen.map(([, value = '']) => value) : [''] },
      typeIds: list('typeIds'),
    }),
  )
}

/** Faults inside a list are told at the field in which the list is typed. */
function atFields(error: unknown): unknown {
  if (!isKaichangError(error, 'input.invalid')) return error
  const issues = error.issues.map((issue) => ({ ...issue, path: issue.path.replace(/^(options|shownIf|typeIds)\..*/, '$1') }))
  return new KaichangError('input.invalid', {}, issues)
}

async function placing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw atFields(error)
  }
}

function placingSync<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw atFields(error)
  }
}
