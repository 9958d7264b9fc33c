import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import type { RegistrationFigures } from '@kaichang/core/registration/figures.ts'
import type { Mover } from '@kaichang/core/registration/forecast/model.ts'
import { figureWords } from '#lib/words/registration-figures.ts'
import { words, type PlainKey } from '#lib/words/define.ts'

/** Seats, cap and who comes, as the pages show them. */
export function presentOutlook(figures: RegistrationFigures, locale: Locale) {
  const { forecast, advice } = figures.outlook
  return {
    seats: figures.seats,
    cap: figures.cap,
    registered: figures.registered,
    held: figures.held,
    come: forecast.come,
    walkIns: forecast.walkIns,
    total: forecast.total,
    sureness: forecast.sureness,
    past: forecast.past,
    movers: forecast.movers.map((mover) => ({ ...mover, label: labelOf(mover, figures, locale) })),
    advice,
  }
}
export type ShownOutlook = ReturnType<typeof presentOutlook>

/** What a group is called: its channel's own name, or a sentence of ours. */
function labelOf({ factor, level }: Mover, figures: RegistrationFigures, locale: Locale): string {
  const t = words(figureWords, locale)
  if (factor === 'channel') {
    if (level === '') return t('level_direct')
    const name = figures.channels.find((one) => one.slug === level)?.name
    return t('level_channel', { name: pickText(name, locale) || level })
  }
  const word = LEVELS[`${factor}_${level}`]
  return word ? t(word) : level
}

const LEVELS: Record<string, PlainKey<typeof figureWords>> = {
  'lead_0-1': 'lead_0-1',
  'lead_2-6': 'lead_2-6',
  'lead_7-13': 'lead_7-13',
  'lead_14-29': 'lead_14-29',
  'lead_30+': 'lead_30+',
  price_free: 'price_free',
  price_paid: 'price_paid',
  reconfirm_yes: 'reconfirm_yes',
  reconfirm_silent: 'reconfirm_silent',
  reconfirm_unasked: 'reconfirm_unasked',
  weekday_workday: 'weekday_workday',
  weekday_weekend: 'weekday_weekend',
}
