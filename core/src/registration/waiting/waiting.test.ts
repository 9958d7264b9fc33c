import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { retainAttendees } from '../retention.ts'
import { joinWaiting } from './join.actions.ts'
import { openWaiting } from './open.ts'
import { eraseMyWaiting, exportMyWaiting, leaveWaiting, resizeWaiting } from './own.actions.ts'
import { letOthersPass, moveWaiting, offerNow, openWaitingList, readWaitingList, removeWaiting } from './staff.actions.ts'
import { tokenOf, waitingIn } from '../../../../tests/setup/waiting-line.ts'

let app: TestApp
let w: ReturnType<typeof waitingIn>
beforeAll(async () => {
  app = await testApp()
  w = waitingIn(app)
})
afterAll(() => app.close())

describe('joining', () => {
  test('at the end of a full event, told by mail with the own link; who comes first is counted', async () => {
    const at = await w.full()
    const first = await w.join(at, { seats: 2 })
    const second = await w.join(at, { locale: 'en' })
    expect(first).toMatchObject({
      ahead: { groups: 0, people: 0 },
      reason: { why: 'full', limit: 'cap', left: 0 },
      offers: [],
      offerHours: 12,
    })
    expect(second).toMatchObject({ ahead: { groups: 1, people: 2 }, reason: { why: 'behind' } })
    const [en, zh] = await w.mailsOf(at, 'registration.waiting')
    expect(zh?.body).toContain(`${app.settings.publicUrl}${first.path}`)
    expect(zh?.subject).toBe('已加入候补：南宁场')
    expect(en?.subject).toBe('You are on the waiting list: Nanning')
    expect(await w.fits(at)).toBe(3)
    const told = await listEntries(app.db, { communityId: at.communityId, kinds: ['waiting.joined'] })
    expect(told.map(({ facts }) => facts)).toEqual([{ seats: 2 }, { seats: 1 }])
  })

  test('not while there are seats, not for a party that can never be together, not when the list is closed', async () => {
    const at = await w.full()
    await expect(w.join(at, { seats: 4 })).rejects.toMatchObject({ code: 'registration.party_large', params: { maximum: 3 } })
    await w.free(at.tickets[0])
    await expect(w.join(at)).rejects.toMatchObject({ code: 'registration.seats_left', status: 409 })
    expect((await w.join(at, { seats: 2 })).reason).toMatchObject({ why: 'party', left: 1 })
    await openWaitingList(app.ctx, ...at.place, false)
    await expect(w.join(at, { seats: 3 })).rejects.toMatchObject({ code: 'registration.waiting_closed' })
    await openWaitingList(app.ctx, ...at.place, true)
    app.clock.set(at.event.startsAt)
    await expect(w.join(at, { seats: 3 })).rejects.toMatchObject({ code: 'registration.waiting_closed' })
  })

  test('the same form is one place; the same contact is the same place and learns nothing but by its own mail', async () => {
    const at = await w.full()
    const said = w.wish()
    const [one, other] = await Promise.all([
      joinWaiting(w.stranger, ...at.place, said, 'form-0001'),
      joinWaiting(w.stranger, ...at.place, said, 'form-0001'),
    ])
    expect(one.path).toBe(other.path)
    expect((await w.mailsOf(at, 'registration.waiting')).length).toBe(1)
    await expect(joinWaiting(w.stranger, ...at.place, { ...said, name: '别人' })).rejects.toMatchObject({
      code: 'registration.waiting_already',
    })
    expect((await w.mailsOf(at, 'registration.waiting')).length).toBe(1)
    app.clock.advance(11 * 60_000)
    await expect(joinWaiting(w.stranger, ...at.place, said)).rejects.toMatchObject({ code: 'registration.waiting_already' })
    expect((await w.mailsOf(at, 'registration.waiting')).map(({ toAddress }) => toAddress)).toEqual([said.email, said.email])
    expect((await readWaitingList(app.ctx, ...at.place)).waiting.length).toBe(1)
    await expect(w.join(at, { email: at.tickets[0]?.registration.email ?? '' })).rejects.toMatchObject({ code: 'registration.twice' })
  })
})

