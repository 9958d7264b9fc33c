import { roles, type Role } from '@kaichang/core/community/permissions.ts'
import { whos, type Who } from './actors.ts'
import type { Furnished } from './furnish.ts'

export type Fields = Record<string, string | readonly string[]>

/** Who may look at a page and who may use each of its forms. Whoever is not named may not. */
export interface Door {
  may: readonly Who[]
  actions?: Readonly<Record<string, Action>>
}

export interface Action {
  may: readonly Who[]
  /** What somebody would really send. */
  fields?: (here: Furnished) => Fields
  /** Signs out whoever used it. */
  ends?: boolean
  /** Cannot succeed with what a test can send. */
  unlikely?: boolean
}

export const everybody = whos
/** Who holds one of these roles in the community, in the event where that is enough, and administrators. */
export const staff = (...named: readonly Role[]): readonly Who[] => [
  ...named,
  ...(named.includes('organiser') ? (['organiser here'] as const) : []),
  ...(named.includes('door') ? (['door here'] as const) : []),
  'administrator',
]
/** Only whoever holds a role in the whole community. */
export const members = (...named: readonly Role[]): readonly Who[] => [...named, 'administrator']
export const signedIn: readonly Who[] = [
  'nobody',
  'neighbour',
  'organiser here',
  'door here',
  'organiser elsewhere',
  ...roles,
  'administrator',
]
export const leads = staff('owner', 'organiser')
export const programme = staff('owner', 'organiser', 'programme')
export const money = staff('owner', 'organiser', 'treasurer')
export const treasurers = staff('owner', 'treasurer')
export const moneySeen = staff('owner', 'organiser', 'treasurer', 'viewer')
export const planSeen = staff('owner', 'organiser', 'programme', 'treasurer', 'editor', 'viewer')
export const tickers = staff('owner', 'organiser', 'programme', 'treasurer', 'door', 'stage', 'editor')
export const stageSeen = staff('owner', 'organiser', 'programme', 'stage', 'editor', 'viewer')
export const stageRun = staff('owner', 'organiser', 'stage')
export const doorkeepers = staff('owner', 'organiser', 'door')
export const archivists = staff('owner', 'organiser', 'stage', 'editor')
export const writers = staff('owner', 'organiser', 'editor')
export const readers = staff('owner', 'organiser', 'editor', 'viewer')
export const doorLinks: readonly Who[] = ['door link', 'link elsewhere']

export const page = (may: readonly Who[], actions?: Door['actions']): Door => ({ may, ...(actions ? { actions } : {}) })
export const act = (may: readonly Who[], fields?: (here: Furnished) => Fields): Action => ({ may, ...(fields ? { fields } : {}) })
export const hopeless = (may: readonly Who[], fields?: (here: Furnished) => Fields): Action => ({ ...act(may, fields), unlikely: true })
export const form = (fields: Fields) => (): Fields => fields
export const on =
  (thing: keyof Furnished['ids'], fields: Fields = {}) =>
  (here: Furnished): Fields => ({ id: here.ids[thing], ...fields })

export const onRecording = (here: Furnished): Fields => ({ recordingId: here.ids.recording, sessionId: here.ids.session })
export const title = { 'title.zh': '新的题目', 'title.en': 'A new title' }
export const session = { ...title, kind: 'talk', language: 'zh', startsAt: '15:00', minutes: '30', mayRecord: 'on' }
export const task = { ...title, due: '2026-12-01', room: 'plan' }
export const proposal = { ...title, howMany: '40' }
export const volunteer = { name: '新来的', duty: 'photo' }
export const partner = { name: '新伙伴', kinds: ['media', 'advice'], state: 'talking' }
export const scan = { scanId: '0192f3a0-0000-7000-8000-0000000000aa', code: 'AAAAAA', desk: '一号' }
export const presses = (may: readonly Who[], unlikely = false): Door['actions'] => {
  const press = (fields: (here: Furnished) => Fields): Action => ({ may, fields, unlikely })
  return {
    next: press(on('session')),
    extend: press(on('session', { minutes: '2' })),
    undo: { may, unlikely: true },
    start: press(on('session')),
    end: press(on('session')),
    skip: press(on('spare')),
    times: press(on('session', { startedAt: '14:00', endedAt: '14:30' })),
    figure: press(form({ metric: 'head_count', value: '7', at: '14:00', platform: '' })),
  }
}
export const letter = { 'zh.subject': '停车', 'zh.body': '{name}，停车走东门。', 'en.subject': '', 'en.body': '' }
export const ticketWords = { 'zh.subject': '票', 'zh.body': '{ticket}', 'en.subject': 'Ticket', 'en.body': '{ticket}', scope: 'event' }
export const desk = (may: readonly Who[]): Door['actions'] => ({
  scan: act(may, form(scan)),
  undo: act(may, form(scan)),
  desk: act(may, form(scan)),
})
export const event = {
  slug: 'main',
  'name.zh': '新名',
  'name.en': 'Renamed',
  startsAt: '2026-12-05T13:30',
  endsAt: '2026-12-05T18:30',
  seats: '60',
  cap: '50',
  expected: '',
  retentionDays: '90',
  liveUrl: '',
  budget: '',
}
export const questions = {
  what: '新活动',
  howMany: '40',
  startsAt: '2027-03-06T13:30',
  endsAt: '2027-03-06T18:00',
  where: '图书馆',
  slug: 'asked',
}
export const question = { kind: 'short', 'label.zh': '衣服尺码', 'purpose.zh': '印衣服', keepDays: '7' }
export const holder: readonly Who[] = ['ticket']
export const waiter: readonly Who[] = ['waiting link']
export const orderer: readonly Who[] = ['order link']
