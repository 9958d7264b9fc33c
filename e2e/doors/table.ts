import { roles, type Role } from '@kaichang/core/community/permissions.ts'
import { whos, type Who } from './actors.ts'
import type { Furnished } from './furnish.ts'

export type Fields = Record<string, string | readonly string[]>

/** Who may look at a page and who may use each of its forms. Whoever is not named may not. */
export interface Door {
  may: readonly Who[]
  actions?: Readonly<Record<string, Action>>
}

interface Action {
  may: readonly Who[]
  /** What somebody would really send. */
  fields?: (here: Furnished) => Fields
  /** Signs out whoever used it. */
  ends?: boolean
  /** Cannot succeed with what a test can send. */
  unlikely?: boolean
}

const everybody = whos
/** Who holds one of these roles in the community, in the event where that is enough, and administrators. */
const staff = (...named: readonly Role[]): readonly Who[] => [
  ...named,
  ...(named.includes('organiser') ? (['organiser here'] as const) : []),
  ...(named.includes('door') ? (['door here'] as const) : []),
  'administrator',
]
/** Only whoever holds a role in the whole community. */
const members = (...named: readonly Role[]): readonly Who[] => [...named, 'administrator']
const signedIn: readonly Who[] = ['nobody', 'neighbour', 'organiser here', 'door here', 'organiser elsewhere', ...roles, 'administrator']
const leads = staff('owner', 'organiser')
const programme = staff('owner', 'organiser', 'programme')
const money = staff('owner', 'organiser', 'treasurer')
const treasurers = staff('owner', 'treasurer')
const moneySeen = staff('owner', 'organiser', 'treasurer', 'viewer')
const planSeen = staff('owner', 'organiser', 'programme', 'treasurer', 'editor', 'viewer')
const tickers = staff('owner', 'organiser', 'programme', 'treasurer', 'door', 'stage', 'editor')
const stageSeen = staff('owner', 'organiser', 'programme', 'stage', 'editor', 'viewer')
const stageRun = staff('owner', 'organiser', 'stage')
const doorkeepers = staff('owner', 'organiser', 'door')
const archivists = staff('owner', 'organiser', 'stage', 'editor')
const writers = staff('owner', 'organiser', 'editor')
const readers = staff('owner', 'organiser', 'editor', 'viewer')
const doorLinks: readonly Who[] = ['door link', 'link elsewhere']

const page = (may: readonly Who[], actions?: Door['actions']): Door => ({ may, ...(actions ? { actions } : {}) })
const act = (may: readonly Who[], fields?: (here: Furnished) => Fields): Action => ({ may, ...(fields ? { fields } : {}) })
const hopeless = (may: readonly Who[], fields?: (here: Furnished) => Fields): Action => ({ ...act(may, fields), unlikely: true })
const form = (fields: Fields) => (): Fields => fields
const on =
  (thing: keyof Furnished['ids'], fields: Fields = {}) =>
  (here: Furnished): Fields => ({ id: here.ids[thing], ...fields })

