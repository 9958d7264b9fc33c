/** What a recording's file name says. Everything that it does not say is null or ''. */
export interface RecordingName {
  name: string
  /** With the dot left out, as written: `MP3`. */
  extension: string
  /** `day-number-slug-time`, `day-half-sequence-slug`, `speaker-title-track`, or none of them. */
  pattern: 'numbered' | 'half-day' | 'titled' | 'unknown'
  /** YYYY-MM-DD. */
  day: string | null
  no: number | null
  slug: string
  /** HH:MM:SS at which the recording was started. */
  time: string | null
  half: 'am' | 'pm' | null
  speaker: string
  title: string
  track: string
  problems: NameProblem[]
}

export type NameProblem = 'missing_time' | 'doubled_hyphen' | 'bad_day' | 'bad_time' | 'unknown_pattern'

/**
 * Reads a name by the patterns that communities use: `YYMMDD-NN-slug-HHMMSS.ext` (time or number may be missing),
 * `141115zh-am2.5-qa.MP3` (day and city, half-day and sequence) and `姓名-主题-Track.ext`.
 * Hyphens may be doubled or full-width, underscores and spaces count as hyphens. Never throws.
 */
export function parseRecordingName(name: string): RecordingName {
  const base = baseName(name)
  const dot = base.lastIndexOf('.')
  const extension = dot > 0 ? base.slice(dot + 1) : ''
  const stem = (dot > 0 ? base.slice(0, dot) : base).normalize('NFKC').replace(/[‐‑–—_\s]/g, '-')
  const empty: RecordingName = {
    name: base,
    extension,
    pattern: 'unknown',
    day: null,
    no: null,
    slug: '',
    time: null,
    half: null,
    speaker: '',
    title: '',
    track: '',
    problems: [],
  }
  const found = halfDay(stem, empty) ?? numbered(stem, empty) ?? titled(stem, empty)
  return found ?? { ...empty, slug: trimHyphens(stem), problems: ['unknown_pattern'] }
}

/** The last part of a path, whichever system wrote it. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? ''
}

function halfDay(stem: string, empty: RecordingName): RecordingName | null {
  const match = /^(\d{6})([a-z]{2,4})-(am|pm)(\d+(?:\.\d+)?)-(.+)$/i.exec(stem)
  if (!match) return null
  const [, digits = '', , half = '', , slug = ''] = match
  const day = readDay(digits)
  return {
    ...empty,
    pattern: 'half-day',
    day,
    half: half.toLowerCase() === 'am' ? 'am' : 'pm',
    slug: trimHyphens(slug),
    problems: [...(day === null ? (['bad_day'] as const) : []), 'missing_time'],
  }
}

function numbered(stem: string, empty: RecordingName): RecordingName | null {
  const match = /^(\d{6}|\d{8})-+(.+)$/.exec(stem)
  if (!match?.[1] || !match[2]) return null
  const problems: NameProblem[] = []
  const day = readDay(match[1])
  if (day === null) problems.push('bad_day')
  // A time that was left out leaves one hyphen at the end; that is a missing time, not a doubled hyphen.
  if (/--/.test(stem.replace(/-+$/, ''))) problems.push('doubled_hyphen')
  const parts = match[2].split('-').filter((part) => part !== '')
  const no = parts.length > 1 && /^\d{1,3}$/.test(parts[0] ?? '') ? Number(parts.shift()) : null
  const last = parts.at(-1) ?? ''
  let time: string | null = null
  if (/^\d{6}$/.test(last)) {
    parts.pop()
    time = readTime(last)
    if (time === null) problems.push('bad_time')
  } else problems.push('missing_time')
  return { ...empty, pattern: 'numbered', day, no, slug: parts.join('-'), time, problems }
}

function titled(stem: string, empty: RecordingName): RecordingName | null {
  const parts = stem.split(/-+/).filter((part) => part !== '')
  const [speaker = '', ...rest] = parts
  const track = rest.pop() ?? ''
  // Only names with Chinese in them: an English one could as well be a slug.
  if (rest.length === 0 || !/\p{Script=Han}/u.test(stem)) return null
  const doubled: NameProblem[] = /--/.test(stem) ? ['doubled_hyphen'] : []
  return { ...empty, pattern: 'titled', speaker, title: rest.join('-'), track, problems: [...doubled, 'missing_time'] }
}

const trimHyphens = (text: string): string => text.replace(/-+/g, '-').replace(/^-|-$/g, '')

/** `191026` or `20191026` as YYYY-MM-DD; null when there is no such day. */
function readDay(digits: string): string | null {
  const full = digits.length === 6 ? `20${digits}` : digits
  const day = `${full.slice(0, 4)}-${full.slice(4, 6)}-${full.slice(6)}`
  const at = new Date(`${day}T00:00:00Z`)
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day ? null : day
}

function readTime(digits: string): string | null {
  const [h = 99, m = 99, s = 99] = [0, 2, 4].map((i) => Number(digits.slice(i, i + 2)))
  return h < 24 && m < 60 && s < 60 ? `${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}` : null
}
