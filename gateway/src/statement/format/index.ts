export { type CsvProfile, csvProfileOf } from './csv-profile.ts'
export { csvProfiles } from './csv-profiles.ts'
export { detectCsvProfile, detectFormat } from './detect.ts'
export { type Encoding, encodingOf, encodings } from './encoding.ts'
export { type ReadOptions, readStatement } from './read.ts'
export { StatementError } from './statement-error.ts'
export {
  type StatementEntry,
  type StatementFormat,
  type StatementHead,
  type StatementPart,
  statementFormats,
} from './statement-part.ts'
