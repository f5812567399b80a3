import '../conversation/conversation.graphql.ts'
import '../label/label.graphql.ts'
import '../optimizer/optimizer.graphql.ts'
import '../prompt/prompt-list.graphql.ts'
import '../prompt/prompt-mutations.graphql.ts'
import '../prompt/prompt-preview.graphql.ts'
import '../prompt/prompt.graphql.ts'
import '../snippet/snippet-mutations.graphql.ts'
import '../snippet/snippet-queries.graphql.ts'
import '../variable/variable.graphql.ts'
import { builder } from './builder.ts'

export const schema = builder.toSchema()
