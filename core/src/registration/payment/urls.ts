import type { ProviderName } from './providers/provider.ts'

/** Where a provider sends its notices. */
export const noticeUrl = (publicUrl: string, provider: ProviderName): string => `${publicUrl}/api/v1/payments/${provider}/notices`
