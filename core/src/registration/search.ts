import type { ExpressionBuilder, SqlBool, Expression } from 'kysely'
import { normaliseCode } from '#core/kernel/ids.ts'
import { cleanLine } from '#core/kernel/text.ts'
import type { DB } from '#core/store/database.ts'

/**
 * Where a typed word fits a booking: part of the name, first letters in pinyin, the last digits of the phone, the start
 * of the short code, or part of the address. For queries that join registration and person.
 */
export function matches(eb: ExpressionBuilder<DB, 'registration' | 'person'>, typed: string): Expression<SqlBool> {
  const word = cleanLine(typed).normalize('NFKC').slice(0, 60)
  const like = word.replace(/[\\%_]/g, (c) => `\\${c}`)
  const plain = like.toLowerCase().replace(/\s+/g, '')
  const options = [
    eb('person.name', 'ilike', `%${like}%`),
    eb('person.pinyin', 'like', `${plain}%`),
    eb('person.initials', 'like', `${plain}%`),
  ]
  if (/^\d{4,}$/.test(plain)) options.push(eb('registration.phone', 'like', `%${plain}`))
  if (/^[\w-]{4,12}$/.test(word)) options.push(eb('registration.code', 'like', `${normaliseCode(word)}%`))
  if (word.includes('@')) options.push(eb('registration.email', 'like', `${plain}%`))
  return eb.or(options)
}
