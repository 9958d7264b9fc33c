import { existsSync, readdirSync } from 'node:fs'
import { visitor } from '@kaichang/core/kernel/actor.ts'
import type { KaichangError } from '@kaichang/core/kernel/errors.ts'
import { communityFiles } from '@kaichang/core/store/files.ts'
import type { TestApp } from './app.ts'
import { makeEvent } from './samples.ts'
import { openRegistration, registerAttendee } from '@kaichang/core/registration/actions.ts'
import { addQuestion } from '@kaichang/core/registration/questions/actions.ts'
import type { QuestionInput } from '@kaichang/core/registration/questions/model.ts'
import { questionInput } from '@kaichang/core/registration/questions/questions.testing.ts'
import { uploadAnswer } from '@kaichang/core/registration/questions/upload.ts'

let made = 0
/** A new event whose registration is open, as its organisers and its visitors see it. */
export async function askingPlace(app: TestApp) {
  made += 1
  app.clock.set(new Date('2026-11-20T12:00:00+08:00'))
  const { communityId, event } = await makeEvent(app.ctx, { community: `asks-${made}` })
  const eventId = event.id
  await openRegistration(app.ctx, communityId, eventId)
  const guest = app.context(visitor)
  const owner = app.as('owner', communityId)
  return {
    communityId,
    eventId,
    guest,
    owner,
    ask: (over: Parameters<typeof questionInput>[0] = {}) => addQuestion(owner, communityId, eventId, questionInput(over)),
    register: (phone: string, answers: Record<string, unknown> = {}, key: string | null = null) =>
      registerAttendee(guest, communityId, eventId, { name: '王小明', phone, consents: { registration: true }, answers }, { key }),
    upload: (bytes: Uint8Array, name = '学生证.PNG', key: string | null = null) =>
      uploadAnswer(guest, communityId, eventId, 'card', { name, bytes, key }),
    entries: (kind: string) =>
      app.db
        .selectFrom('journal')
        .select('facts')
        .where('communityId', '=', communityId)
        .where('kind', '=', `registration.${kind}`)
        .execute(),
    answers: () => app.db.selectFrom('answer').select(['questionId', 'value']).where('communityId', '=', communityId).execute(),
    files: () => app.db.selectFrom('answerFile').select(['id', 'registrationId', 'name']).where('communityId', '=', communityId).execute(),
    onDisk: () => {
      const folder = communityFiles(app.settings.dataDirectory, communityId)
      return existsSync(folder) ? readdirSync(folder).filter((name) => name !== 'incoming') : []
    },
  }
}

/** A picture of one dot. */
export const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==', 'base64')
/** A question for a file. */
export const card: Partial<QuestionInput> = { key: 'card', kind: 'file', label: { zh: '学生证' }, options: [] }
/** What is wrong, as `path code`; the code alone where no field is named. */
export const issuesOf = (work: Promise<unknown>) =>
  work.then(
    () => [],
    (error: KaichangError) => (error.issues.length > 0 ? error.issues.map(({ path, code }) => `${path} ${code}`) : [error.code]),
  )
