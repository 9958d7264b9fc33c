// npm start: from a fresh clone to a running Kaichang. Runs on Node 20 with nothing installed.
import { join } from 'node:path'
import { buildPages } from './lib/build.mjs'
import { become } from './lib/child.mjs'
import { installPackages } from './lib/install.mjs'
import { nodeEnvironment, projectNode } from './lib/node.mjs'
import { root } from './lib/paths.mjs'

await installPackages()
await buildPages()
// A small heap at first, a small young generation and a bound on the old one: the process stays near 200 MB while it
// serves forty thousand pages a second (`npm run bench pages`).
const memory = ['--max-semi-space-size=4', '--min-semi-space-size=1', '--initial-heap-size=64', '--max-old-space-size=1024']
const command = [...memory, join(root, 'server', 'src', 'cli.ts'), 'start', ...process.argv.slice(2)]
process.exitCode = await become(projectNode(), command, { env: nodeEnvironment() })