describe('the own place', () => {
  test('fewer keep it, more go to the end; nothing else is touched', async () => {
    const at = await w.full()
    const [first, second] = [await w.join(at, { seats: 2 }), await w.join(at, { seats: 2 })]
    await resizeWaiting(w.stranger, tokenOf(first), { seats: 1, together: true })
    expect((await w.again(second)).ahead).toEqual({ groups: 1, people: 1 })
    app.clock.advance(1_000)
    await resizeWaiting(w.stranger, tokenOf(first), { seats: 3, together: true })
    expect((await w.again(first)).ahead).toEqual({ groups: 1, people: 2 })
    await expect(resizeWaiting(w.stranger, tokenOf(first), { seats: 4, together: true })).rejects.toMatchObject({
      code: 'registration.party_large',
    })
    await w.free(at.tickets[0])
    await resizeWaiting(w.stranger, tokenOf(second), { seats: 2, together: false })
    expect((await w.again(second)).offers).toMatchObject([{ seats: 1 }])
    await leaveWaiting(w.stranger, tokenOf(first))
    await expect(resizeWaiting(w.stranger, tokenOf(first), { seats: 1 })).rejects.toMatchObject({ code: 'registration.waiting_over' })
    expect(await w.fits(at)).toBe(3)
  })

  test('can be copied and erased by its link, which then ends; what is left has nobody’s name', async () => {
    const at = await w.full()
    const place = await w.join(at, { name: '李雷', phone: '13800138000' })
    expect(await exportMyWaiting(w.stranger, tokenOf(place))).toMatchObject({
      name: '李雷',
      phone: '+8613800138000',
      seats: 1,
      state: 'waiting',
    })
    await eraseMyWaiting(w.stranger, tokenOf(place))
    await expect(w.again(place)).rejects.toMatchObject({ code: 'access.link_expired' })
    const rows = await app.db
      .selectFrom('waiting')
      .select(['name', 'phone', 'email', 'state'])
      .where('communityId', '=', at.communityId)
      .execute()
    expect(rows).toEqual([{ name: '', phone: '', email: '', state: 'left' }])
    await expect(openWaiting(w.stranger, `${tokenOf(place).slice(0, -2)}AA`)).rejects.toMatchObject({ code: 'access.link_invalid' })
  })

  test('is forgotten with the event’s time of keeping', async () => {
    const at = await w.full()
    const place = await w.join(at)
    app.clock.set(new Date(at.event.endsAt.getTime() + 200 * 86_400_000))
    await retainAttendees(app.ctx)
    await expect(w.again(place)).rejects.toMatchObject({ code: 'access.link_expired' })
  })
})

describe('staff', () => {
  test('see the order with what holds it up, contacts masked, and may change it', async () => {
    const at = await w.full()
    const [a, b, c] = [await w.join(at, { seats: 2, email: 'anna@example.org' }), await w.join(at), await w.join(at)]
    await w.free(at.tickets[0])
    const order = async () =>
      (await readWaitingList(app.ctx, ...at.place)).waiting.map(({ id }) => [a, b, c].findIndex(({ waiting }) => waiting.id === id))
    const { waiting } = await readWaitingList(app.as('organiser', at.communityId), ...at.place)
    expect(waiting[0]).toMatchObject({ email: 'a***@example.org', phone: '', reason: { why: 'party', left: 1, behind: 2 } })
    expect(await order()).toEqual([0, 1, 2])
    await letOthersPass(app.ctx, ...at.place, a.waiting.id)
    // Past the party of two, the first of the others gets what is free.
    expect(await order()).toEqual([2, 0])
    expect((await w.again(b)).waiting.state).toBe('offered')
    const d = await w.join(at)
    expect((await readWaitingList(app.ctx, ...at.place)).waiting.map(({ id }) => id)).toEqual([c, d, a].map((one) => one.waiting.id))
    await moveWaiting(app.ctx, ...at.place, d.waiting.id, -1)
    await moveWaiting(app.ctx, ...at.place, d.waiting.id, -1)
    expect((await readWaitingList(app.ctx, ...at.place)).waiting.map(({ id }) => id)).toEqual([d, c, a].map((one) => one.waiting.id))
    await moveWaiting(app.ctx, ...at.place, d.waiting.id, 1)
    expect((await readWaitingList(app.ctx, ...at.place)).waiting.map(({ id }) => id)).toEqual([c, d, a].map((one) => one.waiting.id))
    expect(await w.fits(at)).toBe(3)
  })

  test('may call somebody by hand when there is room, never beyond it, and take somebody off with a reason', async () => {
    const at = await w.full()
    const [party, one, two] = [await w.join(at, { seats: 2 }), await w.join(at), await w.join(at)]
    await expect(offerNow(app.ctx, ...at.place, one.waiting.id)).rejects.toMatchObject({
      code: 'registration.offer_no_room',
      params: { left: 0 },
    })
    await w.free(at.tickets[0])
    await offerNow(app.ctx, ...at.place, two.waiting.id)
    expect([(await w.again(two)).waiting.state, (await w.again(one)).waiting.state]).toEqual(['offered', 'waiting'])
    await expect(offerNow(app.ctx, ...at.place, two.waiting.id)).rejects.toMatchObject({ code: 'registration.waiting_over' })
    await removeWaiting(app.ctx, ...at.place, party.waiting.id, '人数报重了。')
    const [mail] = await w.mailsOf(at, 'registration.waiting_removed')
    expect(mail?.body).toContain('人数报重了。')
    expect((await w.again(party)).waiting.state).toBe('left')
    expect(await w.fits(at)).toBe(3)
  })

  test('of other places or without the right see and do nothing', async () => {
    const [at, other] = [await w.full(), await w.full()]
    const { waiting } = await w.join(at)
    for (const ctx of [w.stranger, app.as('door', at.communityId), app.as('organiser', other.communityId)])
      for (const attempt of [
        () => readWaitingList(ctx, ...at.place),
        () => moveWaiting(ctx, ...at.place, waiting.id, 1),
        () => letOthersPass(ctx, ...at.place, waiting.id),
        () => offerNow(ctx, ...at.place, waiting.id),
        () => removeWaiting(ctx, ...at.place, waiting.id, 'x'),
        () => openWaitingList(ctx, ...at.place, false),
      ])
        await expect((async () => void (await attempt()))()).rejects.toMatchObject({
          code: ctx === w.stranger ? 'access.sign_in' : 'access.denied',
        })
    const own = app.as('organiser', other.communityId)
    await expect(offerNow(own, ...other.place, waiting.id)).rejects.toMatchObject({ code: 'thing.not_found' })
  })
})
