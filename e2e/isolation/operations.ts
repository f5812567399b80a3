/** Ids of the organization (and person) that others try to reach. */
export interface Foreign {
  promptId: string
  snippetId: string
  variableId: string
  executionId: string
  viewId: string
  labelMoveId: string
  projectId: string
  memberId: string
  userId: string
  apiKeyId: string
  invitationId: string
}

/** A call of one operation with foreign ids: its arguments and selection, as GraphQL text. */
type Call = (foreign: Foreign) => string

const text = JSON.stringify

/**
 * Each operation that takes an id, called with a foreign one. It has to answer word for word like the same call with an
 * id that nobody has.
 */
export const withForeignIds: Record<string, Call> = {
  'Query.execution': ({ executionId }) => `(id: ${text(executionId)}) { id name output }`,
  'Query.executionByKey': ({ executionId }) => `(idempotencyKey: ${text(executionId)}) { id name }`,
  'Query.executionEvents': ({ executionId }) => `(id: ${text(executionId)}) { edges { node { data } } }`,
  'Query.prompt': ({ promptId }) => `(id: ${text(promptId)}) { id body }`,
  'Query.ratingSums': ({ promptId }) =>
    `(sourceType: "prompt", sourceId: ${text(promptId)}, versions: [1]) { version model up down }`,
  'Query.snippet': ({ snippetId }) => `(id: ${text(snippetId)}) { id text }`,
  'Query.optimizationResult': ({ executionId }) => `(executionId: ${text(executionId)}) { body }`,
  'Query.promptPreview': ({ promptId }) => `(input: { promptId: ${text(promptId)} }) { text }`,
  'Mutation.cancelExecution': ({ executionId }) => `(id: ${text(executionId)}) { id }`,
  'Mutation.renameExecution': ({ executionId }) => `(id: ${text(executionId)}, name: "taken") { id }`,
  'Mutation.rateExecution': ({ executionId }) => `(id: ${text(executionId)}, rating: up) { id name }`,
  'Mutation.saveView': ({ viewId }) =>
    `(input: { id: ${text(viewId)}, page: "executions", name: "taken", query: "" }) { id }`,
  'Mutation.deleteView': ({ viewId }) => `(id: ${text(viewId)}) { id name query }`,
  'Mutation.retryExecution': ({ executionId }) => `(id: ${text(executionId)}) { id }`,
  'Mutation.forkExecution': ({ executionId }) => `(id: ${text(executionId)}, stepKey: "message[0]") { id }`,
  'Mutation.stopStep': ({ executionId }) => `(id: ${text(executionId)}, stepKey: "message[0]") { id }`,
  'Mutation.sendMessage': ({ executionId }) =>
    `(input: { executionId: ${text(executionId)}, message: "hello" }) { id }`,
  'Mutation.regenerateMessage': ({ executionId }) =>
    `(input: { executionId: ${text(executionId)}, stepKey: "message[0]" }) { id }`,
  'Mutation.runPrompt': ({ promptId }) => `(input: { promptId: ${text(promptId)} }) { id }`,
  'Mutation.archivePrompt': ({ promptId }) => `(id: ${text(promptId)}) { id }`,
  'Mutation.deletePrompt': ({ promptId }) => `(id: ${text(promptId)}) { id }`,
  'Mutation.duplicatePrompt': ({ promptId }) => `(id: ${text(promptId)}) { id }`,
  'Mutation.restorePromptVersion': ({ promptId }) => `(id: ${text(promptId)}, version: 1) { id }`,
  'Mutation.commentPromptVersion': ({ promptId }) =>
    `(id: ${text(promptId)}, version: 1, comment: "seen") { id }`,
  'Mutation.updatePrompt': ({ promptId }) => `(input: { id: ${text(promptId)}, title: "taken" }) { id }`,
  'Mutation.updateSnippet': ({ snippetId }) => `(input: { id: ${text(snippetId)}, text: "taken" }) { id }`,
  'Mutation.deleteSnippet': ({ snippetId }) => `(id: ${text(snippetId)}) { id }`,
  'Mutation.optimizePrompt': ({ promptId }) => `(input: { promptId: ${text(promptId)} }) { id }`,
  'Mutation.generateTitle': ({ promptId }) => `(input: { promptId: ${text(promptId)} }) { id }`,
  'Mutation.labelPromptVersion': ({ promptId }) =>
    `(id: ${text(promptId)}, label: "production", version: 1) { id }`,
  'Mutation.approveLabelMove': ({ labelMoveId }) => `(id: ${text(labelMoveId)}) { id }`,
  'Mutation.rejectLabelMove': ({ labelMoveId }) => `(id: ${text(labelMoveId)}) { id }`,
  'Mutation.withdrawLabelMove': ({ labelMoveId }) => `(id: ${text(labelMoveId)}) { id }`,
  'Mutation.deleteVariable': ({ variableId }) => `(id: ${text(variableId)}) { id }`,
  'Mutation.setVariable': ({ projectId }) =>
    `(input: { scope: project, projectId: ${text(projectId)}, name: "taken", value: "x" }) { name }`,
  'Mutation.addProjectMember': ({ projectId, userId }) =>
    `(projectId: ${text(projectId)}, userId: ${text(userId)}) { id }`,
  'Mutation.removeProjectMember': ({ projectId, userId }) =>
    `(projectId: ${text(projectId)}, userId: ${text(userId)}) { id }`,
  'Mutation.archiveProject': ({ projectId }) => `(id: ${text(projectId)}) { id }`,
  'Mutation.renameProject': ({ projectId }) => `(id: ${text(projectId)}, name: "taken") { id }`,
  'Mutation.changeMemberRole': ({ memberId }) => `(id: ${text(memberId)}, role: viewer) { id }`,
  'Mutation.cancelInvitation': ({ invitationId }) => `(id: ${text(invitationId)}) { id email }`,
  'Mutation.endSession': ({ userId }) => `(id: ${text(userId)})`,
  'Mutation.removeMember': ({ memberId }) => `(id: ${text(memberId)}) { id }`,
  'Mutation.revokeApiKey': ({ apiKeyId }) => `(id: ${text(apiKeyId)}) { id }`,
  'Subscription.executionUpdated': ({ executionId }) => `(id: ${text(executionId)}) { id name }`,
  'Subscription.executionEvents': ({ executionId }) => `(id: ${text(executionId)}) { data }`,
  'Subscription.executionStream': ({ executionId }) => `(id: ${text(executionId)}) { text }`,
}

