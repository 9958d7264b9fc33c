import { createSignInLink } from '@kaichang/core/people/sign-in.ts'
import { openInstallation } from './installation.ts'
import { say } from './say.ts'

/** `sign-in [email]`: a one-time link for whoever may use this machine; without an address for the administrator. */
export async function run([email]: string[]): Promise<number> {
  const { app, settings, close } = await openInstallation({ jobs: false })
  try {
    const path = await createSignInLink(app, {
      email: email ?? settings.admin,
      administrator: email === undefined || email.toLowerCase() === settings.admin,
    })
    say({
      zh: `登录链接（24 小时内用一次）：${settings.publicUrl}${path}`,
      en: `Sign-in link (once, within 24 hours): ${settings.publicUrl}${path}`,
    })
    return 0
  } finally {
    await close()
  }
}
