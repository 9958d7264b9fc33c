/**
 * Checks of our exports against what c3voc's XSD and JSON schema ask for, without tools that a newcomer's machine
 * may lack. They know the elements that we write, their order, which are required, and the form of their values.
 */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/
const DATE = /^\d{4}-\d\d-\d\d$/
const HTTP = /^https?:\/\/\S+$/
const ANY = /^[^]*$/

interface Node {
  name: string
  attributes: Record<string, string>
  text: string
  children: Node[]
}

/** A small reader of well-formed XML without entities of its own, comments or CDATA; null when it is none. */
function readXml(xml: string): Node | null {
  const root: Node = { name: '', attributes: {}, text: '', children: [] }
  const open = [root]
  const body = xml.replace(/^<\?xml[^>]*\?>/, '')
  const token = /<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy
  for (const [, close, name = '', attributes = '', empty, text] of body.matchAll(token)) {
    const node = open.at(-1)
    if (!node) return null
    if (text !== undefined) {
      if (/&(?!(lt|gt|amp|quot|#10);)/.test(text)) return null
      node.text += text
    } else if (close) {
      if (node.name !== name) return null
      open.pop()
    } else {
      const child: Node = {
        name,
        attributes: Object.fromEntries([...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map((m) => [m[1], m[2]])),
        text: '',
        children: [],
      }
      node.children.push(child)
      if (!empty) open.push(child)
    }
  }
  const end = [...body.matchAll(token)].reduce((sum, m) => sum + m[0].length, 0)
  return end === body.length && open.length === 1 ? (root.children[0] ?? null) : null
}

const EVENT: Readonly<Record<string, RegExp>> = {
  room: ANY,
  title: ANY,
  type: ANY,
  date: MOMENT,
  start: /^[0-2]\d:[0-5]\d$/,
  duration: /^\d{1,2}:\d\d$/,
  abstract: ANY,
  track: ANY,
}
const EVENT_MORE: Readonly<Record<string, RegExp>> = {
  subtitle: ANY,
  slug: /^[a-z0-9_]{4,}-[a-z0-9\-_]{4,}$/,
  persons: ANY,
  language: ANY,
  description: ANY,
  recording: ANY,
  links: ANY,
  attachments: ANY,
  url: HTTP,
}
const CONFERENCE: Readonly<Record<string, RegExp>> = {
  title: ANY,
  acronym: /^[a-z0-9_-]{4,}$/,
  start: MOMENT,
  end: MOMENT,
  days: /^\d+$/,
  timeslot_duration: /^\d{1,2}:\d\d$/,
  base_url: HTTP,
  url: HTTP,
  time_zone_name: ANY,
}

/** What is wrong with a schedule.xml; nothing when it is right. */
export function checkScheduleXml(xml: string): string[] {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(xml) || !xml.isWellFormed()) return ['forbidden characters']
  const schedule = readXml(xml)
  if (!schedule || schedule.name !== 'schedule') return ['not well-formed']
  const wrong: string[] = []
  const order = ['generator', 'url', 'version', 'conference', 'day']
  let expected = 0
  for (const child of schedule.children) {
    if (child.name === 'day' && order[expected] === 'day') continue
    if (child.name !== order[expected]) return [`schedule: ${order[expected] ?? ''} expected, found ${child.name}`]
    expected += 1
  }
  const conference = schedule.children.find((c) => c.name === 'conference')
  wrong.push(...values('conference', conference?.children ?? [], {}, CONFERENCE))
  const days = schedule.children.filter((c) => c.name === 'day')
  if (days.length === 0) wrong.push('no day')
  const events: Node[] = []
  for (const [i, day] of days.entries()) {
    const { index, date, start, end } = day.attributes
    if (index !== String(i + 1) || !DATE.test(date ?? '') || !MOMENT.test(start ?? '') || !MOMENT.test(end ?? ''))
      wrong.push(`day ${i + 1}`)
    for (const room of day.children) {
      if (room.name !== 'room' || room.attributes['name'] === undefined) wrong.push(`day: ${room.name}`)
      if (room.attributes['guid'] !== undefined && !UUID.test(room.attributes['guid'])) wrong.push('room: guid')
      events.push(...room.children)
    }
  }
  for (const event of events) {
    if (!/^[1-9]\d*$/.test(event.attributes['id'] ?? '') || !UUID.test(event.attributes['guid'] ?? '')) wrong.push('event: id or guid')
    wrong.push(...values('event', event.children, EVENT, EVENT_MORE))
    for (const person of event.children.find((c) => c.name === 'persons')?.children ?? [])
      if (!UUID.test(person.attributes['guid'] ?? '')) wrong.push('person: guid')
  }
  for (const key of ['guid', 'id']) wrong.push(...twice(events.map((e) => e.attributes[key] ?? '')).map((value) => `${key} ${value} twice`))
  wrong.push(...twice(events.map((e) => e.children.find((c) => c.name === 'slug')?.text ?? '')).map((value) => `slug ${value} twice`))
  return wrong
}

function values(
  of: string,
  children: readonly Node[],
  required: Readonly<Record<string, RegExp>>,
  optional: Readonly<Record<string, RegExp>>,
): string[] {
  const names = children.map((c) => c.name)
  return [
    ...Object.keys(required)
      .filter((name) => !names.includes(name))
      .map((name) => `${of}: ${name} missing`),
    ...twice(names).map((name) => `${of}: ${name} twice`),
    ...children.filter((c) => !(required[c.name] ?? optional[c.name])?.test(c.text)).map((c) => `${of}: ${c.name} ${c.text}`),
  ]
}

const twice = (all: readonly string[]): string[] => [...new Set(all.filter((one, i) => all.indexOf(one) !== i))]

type Rule = RegExp | 'object' | 'number' | 'boolean' | { list: Rules } | { rooms: Rules } | Rules | null
interface Rules {
  [key: string]: Rule | { maybe: Rule }
}

const maybe = (rule: Rule): { maybe: Rule } => ({ maybe: rule })
const LINK: Rules = { url: HTTP, type: maybe(/^(slides|paper|web|blog|article|media|related|activitypub)$/), title: maybe(ANY) }
const JSON_EVENT: Rules = {
  guid: UUID,
  id: 'number',
  date: MOMENT,
  start: /^([01]\d|2[0-3]):[0-5]\d$/,
  end: maybe(MOMENT),
  duration: /^\d+:\d\d$/,
  room: ANY,
  slug: /^[a-z0-9_-]+[a-z0-9]$/,
  url: HTTP,
  title: ANY,
  subtitle: ANY,
  track: null,
  type: ANY,
  language: ANY,
  abstract: ANY,
  description: maybe(ANY),
  do_not_record: maybe('boolean'),
  persons: { list: { guid: UUID, name: ANY, biography: maybe(null) } },
  links: { list: LINK },
  attachments: { list: LINK },
}
const JSON_SCHEDULE: Rules = {
  $schema: /^https:\/\/c3voc\.de\/schedule\/schema\.json$/,
  generator: { name: ANY, url: HTTP },
  schedule: {
    url: maybe(HTTP),
    version: ANY,
    base_url: HTTP,
    conference: {
      acronym: /^[a-z0-9_-][a-z0-9_]{3,}$/,
      title: ANY,
      description: maybe(ANY),
      start: MOMENT,
      end: MOMENT,
      daysCount: 'number',
      timeslot_duration: /^\d+:\d\d$/,
      time_zone_name: /^([A-Z][a-z]+\/[A-Z][a-z]+)|UTC$/,
      url: HTTP,
      tracks: { list: {} },
      rooms: { list: { name: ANY, guid: UUID, capacity: maybe(null) } },
      meta: maybe('object'),
      days: { list: { index: 'number', date: DATE, day_start: MOMENT, day_end: MOMENT, rooms: { rooms: JSON_EVENT } } },
    },
  },
}

/** What is wrong with a schedule.json (version 1), as paths; nothing when it is right. */
export function checkScheduleJson(json: unknown): string[] {
  return check(json, JSON_SCHEDULE, '')
}

function check(value: unknown, rule: Rule, path: string): string[] {
  if (rule === null) return value === null || typeof value === 'string' || typeof value === 'number' ? [] : [path]
  if (rule instanceof RegExp) return typeof value === 'string' && rule.test(value) ? [] : [path]
  if (typeof rule === 'string') return typeof value === rule ? [] : [path]
  if ('list' in rule && isRules(rule['list'])) {
    const of = rule['list']
    return Array.isArray(value) ? value.flatMap((one, i) => check(one, of, `${path}/${i}`)) : [path]
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path]
  if ('rooms' in rule && Object.keys(rule).length === 1 && isRules(rule['rooms'])) {
    const of = rule['rooms']
    return Object.entries(value).flatMap(([room, all]) => check(all, { list: of }, `${path}/${room}`))
  }
  const rules = isRules(rule) ? rule : {}
  const entries = new Map(Object.entries(value))
  return [
    ...[...entries.keys()].filter((key) => !(key in rules)).map((key) => `${path}/${key} is not allowed`),
    ...Object.entries(rules).flatMap(([key, inner]) => {
      const optional = typeof inner === 'object' && inner !== null && 'maybe' in inner && !(inner instanceof RegExp)
      if (!entries.has(key)) return optional ? [] : [`${path}/${key} is missing`]
      return check(entries.get(key), optional ? (inner as { maybe: Rule }).maybe : inner, `${path}/${key}`)
    }),
  ]
}

const isRules = (value: unknown): value is Rules => typeof value === 'object' && value !== null && !(value instanceof RegExp)
