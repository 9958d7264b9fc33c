import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { App } from '@kaichang/core/app.ts'
import { createCommunity, createEvent, ensureEdition } from '@kaichang/core/community/actions.ts'
import { findCommunityBySlug } from '@kaichang/core/community/store.ts'
import { system } from '@kaichang/core/kernel/actor.ts'
import { settableClock } from '@kaichang/core/kernel/clock.ts'
import { seededRandom } from '@kaichang/core/kernel/random.ts'
import { INSTALLATION } from '@kaichang/core/people/mail/model.ts'
import { stepKinds, type Example, type Step, type StepKind, type StepValue } from './format.ts'
import { readExample } from './read.ts'
import { contextAt, moment, type Scene } from './stage-hand.ts'
import { carry } from './steps.ts'

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'examples')
const TIME_ZONE = 'Asia/Shanghai'

/** Loads the examples at the first start of an installation only: once removed they stay away. Returns what was loaded. */
export async function loadExamplesOnce(app: App): Promise<string[]> {
  const marked = await app.db
    .insertInto('requestKey')
    .values({ communityId: INSTALLATION, scope: 'installation', key: 'examples', bodyHash: '', createdAt: app.clock.now() })
    .onConflict((oc) => oc.doNothing())
    .executeTakeFirst()
  if (Number(marked.numInsertedOrUpdatedRows ?? 0) === 0) return []
  const used = await app.db.selectFrom('community').select('communityId').limit(1).executeTakeFirst()
  return used ? [] : loadExamples(app)
}

/** Loads every example whose community does not exist yet. Errors: import.broken with file and line. */
export async function loadExamples(app: App, folder: string = FOLDER): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()
  // All files are read before anything is written.
  const examples = await Promise.all(names.map(async (name) => readExample(await readFile(join(folder, name), 'utf8'), name)))
  const loaded: string[] = []
  for (const example of examples) {
    if (await findCommunityBySlug(app.db, example.community.slug)) continue
    await loadExample(app, example)
    loaded.push(example.community.slug)
  }
  // Until the planner knows how much there is, it joins as if every table were empty.
  if (loaded.length > 0) await sql`analyze`.execute(app.db)
  return loaded
}

/** Plays an example through the actions that pages use, each step at its own time. */
export async function loadExample(app: App, example: Example): Promise<void> {
  const base = app.context(system('examples'))
  const ctx = { ...base, clock: settableClock(moment(example.event.at, TIME_ZONE)) }
  const { community, edition } = example
  const { communityId } = await createCommunity(ctx, { city: {}, site: '', contact: '', accent: '', ...community, example: true })
  const editionId = edition ? await ensureEdition(ctx, communityId, edition.slug, edition.name) : null
  const { at: _at, starts, ends, budget = 0, ...details } = example.event
  const event = await createEvent(ctx, communityId, {
    address: {},
    venueNote: {},
    liveUrl: '',
    ...details,
    startsAt: moment(starts, TIME_ZONE),
    endsAt: moment(ends, TIME_ZONE),
    timeZone: TIME_ZONE,
    budgetFen: budget * 100,
    editionId,
  })
  const scene: Scene = {
    app,
    event,
    random: seededRandom(example.seed),
    proposals: new Map(),
    dates: new Map(),
    partners: new Map(),
    sessions: new Map(),
    bookings: [],
  }
  for (const step of example.steps) await play(scene, step)
}

async function play(scene: Scene, step: Step): Promise<void> {
  const at = step.at === undefined ? scene.event.startsAt : moment(step.at, scene.event.timeZone)
  for (const kind of Object.keys(stepKinds).filter((name): name is StepKind => name in stepKinds)) {
    await playKind(scene, kind, step[kind], at)
  }
}

async function playKind<K extends StepKind>(scene: Scene, kind: K, value: StepValue<K> | undefined, at: Date): Promise<void> {
  if (value === undefined) return
  try {
    await carry[kind](scene, contextAt(scene, at), value)
  } catch (error) {
    throw new Error(
      `example ${scene.event.slug}, ${at.toISOString()}, ${kind}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}