const onRecording = (here: Furnished): Fields => ({ recordingId: here.ids.recording, sessionId: here.ids.session })
const title = { 'title.zh': '新的题目', 'title.en': 'A new title' }
const session = { ...title, kind: 'talk', language: 'zh', startsAt: '15:00', minutes: '30', mayRecord: 'on' }
const task = { ...title, due: '2026-12-01', room: 'plan' }
const proposal = { ...title, howMany: '40' }
const volunteer = { name: '新来的', duty: 'photo' }
const partner = { name: '新伙伴', kinds: ['media', 'advice'], state: 'talking' }
const scan = { scanId: '0192f3a0-0000-7000-8000-0000000000aa', code: 'AAAAAA', desk: '一号' }
const presses = (may: readonly Who[], unlikely = false): Door['actions'] => {
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
const letter = { 'zh.subject': '停车', 'zh.body': '{name}，停车走东门。', 'en.subject': '', 'en.body': '' }
const ticketWords = { 'zh.subject': '票', 'zh.body': '{ticket}', 'en.subject': 'Ticket', 'en.body': '{ticket}', scope: 'event' }
const desk = (may: readonly Who[]): Door['actions'] => ({
  scan: act(may, form(scan)),
  undo: act(may, form(scan)),
  desk: act(may, form(scan)),
})
const event = {
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
const questions = {
  what: '新活动',
  howMany: '40',
  startsAt: '2027-03-06T13:30',
  endsAt: '2027-03-06T18:00',
  where: '图书馆',
  slug: 'asked',
}
const question = { kind: 'short', 'label.zh': '衣服尺码', 'purpose.zh': '印衣服', keepDays: '7' }
const holder: readonly Who[] = ['ticket']
const waiter: readonly Who[] = ['waiting link']
const orderer: readonly Who[] = ['order link']

/** Every page and what may be done on it. */
export const doors: Readonly<Record<string, Door>> = {
  '/': page(everybody),
  '/[community]': page(everybody),
  '/[community]/notice': page(everybody),
  '/[community]/[event]': page(everybody),
  '/[community]/[event]/schedule': page(everybody),
  '/[community]/[event]/talks/[talk]': page(everybody),
  '/[community]/[event]/recap': page(everybody),
  '/[community]/[event]/register': page(everybody, {
    register: act(everybody, form({ name: '王小明', email: 'ming@example.org', 'consents.registration': 'on' })),
    again: act(everybody, form({ email: 'ming@example.org' })),
    choose: act(everybody, form({ 'seats.plain': '2' })),
    voucher: act(everybody, form({ voucher: 'NONE', 'seats.plain': '2' })),
  }),
  '/o/[order]': page(orderer, {
    again: act(orderer),
    fill: act(orderer, (here) => ({
      name: '订票人',
      email: 'orderer@example.org',
      'consents.registration': 'on',
      'seats.0.lineId': here.ids.seat,
    })),
    // Complete and free: there is nothing to pay and nothing to give up.
    cancel: hopeless(orderer),
    pay: hopeless(orderer, form({ way: 'wechatpay:native' })),
    proof: hopeless(orderer),
    fapiao: hopeless(orderer, form({ titleType: 'person', title: '订票人' })),
    give_back: act(orderer, (here) => ({ line: here.ids.seat })),
    erase: act(orderer, form({ sure: 'on' })),
  }),
  '/[community]/[event]/waiting': page(everybody, {
    // By an entrance that has no seats.
    default: act(
      everybody,
      form({ type: '', seats: '1', name: '候补的', email: 'waits@example.org', channel: 'full', 'consents.registration': 'on' }),
    ),
  }),
  '/w/[waiting]': page(waiter, {
    resize: act(waiter, form({ seats: '2', together: 'all' })),
    leave: act(waiter),
    again: act(waiter),
    erase: act(waiter, form({ sure: 'on' })),
  }),
  '/[community]/[event]/line': page(everybody),
  '/sign-in': page(everybody, {
    code: act(everybody, form({ email: 'somebody@example.org' })),
    verify: hopeless(everybody, form({ email: 'somebody@example.org', code: '000000' })),
    rename: act(signedIn, form({ name: '新名字' })),
    everywhere: { may: signedIn, ends: true },
  }),
  '/sign-in/link/[token]': page(everybody, { default: act(everybody) }),
  '/t/erased': page(everybody),
  '/t/handed': page(everybody),
  '/p/[partner]': page(['partner link']),
  '/v/[volunteer]': page(['door link', 'stage link', 'link elsewhere']),
  '/v/[volunteer]/door': page(doorLinks, desk(doorLinks)),
  '/v/[volunteer]/stage': page(['stage link'], presses(['stage link'])),
  '/v/[volunteer]/timer': page(['stage link']),
  '/v/[volunteer]/screen': page(['stage link']),
  '/outbox': page(['administrator'], { resend: act(['administrator'], (here) => ({ id: here.ids.mail, community: here.community })) }),
  '/console': page(signedIn),
  '/console/new': page(signedIn, { default: act(signedIn, form({ 'name.zh': '新社区', slug: 'fresh' })) }),
  '/console/[community]/new': page(members('owner', 'organiser'), { default: act(members('owner', 'organiser'), form(questions)) }),
  '/console/[community]': page(members('owner'), {
    save: act(members('owner'), (here) => ({ slug: here.community, 'name.zh': '改名' })),
    invite: act(members('owner'), form({ email: 'invited@example.org', role: 'viewer' })),
    remove: act(members('owner'), on('member')),
    // Only what was loaded as an example can be removed, and this was not.
    example: act([]),
  }),
  '/console/[community]/[event]': page(staff(...roles)),
  '/console/[community]/[event]/journal': page(planSeen),
  '/console/[community]/[event]/settings': page(leads, { save: act(leads, form(event)), state: act(leads, form({ to: 'postponed' })) }),
  '/console/[community]/[event]/plan': page(planSeen, {
    draft: act(leads),
    add: act(leads, form(task)),
    edit: act(leads, on('task', task)),
    tick: act(tickers, on('task')),
    untick: act(tickers, on('task')),
    drop: act(leads, on('task')),
    note: act(leads, form({ ...title, kind: 'meeting', day: '2026-11-12' })),
    strike: act(leads, on('note')),
  }),
  '/console/[community]/[event]/plan/budget': page(moneySeen, {
    add: act(money, form({ ...title, kind: 'expense', planned: '12' })),
    edit: act(money, on('line', { ...title, kind: 'expense', planned: '13' })),
    remove: act(money, on('line')),
  }),
  '/console/[community]/[event]/plan/dates': page(planSeen, {
    consider: act(leads, form({ day: '2026-12-19' })),
    reject: act(leads, on('date', { 'reason.zh': '撞期' })),
    choose: act(leads, on('date')),
  }),
  '/console/[community]/[event]/plan/proposals': page(planSeen, {
    write: act(leads, form(proposal)),
    edit: act(leads, on('proposal', proposal)),
    shelve: act(leads, on('proposal', { 'reason.zh': '人手不够' })),
    revive: act(leads, on('proposal')),
    accept: act(leads, on('proposal')),
    close: act(leads, on('proposal', { registered: '30', came: '20', 'lesson.zh': '早点开始' })),
  }),
  '/console/[community]/[event]/team': page(staff(...roles), {
    add: act(leads, form(volunteer)),
    edit: act(leads, on('door')),
    remove: act(leads, on('door')),
    restore: act(leads, on('door')),
    renew: act(leads, on('stage')),
  }),
  '/console/[community]/[event]/partners': page(moneySeen, {
    add: act(money, form(partner)),
    edit: act(money, on('pledge', { ...partner, name: '改名的伙伴' })),
    move: act(money, on('pledge', { to: 'received' })),
    renew: act(money, on('pledge')),
    remove: act(money, on('pledge')),
  }),
  '/console/[community]/[event]/partners/introductions': page(moneySeen, {
    add: act(money, form({ 'from.name': '丙', 'to.name': '丁' })),
    remove: act(money, on('introduction')),
  }),
  '/console/[community]/[event]/programme': page(stageSeen, {
    add: act(programme, form(session)),
    move: act(programme, on('session', { startsAt: '14:05', minutes: '30' })),
    cancel: act(programme, on('spare')),
    restore: act(programme, on('spare')),
    hall: act(programme, form({ 'name.zh': '二号厅' })),
    hall_edit: act(programme, on('hall', { 'name.zh': '一号厅', seats: '90' })),
    release: act(programme),
  }),
  '/console/[community]/[event]/programme/[session]': page(programme, {
    save: act(programme, form(session)),
    speakers: hopeless(programme, form({ 'speakers.0.name': '另一位' })),
    cancel: act(programme),
    restore: act(programme),
    remove: hopeless(programme),
  }),
  '/console/[community]/[event]/registration': page(moneySeen, {
    open: act(leads),
    close: act(leads),
    window: act(leads, form({ opensAt: '', closesAt: '', cap: '60' })),
    advice: act(leads, form({ cap: '60' })),
    channel: act(leads, form({ slug: 'second', name: '二号' })),
    channel_restore: act(leads, on('channel')),
    channel_edit: act(leads, on('channel', { 'name.zh': '改名的渠道', share: '' })),
    channel_remove: act(leads, on('channel')),
    desk: act(leads, form({ name: '现场来的', email: 'walk-in@example.org', 'consents.registration': 'on' })),
  }),
  '/console/[community]/[event]/registration/figures': page(moneySeen),
  '/console/[community]/[event]/registration/import': page(leads, { upload: hopeless(leads, form({ source: '活动行', basis: 'ours' })) }),
  '/console/[community]/[event]/registration/import/[list]': page(leads, {
    map: act(leads, form({ 'column.0': 'name', 'column.1': 'phone' })),
    decide: act(leads, form({ 'row.r2': 'skip' })),
    run: act(leads),
    stop: act(leads),
    // Once it has run it cannot be thrown away.
    discard: hopeless(leads),
  }),
  '/console/[community]/[event]/registration/questions': page(leads, {
    add: act(leads, form({ ...question, key: 'shirt' })),
    up: act(leads, on('question')),
    down: act(leads, on('question')),
    // For another purpose than it was answered for: from then on it is a new question.
    edit: act(leads, on('question', { ...question, key: 'note', 'help.zh': '一句就好' })),
    archive: act(leads, on('question')),
  }),
  '/console/[community]/[event]/registration/waiting': page(leads, {
    close: act(leads),
    open: act(leads),
    up: act(leads, on('waiting')),
    down: act(leads, on('waiting')),
    pass: act(leads, on('waiting')),
    // There is no room by the entrance that they came by.
    call: hopeless(leads, on('waiting')),
    remove: act(leads, on('waiting', { reason: '报重了' })),
  }),
  '/console/[community]/[event]/registration/tickets': page(moneySeen, {
    // Only where there are no types yet.
    usual: hopeless(leads, form({ standard: '100', student: '50', early: '' })),
    add: act(leads, form({ kind: 'addon', 'name.zh': '贴纸', price: '5', hidden: 'on' })),
    edit: act(leads, on('type', { 'name.zh': '改名的衣服', price: '30', hidden: 'on' })),
    up: act(leads, on('type')),
    down: act(leads, on('type')),
    remove: act(leads, on('type')),
    restore: act(leads, on('type')),
    quota: act(leads, form({ 'name.zh': '晚宴', size: '20' })),
    quota_edit: act(leads, on('quota', { 'name.zh': '改名的名额', size: '8' })),
    quota_remove: act(leads, on('quota')),
    recount: act(leads),
    holding: act(leads, form({ holdMinutes: '20', payMinutes: '40', offerHours: '12', waitingOpen: 'on', handoverUntil: '' })),
  }),
  '/console/[community]/[event]/registration/vouchers': page(leads, {
    make: act(leads, form({ effect: 'percent', value: '20', count: '2', maxUses: '1' })),
    // Needs a file.
    bring: hopeless(leads, form({ effect: 'none', maxUses: '1' })),
    stop: act(leads, on('voucher')),
    start: act(leads, on('voucher')),
  }),
  '/console/[community]/[event]/registration/money': page(money, {
    // Nobody has paid here yet.
    confirm: hopeless(treasurers, form({ payment: '0192f3a0-0000-7000-8000-0000000000dd' })),
    refuse: hopeless(treasurers, form({ payment: '0192f3a0-0000-7000-8000-0000000000dd', reason: '金额不符' })),
    decide: hopeless(treasurers, form({ refund: '0192f3a0-0000-7000-8000-0000000000dd', verdict: 'yes' })),
    refunded: hopeless(treasurers, form({ refund: '0192f3a0-0000-7000-8000-0000000000dd' })),
    give: hopeless(treasurers, form({ order: '0192f3a0-0000-7000-8000-0000000000dd', amount: '1', reason: '好意' })),
    // Asks the providers.
    reconcile: hopeless(treasurers, form({ day: '' })),
    book: act(treasurers, form({ what: 'fee', provider: 'wechatpay', amount: '1.20', note: '手续费' })),
    setting: act(treasurers, form({ offline: 'on', 'instructions.zh': '转到社区账户', offlineDays: '3', refunds: 'ask' })),
  }),
  '/console/[community]/[event]/registration/fapiao': page(money, {
    // Nobody has asked for an invoice here.
    move: hopeless(treasurers, form({ fapiao: '0192f3a0-0000-7000-8000-0000000000dd', to: 'issuing' })),
    issue: hopeless(treasurers, form({ fapiao: '0192f3a0-0000-7000-8000-0000000000dd', number: '1' })),
  }),
  '/console/[community]/[event]/registration/orders': page(leads, {
    approve: act(leads, (here) => ({ 'ids[]': [here.ids.placed] })),
    decline: act(leads, (here) => ({ 'ids[]': [here.ids.placed], reason: '坐满了' })),
  }),
  '/console/[community]/[event]/registration/orders/[placed]': page(leads, { cancel: act(leads, form({ reason: '重复' })) }),
  '/console/[community]/[event]/registration/[id]': page(leads, { resend: act(leads), cancel: act(leads) }),
  '/console/[community]/[event]/messages': page(leads, {
    reminder: act(leads, form({ on: 'on', unit: 'days', daysBefore: '1', atTime: '20:00' })),
    reconfirm: act(leads, form({ on: 'on', daysBefore: '5', atTime: '10:00', untilDays: '2', silent: 'keep' })),
    drop: act(leads),
    withdraw: act(leads, on('message')),
    // Quiet hours are the whole community's.
    quiet: act(members('owner', 'organiser'), form({ from: '22:30', until: '07:30' })),
  }),
  '/console/[community]/[event]/messages/write': page(leads, {
    preview: act(leads, form(letter)),
    test: act(leads, form(letter)),
    send: act(leads, form(letter)),
  }),
  '/console/[community]/[event]/messages/words': page(leads),
  '/console/[community]/[event]/messages/words/[kind]': page(leads, {
    preview: act(leads, form(ticketWords)),
    test: act(leads, form(ticketWords)),
    save: act(leads, form(ticketWords)),
    reset: act(leads, form({ scope: 'event' })),
  }),
  '/console/[community]/[event]/messages/mails': page(leads, { retry: act(leads) }),
  '/console/[community]/[event]/messages/mails/[mail]': page(leads, { retry: act(leads) }),
  '/console/[community]/[event]/door': page(doorkeepers, desk(doorkeepers)),
  // After what happened at the volunteer's page hardly any press makes sense any more.
  '/console/[community]/[event]/stage': page(stageSeen, presses(stageRun, true)),
  '/console/[community]/[event]/stage/timer': page(stageSeen),
  '/console/[community]/[event]/stage/screen': page(stageSeen),
  '/console/[community]/[event]/archive': page(stageSeen, {
    publish: act(archivists, onRecording),
    hide: act(archivists, onRecording),
    match: act(archivists, onRecording),
    again: act(archivists),
    actuals: act(stageRun),
    remove: act(archivists, onRecording),
  }),
  '/console/[community]/[event]/story': page(readers, {
    draft: hopeless(writers),
    save: act(writers, form({ title: '纪实', body: '正文', revision: '1' })),
    publish: act(writers),
    unpublish: act(writers),
  }),
  '/console/[community]/[event]/story/wechat': page(readers),
  '/console/[community]/[event]/handover': page(leads, {
    // Whoever organises one event only may not begin another.
    default: act(
      members('owner', 'organiser'),
      form({ slug: 'copied', 'name.zh': '新城', startsAt: '2027-03-06T13:30', parts: ['tasks', 'programme'] }),
    ),
  }),
  '/t/[ticket]/waiting': page(holder, { default: hopeless(holder, form({ type: '0192f3a0-0000-7000-8000-0000000000ee' })) }),
  // Last, because it ends with the ticket; the event is postponed and the booking cancelled by now.
  '/t/[ticket]': page(holder, {
    restore: hopeless(holder),
    coming: hopeless(holder),
    type: hopeless(holder, form({ type: '0192f3a0-0000-7000-8000-0000000000dd' })),
    // With the other's agreement it would go through, and the link be somebody else's for all that follows.
    hand: hopeless(holder, form({ name: '接票的', email: 'next@example.org' })),
    change: hopeless(holder, form({ name: '改名', email: 'changed@example.org', locale: 'zh' })),
    answers: hopeless(holder, form({ 'answers.note': '改了' })),
    cancel: act(holder),
    erase: act(holder, form({ sure: 'on' })),
  }),
}

/** Every answer without a page: files, feeds, pictures. */
export const endpoints: Readonly<Record<string, readonly Who[]>> = {
  'GET /[community]/[event]/schedule.ics': everybody,
  'GET /[community]/[event]/line/state.json': everybody,
  'GET /[community]/[event]/schedule.json': everybody,
  'GET /[community]/[event]/schedule.xml': everybody,
  'GET /[community]/[event]/talks/[talk].ics': everybody,
  'GET /t/[ticket]/event.ics': holder,
  'GET /o/[order]/code': orderer,
  'GET /o/[order]/fapiao/[id]': orderer,
  'POST /o/[order]/data.json': orderer,
  'POST /t/[ticket]/data.json': holder,
  'POST /w/[waiting]/data.json': waiter,
  'GET /t/[ticket]/files/[file]': holder,
  'GET /[community]/feed.xml': everybody,
  'GET /[community]/[event]/feed.xml': everybody,
  'GET /[community]/[event]/og.png': everybody,
  'GET /[community]/[event]/poster.png': everybody,
  'GET /[community]/[event]/poster.pdf': everybody,
  'GET /[community]/[event]/programme.pdf': everybody,
  // Leads into the console, which asks who it is.
  'GET /[community]/[event]/recap/wechat': everybody,
  // Leads everybody to the page whose button it is.
  'GET /sign-out': everybody,
  'POST /sign-out': everybody,
  'POST /console/[community]/[event]/registration/list.csv': leads,
  'POST /console/[community]/[event]/registration/list.xlsx': leads,
  'GET /console/[community]/[event]/registration/figures.csv': moneySeen,
  'GET /console/[community]/[event]/registration/figures.xlsx': moneySeen,
  'GET /console/[community]/[event]/registration/[id]/files/[file]': leads,
  'POST /console/[community]/[event]/registration/vouchers/export.csv': leads,
  'GET /console/[community]/[event]/registration/money/proof/[payment]': money,
  'GET /console/[community]/[event]/registration/money/code': money,
  'POST /console/[community]/[event]/registration/money/books.csv': money,
  'GET /console/[community]/[event]/registration/fapiao/[id]': money,
  'POST /console/[community]/[event]/registration/fapiao/list.csv': treasurers,
  'POST /console/[community]/[event]/registration/fapiao/list.xlsx': treasurers,
  'POST /console/[community]/[event]/registration/import/[list]/left.csv': leads,
  'POST /console/[community]/[event]/door/badges.pdf': leads,
  'POST /console/[community]/[event]/story/preview': readers,
  'GET /console/[community]/[event]/stage/state.json': stageSeen,
  'GET /v/[volunteer]/state.json': ['stage link'],
}

/** The programs' side. */
export const programs: Readonly<Record<string, readonly Who[]>> = {
  'GET /api/v1/openapi.json': everybody,
  'GET /api/v1/communities/:community/events/:event/availability': everybody,
  'GET /api/v1/communities/:community/events/:event/questions': everybody,
  'POST /api/v1/communities/:community/events/:event/registrations': everybody,
  'POST /api/v1/communities/:community/events/:event/door/scans': [...doorkeepers, 'door link'],
  'DELETE /api/v1/communities/:community/events/:event/door/scans/:scan': [...doorkeepers, 'door link'],
  'GET /api/v1/communities/:community/events/:event/door/search': [...doorkeepers, 'door link'],
  'GET /api/v1/communities/:community/events/:event/door/attendance': [...staff(...roles), 'door link', 'stage link'],
  'PUT /api/v1/communities/:community/events/:event/recordings/:name': [...archivists, 'stage link'],
  'POST /api/v1/communities/:community/events/:event/recordings': [...archivists, 'stage link'],
  // Believed by its signature alone; without one it is refused, whoever sends it.
  'POST /api/v1/payments/:provider/notices': everybody,
  'GET /files/:community/:id': everybody,
  'GET /files/:community/:id/:name': everybody,
}
