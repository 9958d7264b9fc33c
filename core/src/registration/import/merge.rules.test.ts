import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stockOf } from '../seats/stock.testing.ts'
import { Crowd, planRows, type Known, type Seats } from './merge.rules.ts'
import type { Choice } from './model.ts'
import type { Reading } from './row.rules.ts'

const row = (line: number, over: Partial<Reading>): Reading => ({
  line,
  hash: JSON.stringify(over),
  name: '张三',
  phone: '',
  email: '',
  organisation: '',
  wechat: '',
  registeredAt: null,
  ticket: '',
  answers: {},
  refused: '',
  note: '',
  ...over,
})
const known = (over: Partial<Known>): Known => ({
  id: 'k',
  line: null,
  name: '张三',
  organisation: '',
  phones: [],
  emails: [],
  phone: over.phones?.[0] ?? '',
  email: over.emails?.[0] ?? '',
  state: 'registered',
  ...over,
})
const seats = (over: Parameters<typeof stockOf>[0] = {}, channelId: string | null = null): Seats => ({
  stock: stockOf(over),
  channelId,
  ticketOf: () => ({ ok: true, typeId: null }),
})
const open = seats()
const plan = (rows: Reading[], here: Known[] = [], seats = open, choices: [number, Choice][] = []) =>
  planRows(rows, new Crowd(here), new Map(), seats, new Map(choices)).map((one) => `${one.plan} ${one.reason}`.trim())

describe('who is who', () => {
  test('the same phone and name, however the name is written; else the same e-mail and name', () => {
    expect(plan([row(1, { name: '张 三', phone: '+861' })], [known({ phones: ['+861'] })])).toEqual(['same same_phone'])
    expect(plan([row(1, { phone: '+862', email: 'a@b.c' })], [known({ phones: ['+861'], emails: ['a@b.c'] })])).toEqual(['same same_email'])
  })

  test('one phone, two names: companions, each with a place; only the first booking holds the phone', () => {
    const plans = planRows([row(1, { phone: '+861' }), row(2, { name: '李四', phone: '+861' })], new Crowd([]), new Map(), open, new Map())
    expect(plans.map(({ plan: what, reason, phone }) => [what, reason, phone])).toEqual([
      ['new', '', '+861'],
      ['new', 'companion', ''],
    ])
  })

  test('one e-mail, two names: a person decides, unless their phones differ', () => {
    const here = [known({ name: '李四', phones: ['+861'], emails: ['a@b.c'] })]
    expect(plan([row(1, { email: 'a@b.c' })], here)).toEqual(['possible email_other_name'])
    expect(plan([row(1, { email: 'a@b.c', phone: '+862' })], here)).toEqual(['new companion'])
  })

  test('the same name and organisation: a person decides', () => {
    const here = () => [known({ organisation: '南宁 软件', phones: ['+861'] })]
    const rows = [row(1, { organisation: '南宁软件', email: 'a@b.c' })]
    expect(plan(rows, here())).toEqual(['possible name_and_organisation'])
    expect(plan(rows, here(), open, [[1, 'same']])).toEqual(['same name_and_organisation'])
    expect(plan(rows, here(), open, [[1, 'other']])).toEqual(['new'])
    expect(plan(rows, here(), open, [[1, 'skip']])).toEqual(['refused left_out'])
    expect(plan([row(1, { name: '张三', email: 'a@b.c' })], here())).toEqual(['new'])
  })

  test('within the list, too; the same row twice is one', () => {
    expect(
      plan([row(1, { phone: '+861' }), row(2, { phone: '+861', email: 'a@b.c' }), row(3, { email: 'a@b.c' }), row(4, { phone: '+861' })]),
    ).toEqual(['new', 'same same_phone', 'same same_email', 'again same_row'])
  })

  test('somebody who cancelled here stays away; cancelled in the list is told when they are here', () => {
    expect(plan([row(1, { phone: '+861' })], [known({ phones: ['+861'], state: 'cancelled' })])).toEqual(['refused cancelled_here'])
    expect(plan([row(1, { phone: '+861', refused: 'status_off' })], [known({ phones: ['+861'] })])).toEqual(['refused status_off_here'])
    expect(plan([row(1, { phone: '+862', refused: 'status_off' })], [known({ phones: ['+861'] })])).toEqual(['refused status_off'])
  })

  test('what was taken before is not taken again, what was erased never', () => {
    const before = new Map([
      ['a', { registrationId: 'k', erased: false }],
      ['b', { registrationId: 'k', erased: true }],
    ])
    const plans = planRows(
      [row(1, { hash: 'a', phone: '+861' }), row(2, { hash: 'b', phone: '+862' })],
      new Crowd([]),
      before,
      open,
      new Map(),
    )
    expect(plans.map((one) => `${one.plan} ${one.reason}`)).toEqual(['again same_row', 'refused erased_here'])
  })

  test('the cap and the channel’s share count people, not rows', () => {
    const rows = [
      row(1, { phone: '+861' }),
      row(2, { phone: '+861', email: 'a@b.c' }),
      row(3, { phone: '+862' }),
      row(4, { phone: '+863' }),
    ]
    expect(plan(rows, [], seats({ cap: 2 }))).toEqual(['new', 'same same_phone', 'new', 'refused full'])
    expect(plan(rows, [], seats({ channels: [{ id: 'c', slug: 'c', name: {}, share: 3, taken: 2 }] }, 'c'))).toEqual([
      'new',
      'same same_phone',
      'refused channel_full',
      'refused channel_full',
    ])
  })
})