/** Each operation that lists or tells without an id: nothing of the foreign organization may stand in its answer. */
export const withoutIds: Record<string, string> = {
  'Query.executions': '(first: 50) { edges { node { id name } } }',
  'Query.savedViews': '(page: "executions") { id name query }',
  'Query.models': '{ id priceSource inputUsdPerMillionTokens }',
  'Query.providers': '{ id source key { ending baseUrl setBy { id } } }',
  'Query.usage': '{ totalTokens }',
  'Query.auditLog': '{ edges { node { id actor { email } target { id name } details } } }',
  'Query.apiKeys': '{ edges { node { id name } } }',
  'Query.account': '{ id email sessions { id } }',
  'Query.invitations': '{ id email url }',
  'Query.members': '{ edges { node { id user { id email } } } }',
  'Query.organization': '{ id name }',
  'Query.projects': '{ edges { node { id name } } }',
  'Query.viewer': '{ user { id email } }',
  'Query.prompts': '(first: 50) { edges { node { id title body } } }',
  'Query.snippets': '(first: 50) { edges { node { id name text } } }',
  'Query.libraryPrompts': '{ key override { body comment createdBy { id } } }',
  'Query.promptPolicy': '{ protectedLabels reviewedLabels }',
  'Query.variables': '{ id name value }',
  'Query.snippetByName': '(name: "isolation") { id text }',
}

/** Operations on something of one's own, or on what a link's token gives: no id of others stands in them. */
export const onesOwn = [
  'Query.invitation',
  'Query.signInMethods',
  'Mutation.acceptInvitation',
  'Mutation.changePassword',
  'Mutation.createApiKey',
  'Mutation.createOrganization',
  'Mutation.createProject',
  'Mutation.createPrompt',
  'Mutation.createSnippet',
  'Mutation.generatePrompt',
  'Mutation.overrideLibraryPrompt',
  'Mutation.restoreLibraryPrompt',
  'Mutation.setPromptPolicy',
  'Mutation.setStatusMode',
  'Mutation.deleteProviderKey',
  'Mutation.inviteMember',
  'Mutation.endOtherSessions',
  'Mutation.renameAccount',
  'Mutation.renameOrganization',
  'Mutation.setModelPrice',
  'Mutation.removeModelPrice',
  'Mutation.setProviderKey',
  'Mutation.testProviderKey',
]

/** Shown by a test of its own, since it never ends by itself. */
export const followingAll = ['Subscription.executionsUpdated']
