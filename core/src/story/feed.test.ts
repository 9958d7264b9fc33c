import { expect, test } from 'vitest'
import { writeFeed } from './feed.ts'

test('articles and recordings, newest first, with everything escaped', () => {
  const xml = writeFeed({
    title: 'A & B',
    description: '',
    url: 'https://k.org/a',
    self: 'https://k.org/a/feed.xml',
    language: 'zh-CN',
    image: '',
    items: [
      {
        id: 'article:1',
        title: '<纪实>\u0007',
        url: 'https://k.org/a/e/recap',
        at: new Date('2019-10-27T02:00:00Z'),
        body: '**好** <script>x</script>',
        author: '',
        enclosure: null,
      },
      {
        id: 'recording:2',
        title: 'Yolo',
        url: 'https://k.org/a/e/talks/yolo',
        at: new Date('2019-10-26T06:11:04Z'),
        body: '',
        author: '姜原',
        enclosure: { url: 'https://k.org/files/a/2/x%20y.mp3', size: 42, type: 'audio/mpeg' },
      },
    ],
  })
  expect(xml.split('\n').slice(2)).toEqual([
    '<channel>',
    '<title>A &amp; B</title>',
    '<link>https://k.org/a</link>',
    '<atom:link href="https://k.org/a/feed.xml" rel="self" type="application/rss+xml"/>',
    '<description>A &amp; B</description>',
    '<language>zh-CN</language>',
    '<lastBuildDate>Sun, 27 Oct 2019 02:00:00 +0000</lastBuildDate>',
    '<itunes:explicit>false</itunes:explicit>',
    '<item>',
    '<title>&lt;纪实&gt;</title>',
    '<link>https://k.org/a/e/recap</link>',
    '<guid isPermaLink="false">article:1</guid>',
    '<pubDate>Sun, 27 Oct 2019 02:00:00 +0000</pubDate>',
    '<content:encoded>&lt;p&gt;&lt;strong&gt;好&lt;/strong&gt; &amp;lt;script&amp;gt;x&amp;lt;/script&amp;gt;&lt;/p&gt;',
    '</content:encoded>',
    '</item>',
    '<item>',
    '<title>Yolo</title>',
    '<link>https://k.org/a/e/talks/yolo</link>',
    '<guid isPermaLink="false">recording:2</guid>',
    '<pubDate>Sat, 26 Oct 2019 06:11:04 +0000</pubDate>',
    '<dc:creator>姜原</dc:creator>',
    '<enclosure url="https://k.org/files/a/2/x%20y.mp3" length="42" type="audio/mpeg"/>',
    '</item>',
    '</channel>',
    '</rss>',
    '',
  ])
})
