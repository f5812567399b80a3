import type { Transaction } from '@quillworks/database/connect'
import { resolveSnippets } from '../snippet/resolve-snippets.ts'
import type { RenderInput } from '../template/render.ts'

/** In whose name texts are rendered: their own snippets come first. */
export interface Reader {
  organizationId: string
  userId: string
}

/** What texts need of the database to be rendered, as it is now, in one round trip. */
export async function renderContext(
  tx: Transaction,
  { reader, texts }: { reader: Reader; texts: { system: string; body: string } },
): Promise<Required<Pick<RenderInput, 'snippets'>>> {
  return { snippets: await resolveSnippets(tx, { ...reader, texts }) }
}
