// npm run check | build | bench | kaichang: the same preparation as npm start, then the thing.
import { join } from 'node:path'
import { buildPages } from './lib/build.mjs'
import { check } from './lib/check.mjs'
import { become } from './lib/child.mjs'
import { installPackages } from './lib/install.mjs'
import { nodeEnvironment, projectNode } from './lib/node.mjs'
import { root } from './lib/paths.mjs'
import { giveUp } from './lib/say.mjs'

const [name, ...args] = process.argv.slice(2)
const atHome = (...path) => join(root, ...path)
// Where the person stands: paths among the arguments of `kaichang` mean files there.
const cwd = process.env.INIT_CWD ?? process.cwd()

const commands = {
  check: () => check(),
  build: async () => buildPages(),
  bench: async () => {
    await buildPages()
    return become(projectNode(), [atHome('scripts', 'bench.ts'), ...args], { env: nodeEnvironment() })
  },
  kaichang: async () => {
    if (args[0] === 'start') await buildPages()
    return become(projectNode(), [atHome('server', 'src', 'cli.ts'), ...args], { cwd, env: nodeEnvironment() })
  },
}

const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined
if (command === undefined) {
  giveUp({
    zh: `不认识“${name ?? ''}”，可以用：${Object.keys(commands).join('、')}。`,
    en: `“${name ?? ''}” is not known here; there are: ${Object.keys(commands).join(', ')}.`,
  })
}
await installPackages()
process.exitCode = (await command()) ?? 0
