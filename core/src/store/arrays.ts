/**
 * Texts (or ids, moments, JSON) as the one value of an array parameter, `{"one","two",NULL}`: a column of many rows for
 * `unnest`. Cheaper for both sides than a row each, or than JSON that names every column in every row.
 */
export function arrayParameter(values: readonly (string | null)[]): string {
  let text = '{'
  for (const value of values) {
    if (text.length > 1) text += ','
    if (value === null) text += 'NULL'
    else text += SPECIAL.test(value) ? `"${value.replace(EACH_SPECIAL, '\\$&')}"` : `"${value}"`
  }
  return `${text}}`
}

const SPECIAL = /["\\]/
const EACH_SPECIAL = /["\\]/g
