import { modelName } from '../../run/messages.ts'
import type { Option } from '../../ui/search-options.ts'
import type { Model } from '../editor/editor.documents.ts'

/** The models that can be asked, after what is taken where none is chosen; a chosen one stays in the list. */
export function modelOptions(models: Model[], usual: string, chosen = ''): Option[] {
  const known = models.filter(({ available, id }) => available || id === chosen)
  const unknown = chosen !== '' && !models.some(({ id }) => id === chosen)
  return [
    { value: '', label: usual },
    ...known.map(({ id, provider }) => ({
      value: id,
      label: modelName(id),
      // Mostly its name begins with it.
      ...(!id.startsWith(`${provider}/`) && { detail: provider }),
    })),
    ...(unknown ? [{ value: chosen, label: modelName(chosen) }] : []),
  ]
}

/** The model that is typed by its whole name and in no list, which a provider may have all the same. */
export function namedModel(options: readonly Option[], typed: string): Option[] {
  const id = typed.trim()
  const isName = /^[a-z0-9_-]+\/\S+$/.test(id) && !options.some(({ value }) => value === id)
  return isName ? [{ value: id, label: id, detail: 'as typed' }] : []
}
