import { createServer } from 'node:http'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { systemClock, type Clock } from '@kaichang/core/kernel/clock.ts'
import type { Settings } from '@kaichang/core/kernel/settings.ts'
import { sandboxAddress } from '@kaichang/core/registration/payment/providers/registry.ts'
import { sandboxKeys, type SandboxKeys } from '@kaichang/core/registration/payment/providers/sandbox-keys.ts'
import { createSandbox, type Sandbox, type SandboxControl } from './sandbox.ts'

/** A sandbox that listens by itself. */
export interface OpenSandbox {
  /** Without a slash at the end: `http://127.0.0.1:4000/sandbox`. */
  url: string
  keys: SandboxKeys
  control: SandboxControl
  close(): Promise<void>
}

export interface OpenOptions {
  dataDirectory: string
  port?: number
  clock?: Clock
  /** Where Kaichang is, for Stripe's webhook. */
  kaichang?: string
  /** False: in memory only. */
  keep?: boolean
}

/** Opens a sandbox on a port of its own, on loopback. */
export async function openSandbox({
  dataDirectory,
  port = 0,
  clock = systemClock,
  kaichang = 'http://localhost:3000',
  keep = false,
}: OpenOptions): Promise<OpenSandbox> {
  const keys = sandboxKeys(dataDirectory)
  let answer: ReturnType<typeof getRequestListener> | undefined
  const server = createServer((request, response) => void answer?.(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sandbox`
  const sandbox = createSandbox({ keys, clock, pages: url, webhook: webhookOf(kaichang), file: keep ? fileIn(dataDirectory) : null })
  answer = getRequestListener(sandbox.app.fetch, { overrideGlobalObjects: false })
  return {
    url,
    keys,
    control: sandbox.control,
    close: async () => {
      sandbox.close()
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
    },
  }
}

/** The sandbox that the server itself carries, made when it is first asked. */
export function ownSandbox(settings: Settings, clock: Clock): (request: globalThis.Request) => Response | Promise<Response> {
  let sandbox: Sandbox | undefined
  const open = (): Sandbox => {
    const { dataDirectory, publicUrl } = settings
    const { api, pages } = sandboxAddress(settings)
    const ours = api.replace(/\/sandbox$/, '')
    return createSandbox({
      keys: sandboxKeys(dataDirectory),
      clock,
      pages,
      webhook: webhookOf(publicUrl),
      // The public address may lie behind a proxy that is not there yet.
      reach: (url) => (url.startsWith(`${publicUrl}/`) ? `${ours}${url.slice(publicUrl.length)}` : url),
      file: fileIn(dataDirectory),
    })
  }
  return (request) => (sandbox ??= open()).app.fetch(request)
}

const fileIn = (dataDirectory: string): string => join(dataDirectory, 'sandbox', 'trades.json')
const webhookOf = (kaichang: string): string => `${kaichang}/api/v1/payments/stripe/notices`
