/**
 * A script element with schema.org data. `<`, `>`, `&` and the two line separators are escaped as JSON
 * escapes, so that no text in it can end the element or begin another.
 */
export function jsonLd(data: Readonly<Record<string, unknown>>): string {
  const json = JSON.stringify({ '@context': 'https://schema.org', ...data }).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `<script type="application/ld+json">${json}</script>`
}
