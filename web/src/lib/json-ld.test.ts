import { expect, it } from 'vitest'
import { jsonLd } from './json-ld.ts'

it('lets no title break out of the element', () => {
  const name = '</script><script>alert(1)</script><!-- & \u2028'
  const html = jsonLd({ '@type': 'Event', name })
  expect(html.match(/<\/?script/g)).toEqual(['<script', '</script'])
  expect(html).not.toContain('<!--')
  const json: unknown = JSON.parse(html.slice(html.indexOf('>') + 1, html.lastIndexOf('<')))
  expect(json).toEqual({ '@context': 'https://schema.org', '@type': 'Event', name })
})
