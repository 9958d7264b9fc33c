import { readCommunities } from '@kaichang/core/community/read.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { readOutbox, resendMail } from '@kaichang/core/people/mail/actions.ts'
import { INSTALLATION } from '@kaichang/core/people/mail/model.ts'
import { redirect } from '@sveltejs/kit'
import { goOn, submit } from '#lib/server/form.ts'
import type { Actions, PageServerLoad } from './$types'

/** All mails, for administrators; organisers see those of their event in the console. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const { ctx, actor, app, locale } = locals
  if (locals.trouble !== undefined) throw locals.trouble
  if (actor.kind === 'visitor') redirect(303, '/sign-in?next=%2Foutbox')
  const asked = url.searchParams.get('community')
  const communities = await readCommunities(ctx)
  const of = communities.find((community) => community.slug === asked)
  const mails = await readOutbox(ctx, of?.communityId ?? INSTALLATION)
  return {
    mailOff: app.settings.smtp === undefined,
    done: url.searchParams.get('done'),
    community: of?.slug ?? '',
    communities: communities.map((community) => ({ value: community.slug, label: pickText(community.name, locale) })),
    mails: mails.map(({ id, template, toAddress, locale, subject, body, state, attempts, problem, createdAt, calendar }) => ({
      id,
      template,
      toAddress,
      language: locale === 'en' ? 'en' : 'zh-CN',
      subject,
      body,
      state,
      attempts,
      problem,
      createdAt,
      calendar: calendar !== null,
    })),
  }
}

export const actions: Actions = {
  resend: (event) =>
    submit(event, async ({ text }) => {
      const { ctx } = event.locals
      const slug = text('community')
      const of = (await readCommunities(ctx)).find((community) => community.slug === slug)
      await resendMail(ctx, of?.communityId ?? INSTALLATION, text('id'))
      goOn(of ? `/outbox?community=${of.slug}` : '/outbox', 'resent')
    }),
}
