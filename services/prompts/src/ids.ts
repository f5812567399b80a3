import { notFound } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'

/** An id in lower case, as ids are stored; what is no UUID names nothing: `<entity>.not_found`, before it reaches SQL. */
export function checkedId(value: string, entity: string): string {
  if (!isId(value)) throw notFound(entity)
  return value.toLowerCase()
}
