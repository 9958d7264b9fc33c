import { expect, test } from 'vitest'
import type { RegistrationValues } from './model.ts'
import { decideTogether, openingOf, type SeatState } from './rules.ts'
import type { ChannelStock } from './seats/model.ts'
import { stockOf, typeStock } from './seats/stock.testing.ts'

const request = (over: Partial<RegistrationValues> = {}): RegistrationValues => ({
  name: '张三',
  phone: '+8613800138000',
  email: '',
  locale: 'zh',
  channel: '',
  ticketType: '',
  consents: { registration: true, photos: false, news: false },
  ...over,
})
const now = new Date('2026-11-20T12:00:00+08:00')
const state = ({ cap = 2, ...over }: Partial<SeatState> & Parameters<typeof stockOf>[0] = {}): SeatState => ({
  opening: 'open',
  now,
  stock: stockOf({ cap, ...over }),
  blocked: new Set(),
  contacts: new Set(),
  ...over,
})
const channel = (over: Partial<ChannelStock> = {}): ChannelStock => ({
  id: 'c1',
  slug: 'yunjia',
  name: { zh: '云+社区' },
  share: null,
  taken: 0,
  ...over,
})
const plain = { ok: true, typeId: null, channelId: null }
const full = { ok: false, code: 'registration.full', cap: 2, limit: 'cap', left: 0 }

test('an event is open by switch, window and state', () => {
  const event = { state: 'published', endsAt: new Date('2026-12-05T10:30:00Z') } as const
  const counter = {
    taken: 0,
    open: true,
    holdMinutes: 15,
    payMinutes: 30,
    offerHours: 12,
    waitingOpen: true,
    handoverUntil: null,
    opensAt: new Date('2026-11-01T00:00:00Z'),
    closesAt: new Date('2026-12-01T00:00:00Z'),
  }
  const at = (time: string, over = {}) => openingOf(event, { ...counter, ...over }, new Date(time))
  expect(at('2026-10-31T23:59:59Z')).toBe('not_yet')
  expect(at('2026-11-01T00:00:00Z')).toBe('open')
  expect(at('2026-12-01T00:00:00Z')).toBe('closed')
  expect(at('2026-12-05T10:30:01Z')).toBe('over')
  expect(at('2026-11-02T00:00:00Z', { open: false })).toBe('not_open')
  expect(at('2026-11-02T00:00:00Z', { open: false, taken: 3 })).toBe('closed')
  expect(openingOf({ ...event, state: 'cancelled' }, counter, new Date('2026-11-02T00:00:00Z'))).toBe('closed')
  expect(openingOf(event, undefined, new Date('2026-11-02T00:00:00Z'))).toBe('not_open')
})

test('requests that wait together are decided in order, each with its own verdict', () => {
  const verdicts = decideTogether(state(), [
    request(),
    request({ name: '李四' }),
    request({ phone: '', email: 'a@example.org' }),
    request({ phone: '', email: 'b@example.org' }),
  ])
  expect(verdicts).toEqual([plain, { ok: false, code: 'registration.twice' }, plain, full])
})

test('whoever is registered already is told so, not that the event is full', () => {
  expect(decideTogether(state({ taken: 2, contacts: new Set(['phone:+8613800138000']) }), [request()])).toEqual([
    { ok: false, code: 'registration.twice' },
  ])
})

test('a channel takes its own share at most, and all channels one cap', () => {
  const channels = [channel({ share: 1 }), channel({ id: 'c2', slug: 'own' })]
  const people = [1, 2, 3, 4].map((n) => request({ phone: `+861380013800${n}`, channel: n <= 2 ? 'yunjia' : 'own' }))
  expect(decideTogether(state({ channels }), people)).toEqual([
    { ok: true, typeId: null, channelId: 'c1' },
    { ok: false, code: 'registration.channel_full', share: 1, limit: 'channel:c1', left: 0 },
    { ok: true, typeId: null, channelId: 'c2' },
    full,
  ])
})

test('the desk may register when the window is closed, but not over the cap', () => {
  expect(decideTogether(state({ opening: 'closed' }), [request()])).toEqual([{ ok: false, code: 'registration.closed' }])
  expect(
    decideTogether(state({ opening: 'closed', taken: 1 }), [
      { ...request(), anyTime: true },
      { ...request({ phone: '+8613800138001' }), anyTime: true },
    ]),
  ).toEqual([plain, full])
})

test('with types: the only open one is meant, others are named; what costs or is looked at needs an order', () => {
  const free = typeStock({ id: 'free' })
  const paid = typeStock({ id: 'paid', priceFen: 9900 })
  const hidden = typeStock({ id: 'hidden', hidden: true })
  const codeOf = (types: Parameters<typeof typeStock>[0][], ticketType = '', over = {}) => {
    const [verdict] = decideTogether(state({ types: types.map(typeStock) }), [{ ...request({ ticketType }), ...over }])
    return verdict?.ok ? verdict.typeId : verdict?.code
  }
  expect(codeOf([free])).toBe('free')
  expect(codeOf([free, hidden])).toBe('free')
  expect(codeOf([free, paid])).toBe('registration.type_missing')
  expect(codeOf([free, paid], 'paid')).toBe('registration.order_first')
  expect(codeOf([free, { ...free, id: 'looked', review: true }], 'looked')).toBe('registration.order_first')
  expect(codeOf([free, { ...free, id: 'looked', review: true }], 'looked', { anyTime: true })).toBe('looked')
  expect(codeOf([{ ...free, pricing: 'open' }])).toBe('registration.order_first')
  expect(codeOf([free, hidden], 'hidden')).toBe('registration.type_unknown')
  expect(codeOf([free, hidden], 'hidden', { anyTime: true })).toBe('hidden')
  expect(codeOf([free], 'nothing')).toBe('registration.type_unknown')
  expect(codeOf([{ ...free, retired: true }], 'free')).toBe('registration.type_unknown')
  expect(codeOf([{ ...free, sellsFrom: new Date(now.getTime() + 1) }])).toBe('registration.type_not_yet')
  expect(codeOf([{ ...free, sellsFrom: now }])).toBe('free')
  expect(codeOf([{ ...free, sellsUntil: now }])).toBe('registration.type_over')
})
