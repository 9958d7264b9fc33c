import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const count = z.number()

/** What happens to vouchers: how many, never their codes or whom they are for. */
export const voucherJournal = defineJournal('registration', {
  vouchers_made: {
    facts: z.object({ count, effect: z.string(), uses: z.number(), reserves: z.boolean() }),
    public: false,
    zh: '生成了 {count} 个优惠码',
    en: '{count} vouchers were made',
  },
  vouchers_brought: {
    facts: z.object({ count, effect: z.string(), uses: z.number(), reserves: z.boolean() }),
    public: false,
    zh: '导入了 {count} 个优惠码',
    en: '{count} vouchers were brought in',
  },
  voucher_changed: {
    facts: z.object({ revision: count, before: z.record(z.string(), z.unknown()) }),
    public: false,
    zh: '一个优惠码有修改',
    en: 'A voucher was changed',
  },
  vouchers_retired: { facts: z.object({ count }), public: false, zh: '停用了 {count} 个优惠码', en: '{count} vouchers were retired' },
  vouchers_restored: { facts: z.object({ count }), public: false, zh: '恢复了 {count} 个优惠码', en: '{count} vouchers serve again' },
  vouchers_exported: { facts: z.object({ count }), public: false, zh: '导出了 {count} 个优惠码', en: '{count} vouchers were exported' },
})
