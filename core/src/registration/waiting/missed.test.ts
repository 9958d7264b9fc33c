import { afterAll, beforeAll, expect, test } from 'vitest'
import { setEventState } from '#core/community/actions.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { waitingIn } from '../../../../tests/setup/waiting-line.ts'
import { setWords } from '../messages/actions.ts'
import { sweepSeats } from '../orders/sweep.ts'
import { missedMail } from './mails.ts'
import { openWaitingList } from './staff.actions.ts'

let app: TestApp
let w: ReturnType<typeof waitingIn>
beforeAll(async () => {
  app = await testApp({ env: { KAICHANG_SMTP: 'smtp://127.0.0.1:9' } })
  w = waitingIn(app)
})
afterAll(() => app.close())

type Full = Awaited<ReturnType<typeof w.full>>
const told = (at: Full) => w.mailsOf(at, missedMail.name)
/** The offers that were made at noon have run out at midnight. */
const runOut = async (): Promise<void> => {
  app.clock.set(new Date('2026-11-21T00:00:03+08:00'))
  await sweepSeats(app.ctx)
}

test('who missed an offer is told once, in their language, after the quiet hours, and how to wait again', async () => {
  const at = await w.full()
  const [first, second] = [await w.join(at), await w.join(at, { locale: 'en' })]
  await w.free(at.tickets[0])
  expect(await told(at)).toEqual([])
  await runOut()
  await Promise.all([sweepSeats(app.ctx), sweepSeats(app.ctx)])
  const [mail, ...others] = await told(at)
  expect(others).toEqual([])
  expect(mail).toMatchObject({
    toAddress: first.waiting.email,
    state: 'queued',
    notBefore: new Date('2026-11-21T08:00:00+08:00'),
    subject: '给您留的位置已经让出：南宁场',
  })
  expect(mail?.body).toContain('名额（1 位）到时没有确认')
  expect(mail?.body).toContain(`还想来的话，在这里重新候补，从队尾排起：\n${app.settings.publicUrl}${first.path}`)
  // The next one misses it by day: told at once.
  app.clock.set(new Date('2026-11-21T20:00:01+08:00'))
  await sweepSeats(app.ctx)
  const english = (await told(at)).find(({ toAddress }) => toAddress === second.waiting.email)
  expect(english).toMatchObject({ notBefore: null, subject: 'The seats kept for you have gone: Nanning' })
  expect(english?.body).toContain('wait again here, at the end of the list')
  expect((await told(at)).length).toBe(2)
})

test('the words are the organisers’ where they changed them; a closed list and a split party are told as they are', async () => {
  const at = await w.full()
  await setWords(app.ctx, ...at.place, missedMail.name, { zh: { subject: '过期了', body: '{name}：{again}{waiting}' }, en: {} })
  const party = await w.join(at, { seats: 3, together: false })
  await w.free(at.tickets[0])
  await runOut()
  const [split] = await told(at)
  expect(split?.subject).toBe('过期了')
  // They are offered the same seat again, as those who wait first.
  expect(split?.body).toContain(`其余的位置您还在候补，排到第几看这里：${app.settings.publicUrl}${party.path}`)
  const closed = await w.full()
  await w.join(closed)
  await w.free(closed.tickets[0])
  await openWaitingList(app.ctx, ...closed.place, false)
  await runOut()
  expect((await told(closed))[0]?.body).toContain('候补现在不收人了')
})

test('nobody is told who left no address, nor once the event has begun or is called off', async () => {
  const silent = await w.full()
  await w.join(silent, { email: '', phone: '13800138000' })
  await w.free(silent.tickets[0])
  const off = await w.full()
  await w.join(off)
  await w.free(off.tickets[0])
  await setEventState(app.ctx, ...off.place, 'cancelled')
  await runOut()
  expect([await told(silent), await told(off)]).toEqual([[], []])
  const late = await w.full()
  await w.join(late)
  app.clock.set(new Date('2026-12-05T12:00:00+08:00'))
  await w.free(late.tickets[0])
  app.clock.set(new Date('2026-12-05T13:30:00+08:00'))
  await sweepSeats(app.ctx)
  expect(await told(late)).toEqual([])
})
