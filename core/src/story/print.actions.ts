import { openEvent } from '#core/community/actions.ts'
import { isPublic } from '#core/community/rules.ts'
import { findEdition } from '#core/community/store.ts'
import { renderPdf, renderPng } from '#core/kernel/documents/render.ts'
import { fail } from '#core/kernel/errors.ts'
import type { Locale } from '#core/kernel/text.ts'
import { publicPartnersOf } from '#core/partners/actions.ts'
import { latestRelease } from '#core/programme/release.store.ts'
import type { Context } from '#core/store/context.ts'
import { ogData, posterData, programmeData, type Printed } from './documents.ts'

export type PrintKind = 'poster.png' | 'poster.pdf' | 'programme.pdf' | 'og.png'

export interface PrintRequest {
  community: string
  event: string
  locale: Locale
  kind: PrintKind
  /** For `og.png`: the slug of a talk, or the recap. */
  talk?: string | null
  recap?: boolean
}

export interface PrintedDocument {
  bytes: Uint8Array<ArrayBuffer>
  /** Changes whenever anything public of the event changes. */
  etag: string
  type: string
  /** False for a draft, which no shared cache may keep. */
  public: boolean
}

/** Rendered documents by what they show; a public change of the event makes a new key. */
const rendered = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()
const KEPT = 48

/** A public document of an event for whoever may see the event; rendered once per change and shared by all who ask. */
export async function printEvent(ctx: Context, request: PrintRequest): Promise<PrintedDocument> {
  const { community, event } = await openEvent(ctx, request.community, request.event)
  const { locale, kind, talk = null, recap = false } = request
  const key = [event.id, event.revision, community.revision, locale, kind, talk ?? '', recap].join(' ')
  let bytes = rendered.get(key)
  if (!bytes) {
    bytes = loadPrinted(ctx, community, event, locale).then((printed) => render(printed, kind, talk, recap))
    rendered.set(key, bytes)
    // What failed is tried anew by the next reader.
    bytes.catch(() => rendered.delete(key))
    const oldest = rendered.keys().next()
    if (rendered.size > KEPT && !oldest.done) rendered.delete(oldest.value)
  }
  const etag = `"${event.id.slice(-12)}-${event.revision}-${community.revision}-${locale}"`
  return { bytes: await bytes, etag, type: kind.endsWith('.pdf') ? 'application/pdf' : 'image/png', public: isPublic(event) }
}

async function loadPrinted(ctx: Context, community: Printed['community'], event: Printed['event'], locale: Locale): Promise<Printed> {
  const { communityId } = community
  const edition = event.editionId === null ? undefined : await findEdition(ctx.db, communityId, event.editionId)
  const release = await latestRelease(ctx.db, communityId, event.id)
  const partners = await publicPartnersOf(ctx.db, communityId, event.id)
  return { community, edition: edition?.name ?? {}, event, release, partners, locale, origin: ctx.settings.publicUrl }
}

function render(printed: Printed, kind: PrintKind, talk: string | null, recap: boolean): Promise<Uint8Array<ArrayBuffer>> {
  // Nobody stands by who could choose another spelling, so a missing letter is replaced rather than refused.
  const missing = { missing: 'replace' } as const
  const seats = { cap: printed.event.cap, priceFen: 0 }
  switch (kind) {
    case 'poster.png':
      return renderPng('poster', posterData(printed, seats), missing)
    case 'poster.pdf':
      return renderPdf('poster', posterData(printed, seats, 'a3'), missing)
    case 'programme.pdf':
      return renderPdf('programme', programmeData(printed), missing)
    case 'og.png': {
      const session = talk === null ? undefined : printed.release?.sessions.find((s) => s.slug === talk)
      if (talk !== null && !session) throw fail('thing.not_found')
      return renderPng('og', ogData(printed, session ? { talk: session } : { recap }))
    }
  }
}