// People as they are: some share a phone with their family, all are reached by a contact that every list has.
const person = fc.record({
  name: fc.constantFrom('张三', '李四', '王五'),
  phone: fc.integer({ min: 0, max: 3 }),
  email: fc.boolean(),
  organisation: fc.constantFrom('', '甲', '乙'),
})
const lists = fc.array(fc.array(fc.record({ who: fc.nat(7), withEmail: fc.boolean(), off: fc.boolean() }), { maxLength: 8 }), {
  minLength: 1,
  maxLength: 3,
})

test('lists taken twice and in any order give the same set of people', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(person, { minLength: 1, maxLength: 8, selector: (one) => `${one.name}${one.phone}` }),
      lists,
      (people, files) => {
        const take = (order: readonly (typeof files)[number][]): string[] => {
          let crowd: Known[] = []
          for (const file of order) {
            const rows = file.map((one, at): Reading => {
              const who = people[one.who % people.length]
              const [name, phone] = [who?.name ?? '', `+861${who?.phone ?? 0}`]
              return row(at + 1, {
                name,
                phone,
                email: one.withEmail && who?.email ? `${name}${phone}@x` : '',
                organisation: who?.organisation ?? '',
                refused: one.off ? 'status_off' : '',
              })
            })
            const here = crowd.map((one) => ({ ...one, phones: [...one.phones], emails: [...one.emails] }))
            const choices = new Map(rows.map((one): [number, Choice] => [one.line, 'other']))
            const plans = planRows(rows, new Crowd(here), new Map(), open, choices)
            const fresh = plans.flatMap((one, at) =>
              one.plan === 'new' && rows[at]
                ? [
                    known({
                      ...rows[at],
                      id: `${crowd.length}-${at}`,
                      phones: [rows[at].phone],
                      emails: rows[at].email ? [rows[at].email] : [],
                      phone: one.phone,
                      email: one.email,
                    }),
                  ]
                : [],
            )
            crowd = [...here, ...fresh]
          }
          for (const contact of ['phone', 'email'] as const) {
            const held = crowd.map((one) => one[contact]).filter((value) => value !== '')
            expect(new Set(held).size).toBe(held.length)
          }
          return crowd.map((one) => `${one.name} ${one.phones.join()}`).toSorted()
        }
        const once = take(files)
        expect(new Set(once).size).toBe(once.length)
        expect(take([...files, ...files])).toEqual(once)
        expect(take(files.toReversed())).toEqual(once)
        expect(take([files.flat()])).toEqual(once)
      },
    ),
    { numRuns: 300 },
  )
})
