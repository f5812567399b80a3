/** What executions are, by kind. */
export const kindNames: Record<string, string> = { chat: 'Conversation', prompt: 'Prompt run' }

/** What starts executions. */
export const triggerNames: Record<string, string> = {
  manual: 'By hand',
  api: 'API',
  webhook: 'Webhook',
  schedule: 'Schedule',
  event: 'Event',
  mcp: 'MCP',
  workflow: 'Workflow',
}
