import { roles } from '@kaichang/core/community/permissions.ts'
import type { Who } from './actors.ts'
import {
  everybody,
  staff,
  leads,
  money,
  treasurers,
  moneySeen,
  stageSeen,
  doorkeepers,
  archivists,
  readers,
  holder,
  waiter,
  orderer,
} from './who.ts'

/** Every answer without a page: files, feeds, pictures. */
export const endpoints: Readonly<Record<string, readonly Who[]>> = {
  'GET /[community]/[event]/schedule.ics': everybody,
  'GET /[community]/[event]/line/state.json': everybody,
  'GET /[community]/[event]/schedule.json': everybody,
  'GET /[community]/[event]/schedule.xml': everybody,
  'GET /[community]/[event]/talks/[talk].ics': everybody,
  'GET /t/[ticket]/event.ics': holder,
  'GET /o/[order]/code': orderer,
  // Leads back to the order: there is nothing to pay.
  'GET /o/[order]/wechat': orderer,
  'GET /o/[order]/fapiao/[id]': orderer,
  'POST /o/[order]/data.json': orderer,
  'POST /t/[ticket]/data.json': holder,
  'POST /w/[waiting]/data.json': waiter,
  'GET /t/[ticket]/files/[file]': holder,
  'GET /[community]/feed.xml': everybody,
  'GET /[community]/[event]/feed.xml': everybody,
  'GET /[community]/[event]/og.png': everybody,
  'GET /[community]/[event]/poster.png': everybody,
  'GET /[community]/[event]/poster.pdf': everybody,
  'GET /[community]/[event]/programme.pdf': everybody,
  // Leads into the console, which asks who it is.
  'GET /[community]/[event]/recap/wechat': everybody,
  // Leads everybody to the page whose button it is.
  'GET /sign-out': everybody,
  'POST /sign-out': everybody,
  'POST /console/[community]/[event]/registration/list.csv': leads,
  'POST /console/[community]/[event]/registration/list.xlsx': leads,
  'GET /console/[community]/[event]/registration/figures.csv': moneySeen,
  'GET /console/[community]/[event]/registration/figures.xlsx': moneySeen,
  'GET /console/[community]/[event]/registration/[id]/files/[file]': leads,
  'GET /console/[community]/[event]/registration/orders/[placed]/files/[file]': leads,
  'POST /console/[community]/[event]/registration/vouchers/export.csv': leads,
  'GET /console/[community]/[event]/registration/money/proof/[payment]': money,
  'GET /console/[community]/[event]/registration/money/code': money,
  'POST /console/[community]/[event]/registration/money/books.csv': money,
  'GET /console/[community]/[event]/registration/fapiao/[id]': money,
  'POST /console/[community]/[event]/registration/fapiao/list.csv': treasurers,
  'POST /console/[community]/[event]/registration/fapiao/list.xlsx': treasurers,
  'POST /console/[community]/[event]/registration/import/[list]/left.csv': leads,
  'POST /console/[community]/[event]/door/badges.pdf': leads,
  'POST /console/[community]/[event]/story/preview': readers,
  'GET /console/[community]/[event]/stage/state.json': stageSeen,
  'GET /v/[volunteer]/state.json': ['stage link'],
}

/** The programs' side. */
export const programs: Readonly<Record<string, readonly Who[]>> = {
  'GET /api/v1/openapi.json': everybody,
  'GET /api/v1/communities/:community/events/:event/availability': everybody,
  'GET /api/v1/communities/:community/events/:event/questions': everybody,
  'POST /api/v1/communities/:community/events/:event/registrations': everybody,
  'POST /api/v1/communities/:community/events/:event/door/scans': [...doorkeepers, 'door link'],
  'DELETE /api/v1/communities/:community/events/:event/door/scans/:scan': [...doorkeepers, 'door link'],
  'GET /api/v1/communities/:community/events/:event/door/search': [...doorkeepers, 'door link'],
  'GET /api/v1/communities/:community/events/:event/door/attendance': [...staff(...roles), 'door link', 'stage link'],
  'PUT /api/v1/communities/:community/events/:event/recordings/:name': [...archivists, 'stage link'],
  'POST /api/v1/communities/:community/events/:event/recordings': [...archivists, 'stage link'],
  // Believed by its signature alone; without one it is refused, whoever sends it.
  'POST /api/v1/payments/:provider/notices': everybody,
  'GET /files/:community/:id': everybody,
  'GET /files/:community/:id/:name': everybody,
}
