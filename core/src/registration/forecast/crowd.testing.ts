import { seededRandom } from '#core/kernel/random.ts'
import { leads, type Group, type PastEvent, type PastGroup } from './model.ts'
import { expit } from './numbers.ts'

/** A made community: how its people really behave, which nothing that learns is told. Log-odds. */
export interface Truth {
  mean: number
  /** Between its evenings. */
  evening: number
  channels: Record<string, number>
  /** From the last two days to a month ahead. */
  leads: readonly number[]
}

/** Repeatable chance: a share, a normally distributed number, one of several by weight. */
export function dice(seed: number) {
  const random = seededRandom(seed)
  const share = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4)
    return (a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d + 0.5) / 2 ** 32
  }
  const normal = (): number => Math.sqrt(-2 * Math.log(share())) * Math.cos(2 * Math.PI * share())
  const pick = (weights: readonly number[]): number => {
    let left = share() * weights.reduce((a, b) => a + b, 0)
    const at = weights.findIndex((weight) => (left -= weight) < 0)
    return Math.max(at, 0)
  }
  return { share, normal, pick }
}

/** One event of the community: `fewest` people and up to 260 more, another mix of channels and lead times each time, one evening's luck. */
export function makeEvent({ share, normal, pick }: ReturnType<typeof dice>, truth: Truth, id: string, fewest = 40): PastEvent {
  const luck = truth.evening * normal()
  const channels = Object.entries(truth.channels)
  const mix = channels.map(() => 0.1 + share() ** 2)
  const early = leads.map(() => 0.1 + share() ** 2)
  const groups = new Map<string, PastGroup>()
  for (let left = fewest + Math.floor(share() * 260); left > 0; left -= 1) {
    const [channel = '', channelEffect = 0] = channels[pick(mix)] ?? []
    const at = pick(early)
    const lead = leads[at] ?? '0-1'
    const group = groups.get(`${channel} ${lead}`) ?? { ...groupOf(0, { channel, lead }), came: 0 }
    group.registered += 1
    if (share() < expit(truth.mean + luck + channelEffect + (truth.leads[at] ?? 0))) group.came += 1
    groups.set(`${channel} ${lead}`, group)
  }
  return { id, groups: [...groups.values()], walkIns: 0 }
}

export const groupOf = (registered: number, over: Partial<Group> = {}): Group => ({
  channel: '',
  lead: '7-13',
  price: 'free',
  reconfirm: 'unasked',
  weekday: 'weekend',
  registered,
  ...over,
})

export const cameTo = (event: PastEvent): number => event.groups.reduce((sum, group) => sum + group.came, 0)
