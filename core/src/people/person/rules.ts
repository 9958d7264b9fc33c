import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile'
import { pinyin } from 'pinyin-pro'
import { z } from 'zod'
import { cleanLine } from '#core/kernel/text.ts'

/** What people write after their number: 微信同号, (同微信), （wechat）. */
const PHONE_NOTES =
  /[([【][^)\]】]*[)\]】]|(?:微信|wechat|v信)?(?:同号|同步)|同?(?:微信|wechat)(?:号|同)?|^(?:手机|电话|tel|phone|mobile)[:\s]*/gi

/** Mobile numbers of mainland China by the prefixes that are given out whole: what nearly everybody types. */
const MAINLAND = /^1(?:3\d|4[57]|5[0-35-9]|6[2567]|7[0-35-8]|8\d|9[0-35-9])\d{8}$/

/**
 * A mobile number as typed, in E.164 (`+8613800138000`); null when it is none.
 * Full-width digits, spaces, hyphens, a leading apostrophe and notes such as “(微信同号)” are forgiven;
 * without a country code it is a number of mainland China.
 */
export function normalisePhone(typed: string): string | null {
  // The patterns below are for what people type, not for pages of brackets.
  if (typed.length > 100) return null
  if (MAINLAND.test(typed)) return `+86${typed}`
  const plain = cleanLine(typed)
    .normalize('NFKC')
    .replace(PHONE_NOTES, '')
    .replace(/^'/, '')
    .replace(/[,;:，；、]+$/, '')
    .trim()
  if (plain.length < 7 || plain.length > 30 || !/^\+?[\d\s().-]+$/.test(plain)) return null
  const number = parsePhoneNumberFromString(plain, { defaultCountry: 'CN', extract: false })
  return number?.isValid() ? number.number : null
}

/** An e-mail address as typed, in the one form in which it is stored and written to; null when it is none. */
export function normaliseEmail(typed: string): string | null {
  const plain = cleanLine(typed).normalize('NFKC').toLowerCase()
  return plain.length <= 254 && address.safeParse(plain).success ? plain : null
}

const address = z.email()

/** A number of E.164 with its middle hidden: 138****8000; from abroad +852****4567. */
export function maskPhone(phone: string): string {
  const mainland = /^\+86(\d{3})\d+(\d{4})$/.exec(phone)
  if (mainland) return `${mainland[1]}****${mainland[2]}`
  const number = parsePhoneNumberFromString(phone)
  return `+${number?.countryCallingCode ?? ''}****${phone.slice(-4)}`
}

/** An address with its name hidden: z***@example.org. */
export function maskEmail(email: string): string {
  return email.replace(/^(.)[^@]*/, '$1***')
}

/** A name as winners are announced: 张*丰, 李*, G***m. */
export function maskName(name: string): string {
  const letters = [...new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(name)].map((part) => part.segment)
  const [first = ''] = letters
  if (letters.length <= 2) return `${first}*`
  return `${first}${'*'.repeat(Math.min(letters.length - 2, 3))}${letters.at(-1) ?? ''}`
}

/**
 * A name in Latin letters without tones, joined, and its first letters, by which people search at a door: 单雄信 →
 * shanxiongxin, sxx; Guido van Rossum → guidovanrossum, gvr. The readings that surnames have are known (单 shan, 曾 zeng);
 * ü is v, as it is typed.
 */
export function readingsOf(name: string): { pinyin: string; initials: string } {
  const parts = syllables(name)
  return { pinyin: parts.join(''), initials: parts.map((part) => part.charAt(0)).join('') }
}

function syllables(name: string): string[] {
  const parts = HAN.test(name) ? pinyin(name, { toneType: 'none', type: 'array', surname: 'head', nonZh: 'consecutive', v: true }) : [name]
  return parts.flatMap(
    (part) =>
      part
        .normalize('NFKD')
        .toLowerCase()
        .replace(/[\u0300-\u036f]/g, '')
        .match(/[a-z0-9]+/g) ?? [],
  )
}

const HAN = /\p{Script=Han}/u

/** True when two names are one as people see them: width, case, spaces and the middle dot do not count. */
export function sameName(one: string, other: string): boolean {
  return plainName(one) === plainName(other)
}

/** A name as it is compared. */
export function plainName(name: string): string {
  // Most names have nothing that does not count.
  if (/^[\u4e00-\u9fffa-z\d]*$/.test(name)) return name
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s·•‧・.]/g, '')
}
