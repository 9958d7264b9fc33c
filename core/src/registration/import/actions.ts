// Lists from elsewhere: everything that one can do with them.
export { decideRow, decideRows, discardImport, refreshPreview, setMapping, startImport } from './draft.actions.ts'
export { matchingOf, matchTypes } from './types.actions.ts'
export { beginImport, cancelImport, runImport } from './run.actions.ts'
export { countsOf, exportLeftOut, listImports, openImport, samplesFrom, seatsLeft, showRows, sourcesOf } from './read.ts'
