import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const text = z.object({ zh: z.string().optional(), en: z.string().optional() })
const named = z.object({ name: z.string() })
const given = z.object({ name: z.string(), kinds: z.array(text) })
const change = { revision: z.number(), before: z.record(z.string(), z.unknown()) }

/** What partners do for an event. Amounts stay out of the sentences: not everybody who reads them may see money. */
export const partnersJournal = defineJournal('partners', {
  added: { facts: given, public: true, zh: '记下伙伴 {name}（{kinds}）', en: 'Partner noted: {name} ({kinds})' },
  changed: {
    facts: z.object({ name: z.string(), ...change }),
    public: true,
    zh: '{name} 的资料有修改',
    en: 'The details of {name} were changed',
  },
  talking: { facts: z.object({ name: z.string(), ...change }), public: false, zh: '和 {name} 谈起来了', en: 'Talks with {name} began' },
  pledged: { facts: given.extend(change), public: true, zh: '{name} 答应支持：{kinds}', en: '{name} pledged: {kinds}' },
  received: { facts: given.extend(change), public: true, zh: '{name} 的支持到了：{kinds}', en: 'Received from {name}: {kinds}' },
  declined: { facts: z.object({ name: z.string(), ...change }), public: true, zh: '{name} 这次不参加', en: '{name} declined this time' },
  lead: { facts: z.object({ name: z.string(), ...change }), public: true, zh: '{name} 回到待谈', en: '{name} is a lead again' },
  removed: { facts: named, public: true, zh: '划掉了伙伴 {name}', en: 'The partner {name} was struck out' },
  link_renewed: { facts: named, public: false, zh: '{name} 的个人链接换了', en: 'The personal link of {name} was renewed' },
  introduced: { facts: z.object({ from: z.string(), to: z.string() }), public: false, zh: '{from} 引荐了 {to}', en: '{from} led to {to}' },
  introduction_removed: {
    facts: z.object({ from: z.string(), to: z.string() }),
    public: false,
    zh: '划掉引荐：{from} → {to}',
    en: 'The introduction {from} → {to} was struck out',
  },
})
