import { derivePassword } from '@quillworks/service-kit/keys'
import { defineCommand } from 'citty'
import { openContext } from '../command.ts'
import { writeOut } from '../output/write-file.ts'
import { requireSecret } from '../require-secret.ts'

export default defineCommand({
  meta: {
    name: 'database-password',
    description: "Print the password of the database's owner that this secret makes",
  },
  args: {
    out: { type: 'string', description: 'File to write instead of stdout', valueHint: 'file' },
    data: {
      type: 'string',
      description: 'Data folder with the secret (default: .data)',
      valueHint: 'folder',
    },
  },
  run({ args }) {
    const password = derivePassword(requireSecret(openContext(args)), 'postgres-owner')
    // The database's own user reads it, from a volume that nothing else has.
    writeOut(args.out === undefined ? `${password}\n` : password, args.out, 0o644)
  },
})
