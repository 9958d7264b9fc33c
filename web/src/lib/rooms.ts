import type { Permission } from '@kaichang/core/community/permissions.ts'
import type { consoleWords } from './words/console.ts'

/** A room of the console: its path below the event, its word, and what one must be allowed to see it. */
export interface Room {
  path: string
  word: keyof typeof consoleWords.zh
  permission: Permission
}

/** The rooms in the order of the house; the menu is made of the ones that the actor may open. */
export const rooms = [
  { path: '', word: 'today', permission: 'event.view' },
  { path: 'plan', word: 'plan', permission: 'plan.view' },
  { path: 'team', word: 'team', permission: 'team.view' },
  { path: 'partners', word: 'partners', permission: 'partners.view' },
  { path: 'programme', word: 'programme', permission: 'programme.view' },
  { path: 'registration', word: 'registration', permission: 'registration.figures' },
  { path: 'messages', word: 'messages', permission: 'mail.view' },
  { path: 'door', word: 'door', permission: 'door.scan' },
  { path: 'stage', word: 'stage', permission: 'stage.view' },
  { path: 'archive', word: 'archive', permission: 'archive.view' },
  { path: 'story', word: 'story', permission: 'story.view' },
  { path: 'handover', word: 'handover', permission: 'handover.copy' },
  { path: 'settings', word: 'settings', permission: 'event.manage' },
] as const satisfies readonly Room[]
