// npm start: from a fresh clone to a running Kaichang. Runs on Node 20 with nothing installed.
import { join } from 'node:path'
import { buildPages } from './lib/build.mjs'
import { become } from './lib/child.mjs'
import { installPackages } from './lib/install.mjs'
import { memoryFlags } from './lib/memory.mjs'
import { nodeEnvironment, projectNode } from './lib/node.mjs'
import { root } from './lib/paths.mjs'

await installPackages()
await buildPages()
const command = [...memoryFlags, join(root, 'server', 'src', 'cli.ts'), 'start', ...process.argv.slice(2)]
process.exitCode = await become(projectNode(), command, { env: nodeEnvironment() })
