/**
 * Texts (or ids, moments, JSON) as the one value of an array parameter, `{"one","two",NULL}`: a column of many rows for
 * `unnest`. Cheaper for both sides than a row each, or than JSON that names every column in every row.
 */
export function arrayParameter(values: readonly (string | null)[]): string {
  if (values.length === 0) return '{}'
  // Most columns have nothing special in any row: one look at all of them instead of one at each.
  if (!values.includes(null) && !SPECIAL.test(values.join(''))) return `{"${values.join('","')}"}`
  return `{${values.map((value) => (value === null ? 'NULL' : `"${value.replace(SPECIALS, '\\$&')}"`)).join(',')}}`
}

const SPECIAL = /["\\]/
const SPECIALS = /["\\]/g
