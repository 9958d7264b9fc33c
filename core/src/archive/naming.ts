import type { MatchSession, Problem } from './model.ts'
import type { RecordingName } from './names.ts'

/** Problems that a better name puts right. */
const IN_THE_NAME: readonly Problem['code'][] = ['missing_time', 'doubled_hyphen', 'bad_time', 'unknown_pattern', 'misspelling']

/**
 * `YYMMDD-NN-slug-HHMMSS.ext` for a recording whose name has something wrong; parts that nobody knows are left out.
 * null when the name is fine or nothing better is known.
 */
export function cleanName(
  parsed: RecordingName,
  meant: string | null,
  session: MatchSession | undefined,
  problems: readonly Problem[],
): string | null {
  if (!problems.some((p) => IN_THE_NAME.includes(p.code))) return null
  const day = parsed.day?.slice(2).replaceAll('-', '')
  const no = parsed.no ?? session?.no
  const slug = meant ?? (parsed.pattern === 'numbered' || parsed.pattern === 'half-day' ? parsed.slug : session?.slug)
  if (!day || no === undefined || !slug) return null
  const time = parsed.time?.replaceAll(':', '')
  const proposed = `${[day, String(no).padStart(2, '0'), slug, time].filter(Boolean).join('-')}.${parsed.extension.toLowerCase()}`
  return proposed.toLowerCase() === parsed.name.toLowerCase() ? null : proposed
}
