import { pickText } from '@kaichang/core/kernel/text.ts'
import { readMails, retryMails } from '@kaichang/core/registration/messages/actions.ts'
import { findKind } from '@kaichang/core/registration/messages/kinds.ts'
import { words } from '#lib/words/define.ts'
import { messagesWords } from '#lib/words/messages.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { placeOf } from '#lib/server/place.ts'
import type { Actions, PageServerLoad } from './$types'

const STATES = ['queued', 'kept', 'sent', 'failed'] as const

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, communityId, eventId } = await placeOf(request)
  const { searchParams } = request.url
  const state = STATES.find((one) => one === searchParams.get('state'))
  const kind = (searchParams.get('kind') ?? '').slice(0, 80)
  const query = (searchParams.get('q') ?? '').slice(0, 120)
  const found = await readMails(ctx, communityId, eventId, {
    ...(state ? { state } : {}),
    kind,
    query,
    page: Number(searchParams.get('page') ?? 1),
  })
  const t = words(messagesWords, locale)
  const nameOf = (template: string): string =>
    pickText(findKind(template)?.label, locale) || t(template === 'registration.test' ? 'template_test' : 'template_other')
  return {
    ...found,
    rows: found.rows.map((row) => ({ ...row, kind: nameOf(row.template) })),
    kinds: [...found.kinds].map(([value, count]) => ({ value, label: nameOf(value), count })),
    done: searchParams.get('done'),
    state: state ?? '',
    kind,
    query,
    mailOff: ctx.settings.smtp === undefined,
  }
}

export const actions: Actions = {
  retry: (request) =>
    submit(request, async () => {
      const { ctx, communityId, eventId, base } = await placeOf(request)
      await retryMails(ctx, communityId, eventId, null)
      goOn(`${base}/messages/mails`, 'retried')
    }),
}
