import type { Locale } from '../text.ts'
import { accentOnPaper, inkOnAccent } from './colour.ts'
import { dateLine, dateMark, type When } from './dates.ts'
import { documentLabels } from './labels.ts'
import type { ReadDataOf, Template } from './model.ts'
import { phrases } from './phrases.ts'
import { qrSvg } from './qr.ts'

/** What a template reads: the data, and beside it all that is computed (date, colours, labels, codes). */
export type View = Record<string, unknown>

/** Builds the template's view of read data. The costly part is the QR codes, hence it runs where the rendering runs. */
export function viewOf<T extends Template>(template: T, data: ReadDataOf<T>): View {
  const own: ReadDataOf<Template> = data
  return { ...own, ...shared(own), ...codes(own) }
}

interface Shared {
  locale: Locale
  accent: string
  title: string
  otherTitle: string
  when?: When | undefined
}

function shared({ locale, accent, title, otherTitle, when }: Shared): View {
  const labels = documentLabels[locale]
  return {
    labels,
    rolesElsewhere: documentLabels[locale === 'zh' ? 'en' : 'zh'].roles,
    accentText: accentOnPaper(accent),
    onAccent: inkOnAccent(accent),
    title: phrases(title),
    plainTitle: title,
    otherTitle: phrases(otherTitle),
    dateLine: when ? dateLine(when, locale) : labels.undecided,
    mark: when ? dateMark(when, locale) : null,
  }
}

function codes(data: ReadDataOf<Template>): View {
  if ('badges' in data) return { badges: data.badges.map((badge) => ({ ...badge, qr: badge.qr ? qrSvg(badge.qr) : '' })) }
  if ('qr' in data) return { qr: qrSvg(data.qr) }
  return { qr: 'url' in data && data.url ? qrSvg(data.url) : '' }
}
