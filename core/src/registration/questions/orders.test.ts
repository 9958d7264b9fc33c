import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '#core/store/transaction.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { askingPlace, card, issuesOf, PNG } from '../../../../tests/setup/asking.ts'
import { retainAttendees } from '../actions.ts'
import { furnishTypes } from '../../../../tests/setup/seat-counts.ts'
import { fillOrder } from '../orders/fill.actions.ts'
import { holdSeats } from '../orders/hold.actions.ts'
import type { OpenOrder } from '../orders/open.ts'
import { approveOrders } from '../orders/review.actions.ts'
import { settleOrder } from '../orders/settle.ts'
import { listRequests, openOrderFile, readOrder } from '../orders/staff.actions.ts'
import { sweepSeats } from '../orders/sweep.ts'
import { sweepFiles, uploadAnswer } from './upload.ts'
import { forgetAnswers } from './write.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

/** An event with ticket types, of which `paid` asks for a card, and that asks whoever orders once for the bill's title. */
async function ordering() {
  const at = await askingPlace(app)
  const { communityId, eventId, guest } = at
  const types = await furnishTypes(app, communityId, eventId)
  const ids = {
    card: await at.ask({ ...card, required: true, typeIds: [types.paid] }),
    diet: await at.ask(),
    bill: await at.ask({ key: 'bill', kind: 'short', options: [], askedOf: 'order', required: true }),
  }
  const hold = (lines: [string, number][]) =>
    holdSeats(guest, communityId, eventId, { lines: lines.map(([typeId, seats]) => ({ typeId, seats, chosenFen: null })) })
  const fill = (held: OpenOrder, answers: Record<string, unknown>[]) =>
    fillOrder(guest, held.path.slice('/o/'.length), {
      name: '王小明',
      phone: '',
      email: `order-${held.order.code}@example.org`,
      consents: { registration: true },
      seats: held.lines.map((line, n) => ({
        lineId: line.id,
        name: n === 0 ? '王小明' : `同伴${n}`,
        phone: '',
        email: n === 0 ? `order-${held.order.code}@example.org` : '',
        answers: answers[n] ?? {},
      })),
    })
  const settle = (held: OpenOrder) => transact(app.ctx, (tx) => settleOrder(app.ctx, tx, { communityId, eventId, id: held.order.id }))
  const waiting = async () =>
    (await app.db.selectFrom('orderLine').select('answers').where('communityId', '=', communityId).orderBy('position').execute()).map(
      (line) => line.answers,
    )
  return { ...at, types, ids, hold, fill, settle, waiting }
}

test('each seat answers what its type asks, the order’s own questions go with the first one', async () => {
  const { types, ids, hold, fill, answers } = await ordering()
  const held = await hold([[types.free, 2]])
  expect(await issuesOf(fill(held, [{ diet: 'fish' }, { diet: 'veg', bill: 'dropped' }]))).toEqual([
    'seats.0.answers.diet question.option',
    'seats.0.answers.bill field.required',
  ])
  const done = await fill(held, [
    { diet: 'all', bill: '某某公司' },
    { diet: 'veg', bill: 'dropped' },
  ])
  expect(done.order.state).toBe('done')
  const given = (await answers()).map(({ questionId, value }) => [questionId, value])
  expect(given.toSorted()).toEqual(
    [
      [ids.diet, 'all'],
      [ids.diet, 'veg'],
      [ids.bill, '某某公司'],
    ].toSorted(),
  )
})

test('a file stays while an order awaits its money, late money included, and goes over to the ticket', async () => {
  const { communityId, types, ids, hold, fill, settle, upload, answers, files, waiting, onDisk } = await ordering()
  const held = await hold([[types.paid, 1]])
  expect(await issuesOf(fill(held, [{ bill: 'x' }]))).toEqual(['seats.0.answers.card field.required'])
  const { id, name } = await upload(PNG)
  await fill(held, [{ bill: '某某公司', card: `${id} ${name}` }])
  expect(await waiting()).toEqual([
    [
      { questionId: ids.card, value: id, file: true },
      { questionId: ids.bill, value: '某某公司', file: false },
    ],
  ])
  app.clock.advance(3 * 3_600_000)
  await sweepSeats(app.ctx)
  await sweepFiles(app.ctx, communityId)
  expect((await files()).map((one) => one.id)).toEqual([id])
  expect(await settle(held)).toBe('booked')
  expect((await answers()).length).toBe(2)
  const [file] = await files()
  expect(file?.registrationId).not.toBeNull()
  // What stands with the ticket is not kept a second time.
  expect(await waiting()).toEqual([[]])
  expect(onDisk().length).toBe(1)
})

