import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = ({ locals }) => {
  const { actor, locale, app } = locals
  return {
    locale,
    account: actor.kind === 'account' ? { name: actor.name, email: actor.email, administrator: actor.administrator } : null,
    site: { icp: app.settings.icp, policeNo: app.settings.policeNo },
  }
}
