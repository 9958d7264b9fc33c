import { loadExamples } from '../examples/load.ts'
import { openInstallation } from './installation.ts'
import { say, step } from './say.ts'

/** `examples`: loads the examples that are not there. */
export async function run(): Promise<number> {
  const { app, close } = await openInstallation({ jobs: false })
  try {
    const loaded = await step({ zh: '正在装入示例', en: 'Loading the examples' }, () => loadExamples(app))
    if (loaded.length === 0) say({ zh: '示例都在。', en: 'The examples are there already.' })
    for (const slug of loaded) say({ zh: `已装入 /${slug}`, en: `Loaded /${slug}` })
    return 0
  } finally {
    await close()
  }
}
