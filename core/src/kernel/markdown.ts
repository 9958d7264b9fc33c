import MarkdownIt from 'markdown-it'

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number]

export interface MarkdownOptions {
  /** `own`: pictures of this site only (texts by anybody); `https`: also from elsewhere (texts by organisers). */
  images?: 'own' | 'https'
  /** Says which links are a recording of ours, to be followed by a player. */
  media?: (href: string) => 'audio' | 'video' | null
  /** Lists whose items begin with a bold time or day (at least half of them) become the time rail. */
  rail?: boolean
}

const parser = new MarkdownIt({ html: false, linkify: true, typographer: false, breaks: false })
// `main.py` and `a@b` in a text about Python are no links.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
parser.validateLink = isSafeLink

/** True for http, https and mailto addresses and for paths of this site; false for javascript:, data: and all else. */
export function isSafeLink(href: string): boolean {
  try {
    return ['http:', 'https:', 'mailto:'].includes(new URL(href, 'https://own.invalid').protocol)
  } catch {
    return false
  }
}

/** True for a path of this site: `/x`, `#x`; not `//elsewhere`, nor `/\elsewhere`. */
function isOwn(href: string): boolean {
  return /^(\/(?![/\\])|#)/.test(href)
}

/**
 * Markdown as HTML that is safe to show: no HTML of the author's, no address but http(s), mailto and our own paths.
 * The one place where user text becomes HTML.
 */
export function renderMarkdown(markdown: string, options: MarkdownOptions = {}): string {
  const tokens = parser.parse(markdown, {})
  if (options.rail) toRail(tokens)
  for (const token of tokens) {
    // The page has its own first heading.
    if (token.tag === 'h1') token.tag = 'h2'
    if (token.children) token.children = inline(token.children, options)
  }
  return parser.renderer.render(tokens, parser.options, {})
}

/** The tokens of Markdown, for writers of other formats. */
export function parseMarkdown(markdown: string): Token[] {
  return parser.parse(markdown, {})
}

/** The first paragraphs as plain text, for descriptions and digests; at most `max` characters. */
export function plainMarkdown(markdown: string, max = Infinity): string {
  let text = ''
  for (const token of parser.parse(markdown, {})) {
    if (token.type !== 'inline') continue
    const words = (token.children ?? [])
      .map((c) => (c.type === 'softbreak' || c.type === 'hardbreak' ? ' ' : c.type === 'image' ? '' : c.content))
      .join('')
    text += `${text === '' || words === '' ? '' : ' '}${words}`
    if (text.length > max) break
  }
  const letters = [...text.trim()]
  return letters.length > max ? `${letters.slice(0, max - 1).join('')}…` : letters.join('')
}

function inline(children: readonly Token[], options: MarkdownOptions): Token[] {
  const out: Token[] = []
  let player: Token | null = null
  for (const token of children) {
    if (token.type === 'image') {
      out.push(image(token, options.images ?? 'own'))
      continue
    }
    out.push(token)
    const href = token.type === 'link_open' ? String(token.attrGet('href') ?? '') : ''
    if (token.type === 'link_open' && !isOwn(href)) token.attrSet('rel', 'noopener noreferrer')
    const kind = href === '' ? null : (options.media?.(href) ?? null)
    if (kind && isOwn(href)) player = raw(token, `<${kind} controls preload="none" src="${parser.utils.escapeHtml(href)}"></${kind}>`)
    if (token.type === 'link_close' && player) {
      out.push(player)
      player = null
    }
  }
  return out
}

/** A picture as it may be shown; one that may not be shown becomes its own text. */
function image(token: Token, allowed: 'own' | 'https'): Token {
  const source = String(token.attrGet('src') ?? '')
  if (isOwn(source) || (allowed === 'https' && /^https:\/\//i.test(source))) {
    token.attrSet('loading', 'lazy')
    token.attrSet('referrerpolicy', 'no-referrer')
    return token
  }
  return raw(token, parser.utils.escapeHtml(token.content))
}

function raw(model: Token, html: string): Token {
  const token: Token = Object.assign(Object.create(Object.getPrototypeOf(model)), model)
  return Object.assign(token, { type: 'html_inline', tag: '', nesting: 0, content: html, children: null, attrs: null })
}

const WHEN = /^(\d{1,2}:\d{2}(:\d{2})?|(\d{4}年)?\d{1,2}月\d{1,2}日|\d{1,2} \p{L}{3,9}( \d{4})?|D[+−-]\d+)$/u

function toRail(tokens: readonly Token[]): void {
  for (const [start, open] of tokens.entries()) {
    if (open.type !== 'bullet_list_open' || open.level !== 0) continue
    const end = tokens.findIndex((t, i) => i > start && t.type === 'bullet_list_close' && t.level === 0)
    const firsts = tokens
      .slice(start, end)
      .flatMap((t, i, list) => (t.type === 'list_item_open' && t.level === 1 ? [list.slice(i).find((n) => n.type === 'inline')] : []))
    const heads = firsts.map((t) => (t?.children ?? []).filter((c) => c.type !== 'text' || c.content !== ''))
    const timed = heads.filter(([a, b, c]) => a?.type === 'strong_open' && WHEN.test(b?.content ?? '') && c?.type === 'strong_close')
    // An item whose time nobody knows may stand among the others.
    if (timed.length === 0 || timed.length * 2 < heads.length) continue
    for (const [a, , c] of timed) {
      if (a && c) [a.tag, c.tag] = ['time', 'time']
    }
    const close = tokens[end]
    if (close) [open.tag, close.tag] = ['ol', 'ol']
    // Days need more room than 13:38.
    open.attrSet('class', timed.some(([, b]) => !b?.content.includes(':')) ? 'rail long' : 'rail')
  }
}

/** A text with the letters that mean something in HTML written out. */
export function escapeHtml(text: string): string {
  return parser.utils.escapeHtml(text)
}
