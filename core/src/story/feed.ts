import { escapeHtml, renderMarkdown } from '#core/kernel/markdown.ts'
import { plain } from '#core/programme/export/common.ts'

export interface FeedItem {
  /** Stable for ever; readers tell old from new by it. */
  id: string
  title: string
  url: string
  at: Date
  /** Markdown. */
  body: string
  author: string
  /** A recording. */
  enclosure: { url: string; size: number; type: string } | null
}

export interface Feed {
  title: string
  description: string
  /** The page that the feed belongs to. */
  url: string
  /** The feed's own address. */
  self: string
  language: 'zh-CN' | 'en'
  image: string
  items: readonly FeedItem[]
}

const x = (text: string): string => escapeHtml(plain(text))
/** RFC 822 dates, as RSS asks for. */
const date = (at: Date): string => at.toUTCString().replace('GMT', '+0000')

/**
 * RSS 2.0, which news readers and podcast players both take: articles with their text, recordings as enclosures,
 * the newest first.
 */
export function writeFeed(feed: Feed): string {
  const items = [...feed.items].sort((a, b) => b.at.getTime() - a.at.getTime())
  const updated = items[0]?.at
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">',
    '<channel>',
    `<title>${x(feed.title)}</title>`,
    `<link>${x(feed.url)}</link>`,
    `<atom:link href="${x(feed.self)}" rel="self" type="application/rss+xml"/>`,
    `<description>${x(feed.description || feed.title)}</description>`,
    `<language>${feed.language}</language>`,
    ...(updated ? [`<lastBuildDate>${date(updated)}</lastBuildDate>`] : []),
    ...(feed.image ? [`<itunes:image href="${x(feed.image)}"/>`] : []),
    '<itunes:explicit>false</itunes:explicit>',
    ...items.map(item),
    '</channel>',
    '</rss>',
    '',
  ].join('\n')
}

function item(entry: FeedItem): string {
  return [
    '<item>',
    `<title>${x(entry.title)}</title>`,
    `<link>${x(entry.url)}</link>`,
    `<guid isPermaLink="false">${x(entry.id)}</guid>`,
    `<pubDate>${date(entry.at)}</pubDate>`,
    ...(entry.author ? [`<dc:creator>${x(entry.author)}</dc:creator>`] : []),
    ...(entry.body ? [`<content:encoded>${x(renderMarkdown(entry.body))}</content:encoded>`] : []),
    ...(entry.enclosure
      ? [`<enclosure url="${x(entry.enclosure.url)}" length="${entry.enclosure.size}" type="${x(entry.enclosure.type)}"/>`]
      : []),
    '</item>',
  ].join('\n')
}
