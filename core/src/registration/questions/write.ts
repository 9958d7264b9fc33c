import { z } from 'zod'
import type { Db } from '#core/store/database.ts'
import type { GivenAnswer } from './model.ts'
import { deleteAnswers, writeAnswers } from './store.ts'
import { claimFiles, letGoOfFiles } from './upload.ts'

/** Answers that come with a booking. */
export interface Answered {
  registrationId: string
  /** The order whose seat it is; null: a single free seat. */
  orderId: string | null
  answers: readonly GivenAnswer[]
}

/** Inside a transaction: writes the answers of bookings, and gives them their files. Files that are gone leave no answer. */
export async function keepAnswers(db: Db, communityId: string, now: Date, bookings: readonly Answered[]): Promise<void> {
  const claimed = await claimFiles(
    db,
    communityId,
    now,
    bookings.flatMap(({ registrationId, orderId, answers }) =>
      answers.flatMap(({ file, questionId, value }) => (file ? [{ file: String(value), questionId, registrationId, orderId }] : [])),
    ),
  )
  const kept = bookings.map(({ registrationId, answers }) => ({
    registrationId,
    answers: answers.filter(({ file, value }) => !file || claimed.has(String(value))),
  }))
  await writeAnswers(db, communityId, now, kept)
  // They stand with the booking from now on, and end with it.
  const orders = new Set(bookings.flatMap(({ orderId }) => orderId ?? []))
  for (const orderId of orders)
    await db.updateTable('orderLine').set({ answers: '[]' }).where('communityId', '=', communityId).where('orderId', '=', orderId).execute()
}

/** Inside a transaction: the files that an order's seats name belong to it from now on, until it is booked or comes to nothing. */
export async function keepOrderFiles(
  db: Db,
  communityId: string,
  now: Date,
  orderId: string,
  answers: readonly GivenAnswer[],
): Promise<void> {
  const named = answers.filter(({ file }) => file)
  await claimFiles(
    db,
    communityId,
    now,
    named.map(({ questionId, value }) => ({ file: String(value), questionId, registrationId: null, orderId })),
  )
}

const storedSchema = z.array(
  z.object({ questionId: z.uuid(), value: z.union([z.string(), z.number(), z.literal(true), z.array(z.string())]), file: z.boolean() }),
)

/** Answers that wait in order_line.answers, which holds what `takeAnswers` gave; [] for anything else. */
export function storedAnswers(column: unknown): GivenAnswer[] {
  return storedSchema.safeParse(column).data ?? []
}

/**
 * Inside a transaction: takes the answers out of a booking, all or those to some questions, with their files; `sweepFiles`
 * after the commit. Returns how many answers and files went.
 */
export async function forgetAnswers(
  db: Db,
  communityId: string,
  registrationId: string,
  questionIds: readonly string[] | null = null,
): Promise<{ answers: number; files: number }> {
  const files = await letGoOfFiles(db, communityId, { registrationId, ...(questionIds ? { questionIds } : {}) })
  return { answers: await deleteAnswers(db, communityId, registrationId, questionIds), files }
}
