import type { Goal } from './lib/bench.ts'
import { dataFolder, median, startSite } from './lib/site.ts'

export const goals: Record<string, Goal> = {
  'first start with examples (ms)': { below: 20_000 },
  'warm start (ms)': { below: 3_000 },
}

/** From the command to the first answer: the very first start (packages installed, pages built), and later ones. */
export async function run(): Promise<Record<string, number>> {
  const { folder, remove } = await dataFolder()
  try {
    const first = await startSite(folder)
    await first.stop()
    const later: number[] = []
    for (let i = 0; i < 3; i += 1) {
      const site = await startSite(folder)
      later.push(site.firstAnswer)
      await site.stop()
    }
    return { 'first start with examples (ms)': first.firstAnswer, 'warm start (ms)': median(later) }
  } finally {
    await remove()
  }
}
