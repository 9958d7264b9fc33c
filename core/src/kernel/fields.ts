import { z } from 'zod'

// Fields as forms and programs send them.

/** A box of a form: ticked only when it says so. */
export const box = z
  .union([z.boolean(), z.string()])
  .default(false)
  .transform((value) => value === true || value === 'on' || value === 'true' || value === '1')

/** A moment, or its text with an offset (ISO 8601). */
export const momentSchema = z.union([z.date(), z.iso.datetime({ offset: true }).transform((s) => new Date(s))], { error: 'field.date' })

/** A moment that may be left out: then null. */
export const optionalMoment = z
  .union([z.date(), z.string(), z.null()])
  .optional()
  .transform((value) => (value === '' || value === undefined ? null : value))
  .pipe(momentSchema.nullable())
