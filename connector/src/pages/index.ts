export { answerPage } from './answer.ts'
export {
  type DownloadAnswer,
  type FormValue,
  fullAccess,
  type HtmlAnswer,
  type Operator,
  type PageAnswer,
  type PageName,
  type PageRequest,
  type PageRight,
  pageModules,
  pageRights,
  type RedirectAnswer,
} from './request.ts'
export { documentOf } from './views/frame.tsx'
