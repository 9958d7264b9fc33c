import type { IncomingMessage } from 'node:http'
import type { App as KaichangApp } from '@kaichang/core/app.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import type { Actor } from '@kaichang/core/kernel/actor.ts'
import type { Locale } from '@kaichang/core/kernel/text.ts'
import type { Account, Frame } from '#lib/frame.ts'

declare global {
  namespace App {
    interface Error {
      status: number
      message: string
      /** Stable code of the catalogue, such as `event.not_found`. */
      code?: string
      /** What to quote to the administrator. */
      id?: string
      /** The error page has no load of its own, so it is told the language. */
      locale?: Locale
    }
    interface Locals {
      app: KaichangApp
      actor: Actor
      locale: Locale
      ctx: Context
      requestId: string
      /** Why the session could not be read; undefined when it could. */
      trouble?: unknown
    }
    interface PageData {
      locale: Locale
      account: Account | null
      site: { icp: string; policeNo: string }
      frame?: Frame
    }
    interface Platform {
      req: IncomingMessage & { app: KaichangApp; requestId?: string }
    }
  }
}

export {}
