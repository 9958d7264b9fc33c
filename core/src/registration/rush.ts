import type { Answer, Asking } from './batch.model.ts'
import { decideBatch } from './batch.ts'
import { waitTogether } from './together.ts'

/** Asks for one seat of an event, together with all who ask at the same moment. Errors: those of `waitTogether`. */
export const askForSeat = waitTogether<Asking, Answer>({ work: 'seat', room: (room) => room, decide: decideBatch })
