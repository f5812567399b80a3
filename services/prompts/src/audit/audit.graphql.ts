import { findAuditEntries } from '@quillworks/database/audit'
import { auditQuestionSchema } from '@quillworks/service-kit/audit-question'
import { AppError } from '@quillworks/service-kit/errors'
import { inWords } from '@quillworks/service-kit/validation-words'
import { builder } from '../graphql/builder.ts'
import { read } from '../use-case.ts'
import { auditEntries } from './audit-entry.table.ts'
import { isAdmin } from './audit.ts'

// Not part of the API: the gateway asks for it to put it into its `auditLog`.
builder.queryField('promptAuditEntries', (t) =>
  t.field({
    type: 'JSON',
    directives: [{ name: 'inaccessible', args: {} }],
    description: 'What was done to the settings of this service, newest first, for the gateway’s auditLog.',
    args: { question: t.arg({ type: 'JSON', required: true }) },
    extensions: { scope: 'identity:read' },
    resolve: (_root, args, { runCase }) => {
      const { identity } = runCase
      if (!isAdmin(identity)) throw new AppError('auth.forbidden', 'The audit log is for admins.')
      const question = auditQuestionSchema.parse(args.question, { error: inWords })
      const { organizationId } = identity
      return read(runCase, (tx) => findAuditEntries(tx, auditEntries, { organizationId, ...question }))
    },
  }),
)
