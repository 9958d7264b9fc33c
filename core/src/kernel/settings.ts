import { resolve } from 'node:path'
import { z } from 'zod'
import { judgePayments, paymentEnvironment, readPayments, type PaymentSettings } from './settings.payments.ts'

const flag = z
  .string()
  .transform((s) => s.trim().toLowerCase())
  .pipe(z.enum(['0', '1', 'true', 'false', 'yes', 'no']))
  .transform((s) => s === '1' || s === 'true' || s === 'yes')

const port = z.coerce.number().int().min(0).max(65_535)

/** Every setting, its environment variable, its default and what it is for. */
const environment = z.object({
  /** Where pages and API listen. */
  PORT: port.default(3000),
  /** The address they listen on; loopback unless told otherwise. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** The address people type, without a slash at the end; used in mails, QR codes and feeds. */
  KAICHANG_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Where files, the embedded database and the secret lie. */
  KAICHANG_DATA: z.string().min(1).default('data'),
  /** A PostgreSQL 15 or newer to use in place of the embedded one. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** 0 leaves the two example events out. */
  KAICHANG_EXAMPLES: flag.default(true),
  /** At least 32 characters; signs personal links and sessions. Made and kept under data/ when absent. */
  KAICHANG_SECRET: z.string().min(32).optional(),
  /** Where mail is sent by: smtp://user:password@host:port. Without it mail stays on the outbox page. */
  KAICHANG_SMTP: z.url({ protocol: /^smtps?$/ }).optional(),
  /** The sender of mail: `Kaichang <kaichang@example.org>`. */
  KAICHANG_MAIL_FROM: z.string().min(3).default('Kaichang <kaichang@localhost>'),
  /** Address of the first administrator; the sign-in link printed at start is theirs. */
  KAICHANG_ADMIN: z.email().default('admin@localhost.localdomain'),
  /** How many connections the database pool may open. */
  KAICHANG_POOL: z.coerce.number().int().min(2).max(100).default(10),
  /** How many registrations of one event may wait to be decided in one process, before others stand in a line. */
  KAICHANG_ROOM: z.coerce.number().int().min(1).max(100_000).default(5_000),
  /** ICP filing number and public-security number, shown in the footer when set. */
  KAICHANG_ICP: z.string().default(''),
  KAICHANG_POLICE_NO: z.string().default(''),
  ...paymentEnvironment,
})

export interface Settings {
  port: number
  host: string
  publicUrl: string
  dataDirectory: string
  databaseUrl: string | undefined
  examples: boolean
  secret: string | undefined
  smtp: string | undefined
  mailFrom: string
  admin: string
  pool: number
  room: number
  icp: string
  policeNo: string
  payments: PaymentSettings
}

/** Thrown when settings cannot be used; `problems` is one line per variable, fit to be printed. */
export class SettingsError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`Settings cannot be used:\n${problems.map((p) => `  - ${p}`).join('\n')}`)
    this.name = 'SettingsError'
    this.problems = problems
  }
}

/** Reads all settings from environment variables; throws SettingsError that lists every wrong one. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const known = Object.keys(environment.shape)
  const given = Object.fromEntries(Object.entries(env).filter(([name, value]) => known.includes(name) && value !== ''))
  const problems = Object.keys(env)
    .filter((name) => name.startsWith('KAICHANG_') && !known.includes(name) && !internal.has(name))
    .map((name) => `${name}: unknown setting (没有这个设置)${nearest(name, known)}`)
  const result = environment.safeParse(given)
  if (!result.success) {
    for (const issue of result.error.issues) problems.push(`${issue.path.join('.')}: ${issue.message}`)
  }
  problems.push(...judgePayments(given))
  if (!result.success || problems.length > 0) throw new SettingsError(problems)
  const s = result.data
  return {
    port: s.PORT,
    host: s.HOST,
    publicUrl: (s.KAICHANG_URL ?? `http://localhost:${s.PORT}`).replace(/\/+$/, ''),
    dataDirectory: resolve(s.KAICHANG_DATA),
    databaseUrl: s.DATABASE_URL,
    examples: s.KAICHANG_EXAMPLES,
    secret: s.KAICHANG_SECRET,
    smtp: s.KAICHANG_SMTP,
    mailFrom: s.KAICHANG_MAIL_FROM,
    admin: s.KAICHANG_ADMIN.toLowerCase(),
    pool: s.KAICHANG_POOL,
    room: s.KAICHANG_ROOM,
    icp: s.KAICHANG_ICP,
    policeNo: s.KAICHANG_POLICE_NO,
    payments: readPayments(s),
  }
}

/** Set by our own start script, not by people. */
const internal = new Set(['KAICHANG_STARTED_BY', 'KAICHANG_LANG'])

function nearest(name: string, known: readonly string[]): string {
  const close = known.find((k) => k.startsWith('KAICHANG_') && distance(k, name) <= 2)
  return close ? `; did you mean ${close}?` : ''
}

/** Levenshtein distance of two short names. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution))
    }
    row = next
  }
  return row[b.length] ?? 0
}
