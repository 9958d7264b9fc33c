export * from './introduction.actions.ts'
export * from './pledge.actions.ts'
