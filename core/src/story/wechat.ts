import { escapeHtml, parseMarkdown, plainMarkdown } from '#core/kernel/markdown.ts'
import type { WechatArticle, WechatImage, WechatMeta } from './wechat.model.ts'
import { checkWechat, countersOf, isWechatImage, isWechatLink } from './wechat.rules.ts'

type Token = ReturnType<typeof parseMarkdown>[number]

const INK = '#1c1b18'
const SOFT = '#6b675e'
const HAIR = '#e4e0d8'
const SEAL = '#c93a26'

/** Inline styles: the only ones that WeChat's editor keeps. */
const STYLE = {
  body: `font-size:16px;line-height:1.75;color:${INK};letter-spacing:0.02em`,
  h2: `font-size:20px;line-height:1.4;font-weight:700;margin:32px 0 16px;padding-left:10px;border-left:3px solid ${SEAL}`,
  h3: 'font-size:17px;line-height:1.5;font-weight:700;margin:24px 0 12px',
  p: 'margin:0 0 16px',
  quote: `margin:0 0 16px;padding-left:12px;border-left:3px solid ${HAIR};color:${SOFT}`,
  item: (depth: number): string => `margin:0 0 8px;padding-left:${depth * 16}px`,
  step: `margin:0 0 8px;padding-left:12px;border-left:1px solid ${HAIR}`,
  time: `color:${SEAL};font-weight:700`,
  note: `font-size:12px;color:${SOFT}`,
  code: 'font-family:Menlo,Consolas,monospace;font-size:14px',
  pre: `margin:0 0 16px;padding:12px;border:1px solid ${HAIR};font-family:Menlo,Consolas,monospace;font-size:13px;line-height:1.6`,
  table: `width:100%;border-collapse:collapse;margin:0 0 16px;font-size:14px`,
  cell: `border:1px solid ${HAIR};padding:6px 8px`,
  slot: `margin:0 0 16px;padding:24px 12px;border:1px dashed ${SOFT};text-align:center;color:${SOFT};font-size:14px`,
  image: 'width:100%',
  rule: `border:none;border-top:1px solid ${HAIR};margin:24px 0`,
} as const

interface Writer {
  meta: WechatMeta
  footnotes: string[]
  images: WechatImage[]
  /** Open lists, the innermost last; numbers count, null is a bullet. */
  lists: (number | null)[]
}

/**
 * Markdown as an article for a WeChat official account: whitelisted tags with inline styles, lists as paragraphs with
 * bullets, outside links as numbered footnotes, pictures as numbered places to upload to. See field notes 3.1.
 */
export function toWechatHtml(markdown: string, meta: WechatMeta): WechatArticle {
  const writer: Writer = { meta, footnotes: [], images: [], lists: [] }
  const inner = blocks(writer, parseMarkdown(markdown))
  const notes = writer.footnotes.map((href, i) => `<p style="${STYLE.note};margin:0">[${i + 1}] ${escapeHtml(href)}</p>`).join('')
  const html = `<section style="${STYLE.body}">${inner}${notes === '' ? '' : `<hr style="${STYLE.rule}">${notes}`}</section>`
  const full = { ...meta, digest: meta.digest || plainMarkdown(markdown, 54) }
  return {
    html,
    plain: toPlain(markdown, writer.footnotes),
    footnotes: writer.footnotes,
    images: writer.images,
    counters: countersOf(html, full),
    problems: checkWechat(html, full),
  }
}

function blocks(w: Writer, tokens: readonly Token[]): string {
  let out = ''
  for (const [i, token] of tokens.entries()) out += block(w, token, tokens[i - 1], tokens[i + 1])
  return out
}

function block(w: Writer, token: Token, before: Token | undefined, after: Token | undefined): string {
  switch (token.type) {
    case 'heading_open':
      return token.tag === 'h1' || token.tag === 'h2' ? `<h2 style="${STYLE.h2}">` : `<h3 style="${STYLE.h3}">`
    case 'heading_close':
      return token.tag === 'h1' || token.tag === 'h2' ? '</h2>' : '</h3>'
    case 'paragraph_open':
      // The first paragraph of an item stands in the item's own line; later ones get lines of their own.
      return w.lists.length === 0
        ? `<p style="${STYLE.p}">`
        : before?.type === 'list_item_open'
          ? ''
          : `<section style="${STYLE.item(w.lists.length)}">`
    case 'paragraph_close':
      return w.lists.length === 0 ? '</p>' : '</section>'
    case 'bullet_list_open':
      w.lists.push(null)
      return ''
    case 'ordered_list_open':
      w.lists.push(Number(token.attrGet('start') ?? 1))
      return ''
    case 'bullet_list_close':
    case 'ordered_list_close':
      w.lists.pop()
      return ''
    case 'list_item_open':
      // The line of an item is closed by the close of its first paragraph; an item that begins otherwise has none.
      return after?.type === 'paragraph_open' ? itemOpen(w) : `${itemOpen(w)}</section>`
    case 'blockquote_open':
      return `<blockquote style="${STYLE.quote}">`
    case 'blockquote_close':
      return '</blockquote>'
    case 'hr':
      return `<hr style="${STYLE.rule}">`
    case 'fence':
    case 'code_block':
      return `<section style="${STYLE.pre}"><code>${codeLines(token.content)}</code></section>`
    case 'inline':
      return spans(w, token.children ?? [])
    default:
      return table(token)
  }
}

