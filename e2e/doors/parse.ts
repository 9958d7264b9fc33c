import type { Page } from 'playwright-core'

/** Letters that turn or hide what is shown, and those that no XML takes. */
// oxlint-disable-next-line no-control-regex
export const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/

/** What a page would run or lead to that it should not, as a browser's own parser reads it. */
export async function htmlTrouble(page: Page, html: string): Promise<string[]> {
  const hidden = HIDDEN.exec(html)
  const found = await page.evaluate((source) => {
    const trouble: string[] = []
    const parsed = new DOMParser().parseFromString(source, 'text/html')
    for (const element of parsed.querySelectorAll('*')) {
      const name = element.tagName.toLowerCase()
      for (const { name: attribute, value } of element.attributes) {
        const say = `${name} ${attribute}=${value.slice(0, 60)}`
        if (attribute.startsWith('on')) trouble.push(say)
        if (/^(href|src|action|formaction|xlink:href|data|poster|srcdoc)$/.test(attribute)) {
          const { protocol } = new URL(value, 'https://own.invalid')
          const download = protocol === 'data:' && (element.hasAttribute('download') || (name === 'img' && value.startsWith('data:image/')))
          if (!['https:', 'http:', 'mailto:', 'tel:'].includes(protocol) && !download) trouble.push(say)
        }
        if (name === 'img' && attribute === 'src' && /^x$|evil/.test(value)) trouble.push(say)
      }
      if (/^(iframe|object|embed|base|frame)$/.test(name)) trouble.push(name)
      if (name === 'script') {
        const type = element.getAttribute('type')
        const ours = element.getAttribute('src')?.startsWith('/') === true || element.hasAttribute('nonce')
        if (type === 'application/ld+json') JSON.parse(element.textContent ?? '')
        else if (!ours) trouble.push(`script ${element.textContent?.slice(0, 60) ?? ''}`)
      }
      if (name === 'svg' && element.parentElement?.tagName === 'BODY') trouble.push('svg in the body')
    }
    return trouble
  }, html)
  return hidden
    ? [...found, `hidden U+${hidden[0].charCodeAt(0).toString(16)} after ${html.slice(Math.max(0, hidden.index - 40), hidden.index)}`]
    : found
}

/** What is wrong with a calendar by RFC 5545: lines, their length, their nesting, their properties. */
export function calendarTrouble(text: string): string[] {
  const trouble: string[] = []
  if (HIDDEN.test(text.replaceAll('\r\n', ''))) trouble.push('a control character')
  const lines = text.split('\r\n')
  if (lines.at(-1) !== '') trouble.push('does not end with a line end')
  if (text.replaceAll('\r\n', '').match(/[\r\n]/)) trouble.push('a bare line end')
  for (const one of lines) if (Buffer.byteLength(one) > 75) trouble.push(`long: ${one}`)
  const open: string[] = []
  for (const line of text
    .replaceAll(/\r\n[ \t]/g, '')
    .split('\r\n')
    .slice(0, -1)) {
    const [, name = '', value = ''] = /^([A-Z][A-Z0-9-]*)(?:;[A-Za-z-]+=(?:"[^"]*"|[^";:]*))*:(.*)$/s.exec(line) ?? []
    if (name === '') trouble.push(`no property: ${line.slice(0, 60)}`)
    if (name === 'BEGIN') open.push(value)
    if (name === 'END' && open.pop() !== value) trouble.push(`END:${value} does not fit`)
  }
  if (open.length > 0) trouble.push(`open: ${open.join(' ')}`)
  return trouble
}

/** Cells of a CSV file that a spreadsheet would reckon. */
export function tableTrouble(text: string): string[] {
  const cells = [...text.replace(/^\ufeff/, '').matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? '').replaceAll('""', '"'),
  )
  return cells.filter((cell) => /^\s*[=+\-@＝＋－＠]/.test(cell))
}
