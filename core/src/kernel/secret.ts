import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { secureRandom } from './random.ts'

/** The installation's secret: from the settings, else from `secret` in the data folder, made at first start (0600). */
export function installationSecret(dataDirectory: string, configured: string | undefined): string {
  if (configured) return configured
  const file = join(dataDirectory, 'secret')
  if (!existsSync(file)) {
    mkdirSync(dataDirectory, { recursive: true })
    writeFileSync(file, Buffer.from(secureRandom.bytes(32)).toString('base64url'), { mode: 0o600, flag: 'wx' })
    chmodSync(file, 0o600)
  }
  return readFileSync(file, 'utf8').trim()
}
