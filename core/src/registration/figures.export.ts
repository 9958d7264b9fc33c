import { requireEvent } from '#core/community/actions.ts'
import { csvFile } from '#core/kernel/csv.ts'
import { pickText, type Locale } from '#core/kernel/text.ts'
import type { Cell, Sheet } from '#core/kernel/xlsx.ts'
import type { Context } from '#core/store/context.ts'
import { detailsOf, figuresOf, type RegistrationDetails, type RegistrationFigures } from './figures.ts'
import { summariseAnswers, type AnswerSummary } from './questions/summary.ts'

const HEADS = {
  zh: {
    overview: ['概览', '项目', '数值'],
    days: ['每天', '日期', '合计', '上次'],
    channels: ['渠道', '渠道', '打开', '报名', '取消', '到场', '名额'],
    types: ['票种', '票种', '报名', '取消', '到场'],
    answers: ['回答', '问题', '回答', '人数'],
    part: ['部分', '名称', '项目', '数值'],
  },
  en: {
    overview: ['Overview', 'Item', 'Value'],
    days: ['By day', 'Day', 'Total', 'Last time'],
    channels: ['Channels', 'Channel', 'Opened', 'Registered', 'Cancelled', 'Came', 'Share'],
    types: ['Tickets', 'Ticket', 'Registered', 'Cancelled', 'Came'],
    answers: ['Answers', 'Question', 'Answer', 'People'],
    part: ['Part', 'Name', 'Item', 'Value'],
  },
} as const
const ITEMS = {
  zh: {
    seats: '场地座位',
    cap: '报名上限',
    registered: '已报名',
    cancelled: '取消',
    held: '占着的名额',
    low: '预计到场（低）',
    likely: '预计到场',
    high: '预计到场（高）',
    advice: '建议上限',
    came: '已到场',
    direct: '活动页',
    none: '没有票种',
    answered: '回答',
    lowest: '最低',
    median: '中位数',
    highest: '最高',
  },
  en: {
    seats: 'Seats in the hall',
    cap: 'Registration cap',
    registered: 'Registered',
    cancelled: 'Cancelled',
    held: 'Places held',
    low: 'Expected to come (low)',
    likely: 'Expected to come',
    high: 'Expected to come (high)',
    advice: 'Advised cap',
    came: 'Came',
    direct: 'Event page',
    none: 'No type',
    answered: 'Answered',
    lowest: 'Lowest',
    median: 'Median',
    highest: 'Highest',
  },
} as const

/** The event's figures as tables for a workbook: numbers only, nobody's data. Errors: access.*, event.not_found. */
export async function figureSheets(ctx: Context, communityId: string, eventId: string, locale: Locale): Promise<Sheet[]> {
  const [event, figures, details, answers] = [
    await requireEvent(ctx, ctx.db, communityId, eventId),
    await figuresOf(ctx, communityId, eventId),
    await detailsOf(ctx, communityId, eventId),
    await summariseAnswers(ctx, communityId, eventId),
  ]
  const head = HEADS[locale]
  const sheets = [
    tableOf(head.overview, overviewRows(figures, pickText(event.name, locale), locale)),
    tableOf(
      [...head.days, ...figures.channels.map((one) => pickText(one.name, locale) || ITEMS[locale].direct)],
      dayRows(figures, details),
    ),
    tableOf(
      head.channels,
      figures.channels.map((one) => [
        pickText(one.name, locale) || ITEMS[locale].direct,
        one.channelId === null ? null : one.clicks,
        one.registered,
        one.cancelled,
        one.came,
        one.share,
      ]),
    ),
    tableOf(
      head.types,
      details.types.map((one) => [pickText(one.name, locale) || ITEMS[locale].none, one.registered, one.cancelled, one.came]),
    ),
    tableOf(head.answers, answerRows(answers, locale)),
  ]
  return sheets.filter(({ rows }) => rows.length > 1)
}

/** The same as one CSV file: a figure a line, with its part, what it is of, and what it is. */
export async function figuresCsv(ctx: Context, communityId: string, eventId: string, locale: Locale): Promise<string> {
  const lines: Cell[][] = []
  for (const { name, rows } of await figureSheets(ctx, communityId, eventId, locale)) {
    const [head = [], ...rest] = [...rows]
    for (const [first = null, ...values] of rest)
      // Answers have a text in their second column: what was chosen.
      if (name === HEADS[locale].answers[0]) lines.push([name, first, ...values])
      else for (const [n, value] of values.entries()) if (value !== null) lines.push([name, first, head[n + 1] ?? null, value])
  }
  return csvFile([HEADS[locale].part, ...lines])
}

interface Table extends Sheet {
  rows: Cell[][]
}

function tableOf([name = '', ...head]: readonly string[], rows: Cell[][]): Table {
  return { name, rows: [head, ...rows] }
}

function overviewRows(figures: RegistrationFigures, name: string, locale: Locale): Cell[][] {
  const t = ITEMS[locale]
  const { come } = figures.outlook.forecast
  return [
    [name, null],
    [t.seats, figures.seats],
    [t.cap, figures.cap],
    [t.registered, figures.registered],
    [t.cancelled, figures.cancelled],
    [t.held, figures.held],
    [t.low, come.low],
    [t.likely, come.likely],
    [t.high, come.high],
    [t.advice, figures.outlook.advice?.cap ?? null],
    [t.came, figures.channels.reduce((sum, one) => sum + one.came, 0)],
  ]
}

function dayRows({ curve, channels }: RegistrationFigures, { last }: RegistrationDetails): Cell[][] {
  return curve.map(({ day, total, byChannel }) => [
    day,
    total,
    last?.curve.findLast((one) => one.day <= day)?.total ?? null,
    ...channels.map((one) => byChannel[one.channelId ?? ''] ?? 0),
  ])
}

function answerRows(answers: readonly AnswerSummary[], locale: Locale): Cell[][] {
  const t = ITEMS[locale]
  return answers.flatMap((one) => {
    const label = pickText(one.label, locale)
    return [
      [label, t.answered, one.answered],
      ...one.choices.map((choice): Cell[] => [label, pickText(choice.label, locale), choice.count]),
      ...(one.spread
        ? [
            [label, t.lowest, one.spread.lowest],
            [label, t.median, one.spread.median],
            [label, t.highest, one.spread.highest],
          ]
        : []),
    ]
  })
}
