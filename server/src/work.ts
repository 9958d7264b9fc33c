import type { App } from '@kaichang/core/app.ts'
import { system } from '@kaichang/core/kernel/actor.ts'
import { sweepSeats } from '@kaichang/core/registration/orders/sweep.ts'
import { startMailDelivery } from '@kaichang/core/people/mail/deliver.ts'
import { runImport } from '@kaichang/core/registration/import/actions.ts'
import { workOffMessages } from '@kaichang/core/registration/messages/actions.ts'
import { dayBefore, reconcile } from '@kaichang/core/registration/payment/reconcile.actions.ts'
import { sweepPayments } from '@kaichang/core/registration/payment/query.actions.ts'
import { sendRefunds } from '@kaichang/core/registration/payment/refund.send.ts'
import { retainAttendees } from '@kaichang/core/registration/actions.ts'

/** Starts everything that is worked on beside requests: mail, and the nightly end of keeping personal data. */
export async function startWorking(app: App): Promise<void> {
  const ctx = app.context(system('jobs'))
  await startMailDelivery(ctx)
  await app.jobs.work('people.retain', async () => void (await retainAttendees(ctx)))
  await app.jobs.work('registration.import', ({ communityId, eventId, id }) => runImport(ctx, communityId, eventId, id))
  await app.jobs.work('seats.sweep', async () => void (await sweepSeats(ctx)))
  await app.jobs.schedule('seats.sweep', '* * * * *')
  await app.jobs.work('payments.sweep', async () => {
    await sweepPayments(ctx, app.log)
    await sendRefunds(ctx, app.log)
  })
  await app.jobs.schedule('payments.sweep', '* * * * *')
  await app.jobs.work('payments.reconcile', () => reconcile(ctx, dayBefore(app.clock.now()), app.log))
  // Providers have a day's statement ready by ten in the morning.
  await app.jobs.schedule('payments.reconcile', '30 10 * * *')
  await app.jobs.work('messages.due', () => workOffMessages(ctx))
  await app.jobs.schedule('messages.due', '*/5 * * * *')
  await app.jobs.schedule('people.retain', '20 4 * * *')
}
