import { createReadStream, createWriteStream } from 'node:fs'
import { access, chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { chromium } from 'playwright-core'
import type { LaunchOptions } from 'playwright-core'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser of this run takes connections. */
    browserAddress: string
  }
}

const here = createRequire(import.meta.url)

/** Starts the one browser of a test run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer(await launchOptions())
  project.provide('browserAddress', server.wsEndpoint())
  return () => server.close()
}

/**
 * How Chromium is launched: the one that npm brought (Linux, x64), else the one that
 * KAICHANG_TEST_BROWSER names, else an installed Chrome. Chinese text is set in our own font, so
 * that pictures are the same on every machine.
 */
export async function launchOptions(): Promise<LaunchOptions> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--font-render-hinting=none']
  const named = process.env['KAICHANG_TEST_BROWSER']
  if (named === undefined && process.platform !== 'linux') return { channel: 'chrome', args }
  const cache = await cacheFolder()
  return {
    executablePath: named ?? (await unpackChromium(cache)),
    args: [...args, '--headless=shell'],
    env: { ...process.env, HOME: cache, FONTCONFIG_FILE: await writeFontList(cache) },
  }
}

async function unpackChromium(cache: string): Promise<string> {
  const entry = here.resolve('@sparticuz/chromium')
  const root = entry.slice(0, entry.lastIndexOf('/build/'))
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  const executable = join(cache, `chromium-${version}`)
  if (await isThere(executable)) return executable
  const draft = `${executable}.new-${process.pid}`
  await pipeline(createReadStream(join(root, 'bin', 'chromium.br')), createBrotliDecompress(), createWriteStream(draft))
  await chmod(draft, 0o755)
  await rename(draft, executable)
  return executable
}

async function writeFontList(cache: string): Promise<string> {
  const fonts = dirname(here.resolve('@expo-google-fonts/noto-sans-sc'))
  const folders = ['400Regular', '500Medium', '700Bold'].map((weight) => `<dir>${join(fonts, weight)}</dir>`)
  const families = ['sans-serif', 'serif', 'monospace', 'system-ui'].map(
    (family) => `<alias binding="same"><family>${family}</family><prefer><family>Noto Sans SC</family></prefer></alias>`,
  )
  const list = join(cache, 'fonts.conf')
  const draft = `${list}.new-${process.pid}`
  await writeFile(
    draft,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders.join('')}<cachedir>${join(cache, 'fontconfig')}</cachedir>${families.join('')}</fontconfig>`,
  )
  await rename(draft, list)
  return list
}

/** Beside the packages where that can be written, so that the 200 MB are unpacked once. */
async function cacheFolder(): Promise<string> {
  const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'kaichang')
  try {
    await mkdir(cache, { recursive: true })
    await rm(await mkdtemp(join(cache, 'probe-')), { recursive: true })
    return cache
  } catch {
    const own = join(tmpdir(), `kaichang-browser-${process.getuid?.() ?? 0}`)
    await mkdir(own, { recursive: true, mode: 0o700 })
    return own
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
