// Reads every import of core, server and web, and fails on an arrow that the house forbids.
// Usage: node scripts/check-floors.mjs [folder of the checkout]
import { root } from './lib/paths.mjs'
import { findCircles, readImports } from './lib/imports.mjs'

/** The floors of the house. An import goes down only; rooms on one floor do not import each other. */
const floors = {
  kernel: 0,
  store: 0,
  people: 1,
  community: 2,
  programme: 3,
  plan: 3,
  team: 3,
  partners: 3,
  registration: 4,
  door: 5,
  stage: 6,
  archive: 7,
  story: 8,
  handover: 9,
}

/** Imports within one floor that are allowed. */
const neighbours = { store: ['kernel'] }

/** What the core does not know: no HTTP, no HTML. */
const outsideCore = /^(hono|@hono\/|svelte|@sveltejs\/|vite$|@kaichang\/(server|web))/

/** Files directly in `core/src` join the rooms together and stand above them all. */
const roof = 10

const base = process.argv[2] ?? root
const imports = readImports(base)
const findings = [...imports.flatMap(judge), ...circles()]
for (const finding of findings) process.stdout.write(`${finding}\n`)
process.stdout.write(`${imports.length} imports, ${findings.length} findings\n`)
process.exitCode = findings.length === 0 ? 0 : 1

function judge({ from, specifier, to }) {
  const complain = (reason) => [`${from}: “${specifier}” ${reason}`]
  if (to !== undefined && !hasExtension(specifier)) return complain('lacks the file’s extension')
  if (from.endsWith('.test.ts')) return []
  if (from.startsWith('core/')) return outsideCore.test(specifier) ? complain('is not for the core') : judgeFloors(from, to, complain)
  if (from.startsWith('web/')) return judgeWeb(specifier, to, complain)
  if (to?.startsWith('web/src/')) return complain('reaches into the pages')
  return []
}

function judgeFloors(from, to, complain) {
  if (to === undefined) return []
  if (!to.startsWith('core/src/')) return to.startsWith('core/') ? [] : complain('leaves the core')
  const [room, other] = [roomOf(from), roomOf(to)]
  for (const name of [room, other]) {
    if (name !== undefined && !Object.hasOwn(floors, name))
      return complain(`touches ${name}, which has no floor in scripts/check-floors.mjs`)
  }
  if (room === other || neighbours[room]?.includes(other)) return []
  const [here, there] = [floorOf(room), floorOf(other)]
  if (here > there) return []
  return complain(
    here === there ? `goes from ${room} to ${other}, on the same floor` : `goes up from ${room ?? 'the roof'} to ${other ?? 'the roof'}`,
  )
}

function judgeWeb(specifier, to, complain) {
  if (/^kysely($|\/)/.test(specifier) || specifier === 'pg') return complain('is for the core’s stores')
  if (/^core\/src\/.*\bstore\.ts$/.test(to ?? '')) return complain('is a store; pages call actions')
  if (to?.startsWith('server/')) return complain('reaches up into the server')
  return []
}

function roomOf(path) {
  const [name, ...rest] = path.slice('core/src/'.length).split('/')
  return rest.length === 0 ? undefined : name
}

function floorOf(room) {
  return room === undefined ? roof : floors[room]
}

/** SvelteKit writes the types of a route beside it, under a name without an extension. */
function hasExtension(specifier) {
  return /\.[a-z0-9]+$/.test(specifier) || specifier.endsWith('/$types')
}

function circles() {
  return findCircles(imports.filter(({ from }) => !from.endsWith('.test.ts'))).map((files) => `a circle: ${files.join(' → ')}`)
}
