import type { PageRequest } from '../../pages/index.ts'
import { listOf, recordOf, textOf } from '../question.ts'

/** What PHP says of a request for one of our pages; nothing in it is believed but its shape. */
export function pageRequestOf(data: unknown): PageRequest {
  const question = recordOf(data)
  const operator = recordOf(question.operator)
  const id = Number(operator.id)
  return {
    module: textOf(question.module),
    method: textOf(question.method),
    query: fieldsOf(question.query),
    form: fieldsOf(question.form),
    operator: {
      id: Number.isSafeInteger(id) && id > 0 ? id : 0,
      name: textOf(operator.name),
      rights: texts(operator.rights),
    },
    session: textOf(question.session),
    language: textOf(question.language),
  }
}

function fieldsOf(value: unknown): PageRequest['query'] {
  const fields = Object.entries(recordOf(value)).map(([name, field]) => [
    name,
    Array.isArray(field) ? texts(field) : textOf(field),
  ])
  return Object.fromEntries(fields)
}

function texts(value: unknown): string[] {
  return listOf(value).filter((text) => typeof text === 'string')
}
