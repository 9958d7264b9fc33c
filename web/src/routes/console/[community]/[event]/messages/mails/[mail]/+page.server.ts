import { fail } from '@kaichang/core/kernel/errors.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { openMail, retryMails } from '@kaichang/core/registration/messages/actions.ts'
import { findKind } from '@kaichang/core/registration/messages/kinds.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { isId } from '#lib/server/ids.ts'
import { placeOf } from '#lib/server/place.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, communityId, eventId } = await placeOf(request)
  if (!isId(request.params.mail)) throw fail('thing.not_found')
  const mail = await openMail(ctx, communityId, eventId, request.params.mail)
  return {
    done: request.url.searchParams.get('done'),
    mailOff: ctx.settings.smtp === undefined,
    kind: pickText(findKind(mail.template)?.label, locale),
    mail: {
      toAddress: mail.toAddress,
      locale: mail.locale === 'en' ? ('en' as const) : ('zh' as const),
      subject: mail.subject,
      body: mail.body,
      state: mail.state,
      problem: mail.problem,
      createdAt: mail.createdAt,
      notBefore: mail.notBefore,
      sentAt: mail.sentAt,
      calendar: mail.calendar !== null,
    },
  }
}

export const actions: Actions = {
  retry: (request) =>
    submit(request, async () => {
      const { ctx, communityId, eventId, base } = await placeOf(request)
      const { mail } = request.params
      if (!isId(mail)) throw fail('thing.not_found')
      await retryMails(ctx, communityId, eventId, mail)
      goOn(`${base}/messages/mails/${mail}`, 'retried')
    }),
}
