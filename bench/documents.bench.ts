import { changsha, manyBadges, nanning } from '@kaichang/core/kernel/documents/examples.testing.ts'
import { stopDocuments } from '@kaichang/core/kernel/documents/queue.ts'
import { renderPdf, renderPng } from '@kaichang/core/kernel/documents/render.ts'
import type { Goal } from './lib/bench.ts'

export const goals: Record<string, Goal> = {
  'poster PNG (ms)': { below: 400 },
  'poster A3 PDF (ms)': { below: 400 },
  '400 badges, first use (ms)': { below: 3_000 },
  '400 badges on A4 sheets (ms)': { below: 3_000 },
}

const { items: _items, partners: _partners, url: _url, link: _link, seats: _seats, price: _price, ...event } = nanning
const badges = { title: nanning.title, when: nanning.when, place: '南宁', badges: manyBadges(400) }

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function median(times: number, work: (run: number) => Promise<unknown>): Promise<number> {
  const figures: number[] = []
  for (let run = 0; run < times; run++) figures.push(await milliseconds(() => work(run)))
  return figures.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? 0
}

/** Documents by the worker process, each with texts of its own so that no cached layout is measured; in ms. */
export async function run(): Promise<Record<string, number>> {
  const figures: Record<string, number> = {
    'poster, first use (ms)': await milliseconds(() => renderPng('poster', nanning)),
    'poster PNG (ms)': await median(9, (run) => renderPng('poster', { ...(run % 2 ? nanning : changsha), place: `${run} 号楼` })),
    'poster A3 PDF (ms)': await median(9, (run) => renderPdf('poster', { ...nanning, page: 'a3', place: `${run} 号楼` })),
    'link picture (ms)': await median(9, (run) => renderPng('og', { ...event, title: `第 ${run} 场` })),
  }
  await stopDocuments()
  figures['400 badges, first use (ms)'] = await milliseconds(() => renderPdf('badge', badges))
  figures['400 badges on A4 sheets (ms)'] = await milliseconds(() => renderPdf('badge', { ...badges, layout: 'sheet', place: '长沙' }))
  await stopDocuments()
  return figures
}
