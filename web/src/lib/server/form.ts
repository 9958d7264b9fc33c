import { fail, isActionFailure, isHttpError, isRedirect, redirect, type ActionFailure, type RequestEvent } from '@sveltejs/kit'
import { errorText, isKaichangError, type Issue } from '@kaichang/core/kernel/errors.ts'
import type { FormState } from '#lib/forms.ts'
import { tell } from './errors.ts'
import { flatFields, nestFields } from './form-data.ts'

/** A form that was sent. */
export interface Sent {
  /** The fields, nested by the dots of their names; ready for the action's own schema. */
  data: Record<string, unknown>
  /** Made anew whenever the form is shown: the same key twice is the same request sent twice. */
  key: string | null
  /** One typed field. */
  text(name: string): string
  /** Chosen files of one field; empty choices are left out. */
  files(name: string): File[]
  /** Says what a field comes back with when the form could not be taken: where a file lies, instead of the file itself. */
  put(name: string, value: string): void
}

/**
 * Runs one form action: reads the form, calls `run` (which calls one core action and redirects), and turns
 * every error into a failure that keeps what was typed. Redirects and `error(…)` pass through.
 */
export async function submit<T>(event: RequestEvent, run: (sent: Sent) => Promise<T>): Promise<T | ActionFailure<FormState>> {
  const form = await event.request.formData()
  const id = String(form.get('_form') ?? 'form')
  const key = form.get('_key')
  try {
    if (event.locals.trouble !== undefined) throw event.locals.trouble
    return await run({
      data: nestFields(form),
      key: typeof key === 'string' && /^[\w-]{8,64}$/.test(key) ? key : null,
      text: (name) => String(form.get(name) ?? ''),
      files: (name) => form.getAll(name).filter((f): f is File => typeof f !== 'string' && (f.size > 0 || f.name !== '')),
      put: (name, value) => form.set(name, value),
    })
  } catch (error) {
    if (isRedirect(error) || isHttpError(error) || isActionFailure(error)) throw error
    const { locale, requestId, app } = event.locals
    const told = tell(error, locale, requestId.slice(0, 8))
    if (told.status >= 500)
      app.log(
        `form ${requestId.slice(0, 8)} ${event.route.id ?? '?'}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
    const issues: readonly Issue[] = isKaichangError(error) ? error.issues : []
    return fail(told.status, {
      id,
      values: Object.fromEntries(flatFields(form)),
      issues: Object.fromEntries(issues.map((i) => [i.path, errorText(i.code, locale, i.params)])),
      message: told.message,
      code: told.code,
      // A form that has to wait for its turn is sent again under the same key.
      ...(isKaichangError(error)
        ? { details: { ...error.params, ...(told.code === 'registration.crowded' ? { key: String(key ?? '') } : {}) } }
        : {}),
    })
  }
}

/** After an action: on to `path`, where the page says what was done (`saved`, `sent` … in its own words). */
export function goOn(path: string, done?: string): never {
  const [address = '', hash] = path.split('#')
  const to = done ? `${address}${address.includes('?') ? '&' : '?'}done=${encodeURIComponent(done)}` : address
  redirect(303, hash ? `${to}#${hash}` : to)
}

/** A `next` that was handed in, when it is a path of this site; else the fall-back. No other site is ever gone to. */
export function safeNext(next: string | null, fallback: string): string {
  // A path is ASCII without spaces and backslashes; all else is written with % in it.
  if (!next || !/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(next)) return fallback
  return next
}
