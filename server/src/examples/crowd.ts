import { localDay, momentAt } from '@kaichang/core/community/rules.ts'
import { checkIn } from '@kaichang/core/door/actions.ts'
import { newId } from '@kaichang/core/kernel/ids.ts'
import { pickNumber } from '@kaichang/core/kernel/random.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { registerMany } from '@kaichang/core/registration/actions.ts'
import type { StepValue } from './format.ts'
import { madeUpPeople, shuffled } from './people.ts'
import { contextAt, type Scene } from './stage-hand.ts'

const HOUR = 3_600_000

/** Registers made-up people through the channels, so many each day, most of them in the evening. */
export async function registrations(scene: Scene, channels: StepValue<'registrations'>): Promise<void> {
  const { event, random } = scene
  const wanted = channels.flatMap(({ channel, days }) =>
    Object.entries(days).flatMap(([day, count]) =>
      Array.from({ length: count }, () => {
        const opens = momentAt(day, '09:00', event.timeZone).getTime()
        const hour = pickNumber(random, 3) === 0 ? pickNumber(random, 11) : 10 + pickNumber(random, 4)
        return { channel, at: new Date(opens + hour * HOUR + pickNumber(random, HOUR)) }
      }),
    ),
  )
  wanted.sort((a, b) => a.at.getTime() - b.at.getTime())
  const last = wanted.at(-1)
  if (!last) return
  const people = madeUpPeople(random, wanted.length, event.slug)
  const inputs = wanted.map(({ channel, at }, i) => ({
    ...(people[i] ?? { name: '', phone: '', email: '' }),
    channel,
    at,
    locale: 'zh',
    consents: { registration: true, photos: i % 2 === 0, news: i % 3 === 0 },
  }))
  const answers = await registerMany(contextAt(scene, last.at), event.communityId, event.id, inputs)
  for (const answer of answers) {
    if (!answer.ok) throw new Error(`a made-up person was refused: ${answer.code}`)
    scene.bookings.push(answer.registrationId)
  }
}

/** Lets made-up people arrive: on each list so many, of whom `fresh` were not there before. */
export async function checkIns(scene: Scene, { desk, lists }: StepValue<'checkIns'>): Promise<void> {
  const { event, random } = scene
  const day = localDay(event.startsAt, event.timeZone)
  const waiting = shuffled(random, scene.bookings)
  const here: string[] = []
  for (const { list, from, to, people, fresh = people - here.length } of lists) {
    const [start, end] = [momentAt(day, from, event.timeZone).getTime(), momentAt(day, to, event.timeZone).getTime()]
    const newcomers = waiting.splice(0, Math.max(0, fresh))
    const again = shuffled(random, here).slice(0, people - newcomers.length)
    const arrivals = shuffled(random, [...newcomers, ...again])
    const times = arrivals.map(() => start + pickNumber(random, end - start)).sort((a, b) => a - b)
    for (const [i, registrationId] of arrivals.entries()) {
      const ctx = contextAt(scene, new Date(times[i] ?? start))
      await checkIn(ctx, event.communityId, event.id, { scanId: newId(ctx), registrationId, desk: pickText(desk, 'zh'), list })
    }
    here.push(...newcomers)
  }
}
