// The room's door: everything that one can do here, by the thing that it is done to.
export {
  addChannel,
  channelsOf,
  closeRegistration,
  countClick,
  editChannel,
  openRegistration,
  seatsOf,
  setRegistrationWindow,
} from './window.actions.ts'
export { readHolding, removeChannel, restoreChannel, setHolding } from './holding.actions.ts'
export { registerAttendee, registerMany } from './register.actions.ts'
export {
  cancelByTicket,
  cancelRegistration,
  changeRegistration,
  requestTicketAgain,
  resendTicket,
  restoreByTicket,
} from './ticket.actions.ts'
export { eraseMine, exportMine, heldConsents, keptUntil } from './own-data.actions.ts'
export { eventCalendar } from './calendar.ts'
export { openTicket, ticketLinks } from './tickets.ts'
export { channelTotals, dailyCurve, detailsOf, figuresOf } from './figures.ts'
export { figuresCsv, figureSheets } from './figures.export.ts'
export { findFullRegistration, listRegistrations, maySeePeople } from './list.ts'
export { publicRange, readOutlook, takeAdvice } from './forecast/actions.ts'
export { exportRegistrations, exportRegistrationsCsv } from './export.actions.ts'
export { retainAttendees } from './retention.ts'
