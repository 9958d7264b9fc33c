import type { z } from 'zod'
import { catalogue, type ErrorCode } from './errors.catalogue.ts'
import { KaichangError, type Issue } from './errors.ts'

/**
 * Reads an input by its schema. Throws `input.invalid` with one issue per field, in catalogue codes;
 * a schema names its own code by `error: 'field.email'` or, in refine, `params: { code }`.
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new KaichangError('input.invalid', {}, result.error.issues.map(asIssue))
}

function asIssue(issue: z.core.$ZodIssue): Issue {
  const path = issue.path.map(String).join('.')
  return { path, ...codeOf(issue) }
}

function codeOf(issue: z.core.$ZodIssue): Omit<Issue, 'path'> {
  const named = issue.code === 'custom' ? issue.params?.['code'] : undefined
  if (isCode(named)) return { code: named }
  // A schema that says it wants a number says so too when a number is out of bounds; the bound tells more.
  const bounded = (issue.code === 'too_big' || issue.code === 'too_small') && issue.message === 'field.number'
  if (isCode(issue.message) && !bounded) return { code: issue.message }
  if (issue.code === 'too_big') {
    const text = issue.origin === 'string' || issue.origin === 'array'
    return { code: text ? 'field.too_long' : 'field.too_big', params: { maximum: Number(issue.maximum) } }
  }
  if (issue.code === 'too_small') {
    const text = issue.origin === 'string' || issue.origin === 'array'
    if (text && Number(issue.minimum) === 1) return { code: 'field.required' }
    return { code: text ? 'field.too_short' : 'field.too_small', params: { minimum: Number(issue.minimum) } }
  }
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined || issue.input === null || issue.input === '') return { code: 'field.required' }
    if (issue.expected === 'number' || issue.expected === 'int') return { code: 'field.number' }
  }
  return { code: 'field.invalid' }
}

function isCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(catalogue, value)
}
