import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = ({ locals }) => {
  if (locals.trouble !== undefined) throw locals.trouble
}
