// The door to messages: what is said to those who are registered, when, and in which words.
export { askingOf, sayComing, type Asking } from './answer.actions.ts'
export { readMails, openMail, retryMails, type MailRow } from './outbox.actions.ts'
export { planReconfirm, planReminder, readPlans, readQuiet, setQuiet, type PlanView } from './plan.actions.ts'
export { previewWords, readKinds, readWords, resetWords, sendTest, setWords, type Preview } from './words.actions.ts'
export { countGroup, groupsOf, openFree, writeFree } from './free.actions.ts'
export { dropChange, toTell, withdrawMessage, writeMessage, type ToTell } from './write.actions.ts'
export { workOffMessages } from './sending.ts'
