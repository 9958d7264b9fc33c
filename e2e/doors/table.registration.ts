import {
  members,
  leads,
  money,
  treasurers,
  moneySeen,
  page,
  act,
  hopeless,
  form,
  on,
  letter,
  ticketWords,
  question,
  type Door,
} from './who.ts'

/** The pages of registration and its messages, and what may be done on them. */
export const registrationDoors: Readonly<Record<string, Door>> = {
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
    types: act(leads, form({ 'word.0': '', 'type.0': 'plain' })),
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
    edit: act(leads, on('voucher', { maxUses: '5', noteWas: '', revision: '1' })),
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
    book: act(treasurers, form({ what: 'fee', provider: 'offline', amount: '1.20', note: '手续费' })),
    setting: act(
      treasurers,
      form({
        offline: 'on',
        'with[]': ['wechatpay', 'alipay', 'stripe'],
        'instructions.zh': '转到社区账户',
        offlineDays: '3',
        refunds: 'ask',
      }),
    ),
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
  '/console/[community]/[event]/registration/orders/[placed]': page(leads, {
    cancel: act(leads, form({ reason: '重复' })),
    // Nothing was paid here.
    refund: hopeless(money, form({ amount: '1', reason: '少一顿饭' })),
  }),
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
}
