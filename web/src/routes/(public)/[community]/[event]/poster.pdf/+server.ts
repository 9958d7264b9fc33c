import { printer } from '#lib/server/print.ts'

export const GET = printer('poster.pdf')
