import { expect, test } from 'vitest'
import { checkWechat } from './wechat.rules.ts'
import { toWechatHtml } from './wechat.ts'

const meta = { title: '南宁场纪实', author: 'PyChina', digest: '', source: 'https://k.org/pychina/nanning/recap', origin: 'https://k.org' }
const body = (html: string): string => html.replace(/ style="[^"]*"/g, '')

test('lists become lines, outside links footnotes, links between articles stay', () => {
  const article = toWechatHtml(
    '## 流水帐\n\n- **13:38** 暖场\n    - 录音：[a.MP3](/files/p/1/a.MP3)\n- **14:11** [旧文](https://mp.weixin.qq.com/s/x) 与 [同一个](/files/p/1/a.MP3)\n',
    meta,
  )
  expect(body(article.html)).toBe(
    '<section><h2>流水帐</h2><section>• <strong>13:38</strong> 暖场</section><section>• 录音：a.MP3<span>[1]</span></section>' +
      '<section>• <strong>14:11</strong> <a href="https://mp.weixin.qq.com/s/x">旧文</a> 与 同一个<span>[1]</span></section><hr><p>[1] https://k.org/files/p/1/a.MP3</p></section>',
  )
  expect(article.footnotes).toEqual(['https://k.org/files/p/1/a.MP3'])
  expect(article.plain).toBe('流水帐\n• 13:38 暖场\n  • 录音：a.MP3\n• 14:11 旧文 与 同一个\n\n[1] https://k.org/files/p/1/a.MP3\n')
  expect(article.problems).toEqual([])
})

test('pictures are places to upload to, those that WeChat has are shown', () => {
  const article = toWechatHtml('![合影](https://e.org/a.jpg) ![](/b.png)\n\n![c](https://mmbiz.qpic.cn/c.png)', meta)
  expect(body(article.html)).toBe(
    '<section><p><span>【图 1：合影】</span> <span>【图 2】</span></p><p><img src="https://mmbiz.qpic.cn/c.png" alt="c"></p></section>',
  )
  expect(article.images).toEqual([
    { slot: 1, alt: '合影', src: 'https://e.org/a.jpg' },
    { slot: 2, alt: '', src: 'https://k.org/b.png' },
  ])
  expect(article.problems).toEqual([])
})

test('every kind of block comes out in tags and styles that survive', () => {
  const md =
    '# 一\n\n### 三\n\n1. 甲\n2. 乙\n\n   又\n\n> 引\n\n---\n\n`a b`\n\n```js\nif (a < b) {\n  x()\n}\n```\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n行\\\n行 *斜*'
  const article = toWechatHtml(md, meta)
  expect(article.problems).toEqual([])
  expect(body(article.html)).toBe(
    '<section><h2>一</h2><h3>三</h3><section>1. 甲</section><section>2. 乙</section><section>又</section><blockquote><p>引</p></blockquote><hr><p><code>a b</code></p>' +
      '<section><code>if&nbsp;(a&nbsp;&lt;&nbsp;b)&nbsp;{<br>&nbsp;&nbsp;x()<br>}</code></section>' +
      '<table><thead><tr><th>甲</th><th>乙</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table><p>行<br>行 <em>斜</em></p></section>',
  )
})

test('an item that begins with a code block or another list leaves no tag open', () => {
  expect(body(toWechatHtml('- ```\n  x\n  ```\n- - 甲', meta).html)).toBe(
    '<section><section>• </section><section><code>x</code></section><section>• </section><section>• 甲</section></section>',
  )
})

test('scripts and handlers in the text stay text', () => {
  const { html, problems } = toWechatHtml('<script>alert(1)</script> [x](javascript:alert(1)) ![" onerror="x](https://e.org/x.png)', meta)
  expect(html).not.toMatch(/<script|href="javascript/)
  expect(problems).toEqual([])
})

test('the checker names every violation once', () => {
  const html =
    '<div class="a" id="b"><p style="position:absolute; color:red">x</p><p style="position:fixed">y</p><svg></svg>' +
    '<img src="https://e.org/a.png" width="9"><img src="data:image/png;base64,xx"><a href="https://e.org">z</a><span onclick="a()" style="color:var(--ink)">q</span></div>'
  expect(checkWechat(html, { title: '长'.repeat(33), author: 'a'.repeat(17), digest: '字'.repeat(129) })).toEqual([
    { code: 'too_long', what: 'title', length: 33, limit: 32 },
    { code: 'too_long', what: 'author', length: 17, limit: 16 },
    { code: 'too_long', what: 'digest', length: 129, limit: 128 },
    { code: 'tag', tag: 'div' },
    { code: 'attribute', attribute: 'class' },
    { code: 'attribute', attribute: 'id' },
    { code: 'style', property: 'position' },
    { code: 'tag', tag: 'svg' },
    { code: 'image', src: 'https://e.org/a.png' },
    { code: 'attribute', attribute: 'width' },
    { code: 'image', src: 'data:image/png;base64,xx' },
    { code: 'link', href: 'https://e.org' },
    { code: 'attribute', attribute: 'onclick' },
    { code: 'style', property: 'var()' },
  ])
})

test('counters count letters, the digest is the first 54 of the text', () => {
  const article = toWechatHtml('字'.repeat(60), { ...meta, title: '𠮷'.repeat(32) })
  expect(article.counters.map((c) => [c.what, c.length])).toEqual([
    ['title', 32],
    ['author', 7],
    ['digest', 54],
    ['content', [...article.html].length],
  ])
  expect(toWechatHtml('字'.repeat(20_000), meta).problems).toMatchObject([{ code: 'too_long', what: 'content', limit: 20_000 }])
})
