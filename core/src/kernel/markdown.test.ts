import { expect, test } from 'vitest'
import { plainMarkdown, renderMarkdown } from './markdown.ts'

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](java\nscript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:msgbox(1))',
  '[x](file:///etc/passwd)',
  '![x](javascript:alert(1))',
  '![x](data:image/svg+xml;base64,PHN2Zy8+)',
  '<javascript:alert(1)>',
  '[x]: javascript:alert(1)\n\n[x]',
  '[a](https://e.org" onclick="alert(1))',
  '![a" onerror="alert(1)](/x.png)',
  '<a href="javascript:alert(1)">x</a>',
  '`</code><script>alert(1)</script>`',
  '```html"><script>alert(1)</script>\nx\n```',
  '</time></li><svg onload=alert(1)>',
])('%s does nothing', (text) => {
  const html = renderMarkdown(text, { images: 'https', rail: true, media: () => 'audio' })
  expect(html).not.toMatch(/<(script|svg|iframe|object|style)\b/i)
  // An attribute that runs something would have to stand inside a tag.
  expect(html.replace(/<[^>]*>/g, (tag) => tag.replace(/="[^"]*"/g, ''))).not.toMatch(/<[^>]*\son\w+/i)
  expect(html).not.toMatch(/(href|src)="\s*(javascript|data|vbscript|file):/i)
})

test('links go out without a referrer, our own stay plain, addresses in the text become links, file names do not', () => {
  expect(renderMarkdown('[a](https://e.org/?a=1&b=2) [b](/x) main.py https://e.org')).toBe(
    '<p><a href="https://e.org/?a=1&amp;b=2" rel="noopener noreferrer">a</a> <a href="/x">b</a> main.py <a href="https://e.org" rel="noopener noreferrer">https://e.org</a></p>\n',
  )
})

test('pictures from elsewhere are shown only where organisers write, and only by https', () => {
  const md = '![合影](https://e.org/a.jpg) ![b](http://e.org/b.jpg) ![c](/c.jpg) ![d](//e.org/d.jpg)'
  const own = '<img src="/c.jpg" alt="c" loading="lazy" referrerpolicy="no-referrer">'
  expect(renderMarkdown(md)).toBe(`<p>合影 b ${own} d</p>\n`)
  expect(renderMarkdown(md, { images: 'https' })).toBe(
    `<p><img src="https://e.org/a.jpg" alt="合影" loading="lazy" referrerpolicy="no-referrer"> b ${own} d</p>\n`,
  )
})

test('a list of times becomes the rail; any other list does not', () => {
  expect(renderMarkdown('- **13:38** 暖场\n    - 录音\n- **14:11** 人流量', { rail: true })).toBe(
    '<ol class="rail">\n<li><time>13:38</time> 暖场\n<ul>\n<li>录音</li>\n</ul>\n</li>\n<li><time>14:11</time> 人流量</li>\n</ol>\n',
  )
  expect(renderMarkdown('- **2018年7月15日** 搁置', { rail: true })).toContain('<ol class="rail long">')
  expect(renderMarkdown('- **13:38** 暖场\n- 茶歇', { rail: true })).toBe(
    '<ol class="rail">\n<li><time>13:38</time> 暖场</li>\n<li>茶歇</li>\n</ol>\n',
  )
  expect(renderMarkdown('- **13:38** 暖场\n- 茶歇\n- 合影', { rail: true })).toBe(
    '<ul>\n<li><strong>13:38</strong> 暖场</li>\n<li>茶歇</li>\n<li>合影</li>\n</ul>\n',
  )
})

test('a recording of ours is followed by a player, others’ files are not', () => {
  const media = (href: string) => (href.endsWith('.mp3') ? 'audio' : null)
  expect(renderMarkdown('[a](/files/x/a.mp3) [b](https://e.org/b.mp3)', { media })).toBe(
    '<p><a href="/files/x/a.mp3">a</a><audio controls preload="none" src="/files/x/a.mp3"></audio> <a href="https://e.org/b.mp3" rel="noopener noreferrer">b</a></p>\n',
  )
})

test('plain text for descriptions is cut at whole characters', () => {
  expect(plainMarkdown('## 标题\n\n**你好**，[世界](/x) ![p](/p.png)')).toBe('标题 你好，世界')
  expect(plainMarkdown('𠮷𠮷𠮷𠮷', 3)).toBe('𠮷𠮷…')
})