test('whoever looks a request through sees the file that came with it, and nobody by another order', async () => {
  const { communityId, eventId, types, ask, guest, hold, fill } = await ordering()
  const place = [communityId, eventId] as const
  await ask({ ...card, key: 'proof', typeIds: [types.looked] })
  const [held, other] = [await hold([[types.looked, 1]]), await hold([[types.looked, 1]])]
  const { id, name } = await uploadAnswer(guest, ...place, 'proof', { name: '学生证.png', bytes: PNG })
  await fill(held, [{ bill: '某某公司', proof: id, diet: 'all' }])
  const told = (await listRequests(app.ctx, ...place)).requests[0]?.seats[0]?.answers.find(({ question }) => question.key === 'proof')
  expect(told?.file).toEqual({ id, name, size: PNG.length })
  const [line] = [...(await readOrder(app.ctx, ...place, held.order.id)).answers.values()]
  expect(line?.find(({ question }) => question.key === 'proof')?.file?.id).toBe(id)
  expect(await openOrderFile(app.ctx, ...place, held.order.id, id)).toMatchObject({ name, mediaType: 'image/png' })
  await expect(openOrderFile(guest, ...place, held.order.id, id)).rejects.toMatchObject({ code: 'access.sign_in' })
  await expect(openOrderFile(app.ctx, ...place, other.order.id, id)).rejects.toMatchObject({ code: 'thing.not_found' })
  // From then on it is the ticket's, which may be handed on.
  await approveOrders(app.ctx, ...place, [held.order.id])
  await expect(openOrderFile(app.ctx, ...place, held.order.id, id)).rejects.toMatchObject({ code: 'thing.not_found' })
})

test('what came with an order that came to nothing is gone a week later', async () => {
  const { types, hold, fill, upload, files, waiting, onDisk } = await ordering()
  const held = await hold([[types.paid, 1]])
  const { id } = await upload(PNG)
  await fill(held, [{ bill: '某某公司', card: id }])
  app.clock.advance(3_600_000)
  await sweepSeats(app.ctx)
  app.clock.advance(6 * 86_400_000)
  await retainAttendees(app.ctx)
  expect([(await files()).length, onDisk().length]).toEqual([1, 1])
  app.clock.advance(86_400_000)
  await retainAttendees(app.ctx)
  expect([await files(), await waiting(), onDisk()]).toEqual([[], [[]], []])
})

test('answers of orders under way end with their question’s time, too', async () => {
  const { types, hold, fill, waiting, entries } = await ordering()
  const held = await hold([
    [types.free, 1],
    [types.looked, 1],
  ])
  await fill(held, [{ bill: '某某公司', diet: 'veg' }])
  expect((await waiting()).flat().length).toBe(2)
  app.clock.set(new Date('2026-12-13T04:20:00+08:00'))
  await retainAttendees(app.ctx)
  expect((await waiting()).flat()).toEqual([])
  expect((await entries('answers_ended')).length).toBe(2)
})

test('a machine that stops after an erasure leaves a file without a name, and the next night takes it off the disk', async () => {
  const { communityId, ask, upload, register, files, onDisk } = await askingPlace(app)
  await ask(card)
  const { id } = await upload(PNG)
  const { registration } = await register('13800138000', { card: id })
  await transact(app.ctx, (tx) => forgetAnswers(tx.db, communityId, registration.id))
  expect([await files(), onDisk().length]).toEqual([[{ id, registrationId: null, name: '' }], 1])
  await retainAttendees(app.ctx)
  expect([await files(), onDisk()]).toEqual([[], []])
})

test('the same content in two bookings stays until the last of them is gone', async () => {
  const { communityId, ask, upload, register, onDisk } = await askingPlace(app)
  await ask(card)
  const bookings = []
  for (const phone of ['13800138000', '13800138001']) bookings.push(await register(phone, { card: (await upload(PNG)).id }))
  expect(onDisk().length).toBe(1)
  for (const [n, { registration }] of bookings.entries()) {
    await transact(app.ctx, (tx) => forgetAnswers(tx.db, communityId, registration.id))
    await sweepFiles(app.ctx, communityId)
    expect(onDisk().length).toBe(1 - n)
  }
})
