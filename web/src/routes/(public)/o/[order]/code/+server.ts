import { readFile } from 'node:fs/promises'
import { fail } from '@kaichang/core/kernel/errors.ts'
import { codeFile } from '@kaichang/core/registration/payment/setting.actions.ts'
import type { RequestHandler } from './$types'

/** The community's own collection code: a picture that organisers set, png, jpg or webp by its first bytes. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const { path, mediaType } = await codeFile(locals.ctx, params.order)
  const bytes = await readFile(path).catch(() => null)
  if (!bytes) throw fail('thing.not_found')
  return new Response(new Uint8Array(bytes), {
    headers: {
      'content-type': mediaType,
      'cache-control': 'private, no-store',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    },
  })
}
