import { fail } from '#core/kernel/errors.ts'
import type { Provider } from './provider.ts'

/**
 * A bank transfer or the community's own collection code. There is nobody to ask: a treasurer looks at the proof and
 * confirms, and gives money back by hand.
 */
export function offline(): Provider {
  return {
    name: 'offline',
    methods: ['transfer'],
    sandbox: false,
    identity: { app: 'offline', merchant: 'offline' },
    start: () => Promise.resolve({ started: { kind: 'transfer' }, kept: {} }),
    query: () => Promise.resolve({ state: 'open' }),
    close: () => Promise.resolve('closed'),
    refund: (_payment, { outRefundNo, amountFen }) =>
      Promise.resolve({ outRefundNo, providerNo: '', state: 'sent', amountFen, problem: '' }),
    queryRefund: () => Promise.resolve(null),
    readNotice: () => ({ ok: false, reason: 'unreadable' }),
    answer: () => {
      throw fail('page.not_found')
    },
    bill: () => Promise.resolve([]),
  }
}
