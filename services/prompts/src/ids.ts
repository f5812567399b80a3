import { invalidInput } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'

/** Refuses what is no UUID before it reaches SQL; answers it in lower case, as ids are stored. */
export function checkedId(value: string, name: string): string {
  if (!isId(value)) throw invalidInput([{ path: [name], message: 'An id is a UUID.' }])
  return value.toLowerCase()
}
