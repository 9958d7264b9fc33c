import { pickText, type Locale } from '#core/kernel/text.ts'
import { supportKinds, type Pledge, type PublicPartner, type SupportKind } from './model.ts'

/** Promised and received money of all pledges, in fen. Talks are not promises, and promises are not money. */
export function supportOf(pledges: readonly Pick<Pledge, 'state' | 'amountFen' | 'receivedFen'>[]): {
  promisedFen: number
  receivedFen: number
} {
  let promisedFen = 0
  let receivedFen = 0
  for (const { state, amountFen, receivedFen: received } of pledges) {
    if (state === 'pledged' || state === 'received') promisedFen += Math.max(amountFen, received)
    if (state !== 'declined') receivedFen += received
  }
  return { promisedFen, receivedFen }
}

/** True for a partner who has said yes: those are named in public and thanked. */
export function isGiving(pledge: Pick<Pledge, 'state'>): boolean {
  return pledge.state === 'pledged' || pledge.state === 'received'
}

/** Partners grouped by what they gave, in the order of supportKinds; who gave two things is named twice. */
export function partnersByKind<P extends { kinds: readonly string[] }>(partners: readonly P[]): { kind: SupportKind; partners: P[] }[] {
  return supportKinds
    .map((kind) => ({ kind, partners: partners.filter((partner) => partner.kinds.includes(kind)) }))
    .filter((group) => group.partners.length > 0)
}

// Hands and gifts are thanked with the same care as money.
const THANKS: Readonly<Record<SupportKind, Record<Locale, string>>> = {
  cash: { zh: '谢谢{names}出钱，让这件事办得起来。', en: 'Thank you, {names}, for the money that made this possible.' },
  venue: { zh: '谢谢{names}给了我们一个地方。', en: 'Thank you, {names}, for giving us a place.' },
  gifts: { zh: '谢谢{names}准备的礼品。', en: 'Thank you, {names}, for the gifts.' },
  labour: { zh: '谢谢{names}出人出力，把自己的时间给了大家。', en: 'Thank you, {names}, for the hands and the hours.' },
  media: { zh: '谢谢{names}帮忙宣传，让更多人知道。', en: 'Thank you, {names}, for spreading the word.' },
  speakers: { zh: '谢谢{names}请来讲师。', en: 'Thank you, {names}, for bringing speakers.' },
  stream: { zh: '谢谢{names}做直播，让来不了的人也看得到。', en: 'Thank you, {names}, for the stream that let others take part.' },
  advice: { zh: '谢谢{names}出的主意。', en: 'Thank you, {names}, for the advice.' },
}

/** A sentence of thanks for each kind of support that was given, naming everybody. */
export function thanksFor(
  pledges: readonly (Pick<Pledge, 'state' | 'kinds'> & { name: string })[],
  locale: Locale,
): { kind: SupportKind; names: string[]; text: string }[] {
  const list = new Intl.ListFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', { type: 'conjunction' })
  return partnersByKind(pledges.filter(isGiving)).map(({ kind, partners }) => {
    const names = partners.map((partner) => partner.name)
    // ListFormat writes 甲、乙和丙 in Chinese; a space keeps Latin names off the characters.
    const shown = locale === 'zh' ? ` ${list.format(names)} ` : list.format(names)
    return { kind, names, text: THANKS[kind][locale].replace('{names}', () => shown).replace(/ {2,}/g, ' ') }
  })
}

/** What was given, in the partner's own words if there are any, else by its kinds. */
export function givenText(
  partner: Pick<PublicPartner, 'what' | 'kinds'>,
  locale: Locale,
  names: Readonly<Record<SupportKind, { zh?: string | undefined; en?: string | undefined }>>,
): string {
  return pickText(partner.what, locale) || partner.kinds.map((kind) => pickText(names[kind], locale)).join(locale === 'zh' ? '、' : ', ')
}
