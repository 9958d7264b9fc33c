/** What the next answers to programs are spoiled by. */
export type Fault =
  /** Answers 500 without doing anything. */
  | 'down'
  /** Does what was asked, but the answer is lost. */
  | 'lost'
  /** Answers without a signature. */
  | 'unsigned'
  /** Answers with a signature of somebody else's. */
  | 'forged'

/** How the sandbox behaves; tests change it while it runs. */
export interface Behaviour {
  /** One for each of the next calls. */
  faults: Fault[]
  /** `hold`: notices wait until they are let go. */
  notices: 'send' | 'hold'
  /** What the official account may not: ask who a reader is (`no_scope`), or use the interface (`no_right`). */
  account: 'good' | 'no_scope' | 'no_right'
  refunds: 'done' | 'processing' | 'failed'
  /** How long a notice that was not taken waits before it is sent once more, in milliseconds; then it is given up. */
  pauses: readonly number[]
}

/** As a provider on a good day. */
export const goodDay = (): Behaviour => ({
  faults: [],
  notices: 'send',
  account: 'good',
  refunds: 'done',
  pauses: [2_000, 10_000, 60_000, 300_000, 1_800_000],
})