function itemOpen(w: Writer): string {
  const depth = w.lists.length - 1
  const number = w.lists.at(-1) ?? null
  if (number !== null) w.lists[depth] = number + 1
  return `<section style="${STYLE.item(depth)}">${number === null ? '• ' : `${number}. `}`
}

function table(token: Token): string {
  const open = /^(table|thead|tbody|tr|th|td)_open$/.exec(token.type)?.[1]
  if (open)
    return open === 'table'
      ? `<table style="${STYLE.table}">`
      : open === 'th' || open === 'td'
        ? `<${open} style="${STYLE.cell}">`
        : `<${open}>`
  const close = /^(table|thead|tbody|tr|th|td)_close$/.exec(token.type)?.[1]
  return close ? `</${close}>` : ''
}

function spans(w: Writer, tokens: readonly Token[]): string {
  let out = ''
  let note = 0
  for (const token of tokens) {
    switch (token.type) {
      case 'text':
        out += escapeHtml(token.content)
        break
      case 'softbreak':
        out += '\n'
        break
      case 'hardbreak':
        out += '<br>'
        break
      case 'code_inline':
        out += `<code style="${STYLE.code}">${escapeHtml(token.content)}</code>`
        break
      case 'strong_open':
        out += `<strong>`
        break
      case 'em_open':
        out += `<em>`
        break
      case 'strong_close':
        out += '</strong>'
        break
      case 'em_close':
        out += '</em>'
        break
      case 'image':
        out += image(w, token)
        break
      case 'link_open': {
        const href = absolute(w, String(token.attrGet('href') ?? ''))
        note = isWechatLink(href) ? 0 : noteOf(w, href)
        out += note === 0 ? `<a href="${escapeHtml(href)}">` : ''
        break
      }
      case 'link_close':
        out += note === 0 ? '</a>' : `<span style="${STYLE.note}">[${note}]</span>`
        break
      default:
    }
  }
  return out.replace(/^<strong>([^<]{1,12})<\/strong>(?= )/, (whole, text: string) =>
    /\d/.test(text) ? `<strong style="${STYLE.time}">${text}</strong>` : whole,
  )
}

function noteOf(w: Writer, href: string): number {
  const known = w.footnotes.indexOf(href)
  return known === -1 ? w.footnotes.push(href) : known + 1
}

function image(w: Writer, token: Token): string {
  const src = absolute(w, String(token.attrGet('src') ?? ''))
  if (isWechatImage(src)) return `<img src="${escapeHtml(src)}" alt="${escapeHtml(token.content)}" style="${STYLE.image}">`
  const slot = w.images.push({ slot: w.images.length + 1, alt: token.content, src })
  return `<span style="${STYLE.note}">【图 ${slot}${token.content === '' ? '' : `：${escapeHtml(token.content)}`}】</span>`
}

function absolute(w: Writer, href: string): string {
  return new URL(href, `${w.meta.origin}/`).href
}

const codeLines = (text: string): string => escapeHtml(text.replace(/\n$/, '')).replace(/ /g, '&nbsp;').replace(/\n/g, '<br>')

/** The same as text, for editors that take no HTML. */
function toPlain(markdown: string, footnotes: readonly string[]): string {
  const lines: string[] = []
  let depth = 0
  for (const token of parseMarkdown(markdown)) {
    if (token.type.endsWith('list_open')) depth += 1
    if (token.type.endsWith('list_close')) depth -= 1
    if (token.type === 'fence' || token.type === 'code_block') lines.push(token.content)
    if (token.type !== 'inline') continue
    const text = (token.children ?? [])
      .map((c) => (c.type.endsWith('break') ? '\n' : c.type === 'image' ? `【${c.content}】` : c.content))
      .join('')
    lines.push(depth > 0 ? `${'  '.repeat(depth - 1)}• ${text}` : `${lines.length === 0 ? '' : '\n'}${text}`)
  }
  if (footnotes.length > 0) lines.push('', ...footnotes.map((href, i) => `[${i + 1}] ${href}`))
  return `${lines.join('\n').trim()}\n`
}
