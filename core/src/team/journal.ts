import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const duty = z.object({ duty: z.object({ zh: z.string().optional(), en: z.string().optional() }) })

/** Who takes on what. Names stay out of the journal, which outlives an erasure; the subject is the volunteer's row. */
export const teamJournal = defineJournal('team', {
  joined: { facts: duty, public: false, zh: '队伍多了一位：{duty}', en: 'Somebody joined the team: {duty}' },
  changed: { facts: duty, public: false, zh: '{duty}的班次有修改', en: 'The shift was changed: {duty}' },
  left: { facts: duty, public: false, zh: '队伍少了一位：{duty}', en: 'Somebody left the team: {duty}' },
  link_renewed: { facts: duty, public: false, zh: '换了一个个人链接：{duty}', en: 'A personal link was renewed: {duty}' },
})
