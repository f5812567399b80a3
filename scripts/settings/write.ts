import type { Setting } from './collect.ts'

/** Set by the supervisor or docker-compose.yml for the processes that they start; a person sets them only without either. */
const wiring = new Set([
  'QUILLWORKS_DATABASE_URL',
  'QUILLWORKS_HOST',
  'QUILLWORKS_PROFILE',
  'QUILLWORKS_SERVICES',
  'QUILLWORKS_SERVICE_HOST',
  'QUILLWORKS_SERVICE_PORT',
  'QUILLWORKS_WEB_URL',
])

const isModel = ({ env }: Setting) =>
  /^(OPENAI|ANTHROPIC|XAI)_|^QUILLWORKS_(MODEL|OPENAI|DEMO|DEFAULT_MODEL)/.test(env)
const isCommand = ({ readBy }: Setting) => readBy.every((process) => process === 'cli')

/** The settings in the sections in which people read them. */
export function sectionsOf(settings: Setting[]): { title: string; settings: Setting[] }[] {
  const wired = settings.filter(({ env }) => wiring.has(env))
  const models = settings.filter((setting) => isModel(setting))
  const rest = settings.filter((setting) => !wiring.has(setting.env) && !isModel(setting))
  return [
    { title: 'Quillworks', settings: rest.filter((setting) => !isCommand(setting)) },
    { title: 'Models', settings: models },
    { title: 'Local start and commands', settings: rest.filter(isCommand) },
    { title: 'Wiring of processes, set for you', settings: wired },
  ]
}

function sentence(doc: string): string {
  const text = doc.charAt(0).toUpperCase() + doc.slice(1)
  return /[.…)]$/.test(text) ? text : `${text}.`
}

/** The text of `.env.example`: every setting, commented out, with its default. */
export function envExample(settings: Setting[]): string {
  const sections = sectionsOf(settings).map(({ title, settings: each }) => {
    const lines = each.map(({ env, doc, default: value }) => `# ${sentence(doc)}\n# ${env}=${value ?? ''}\n`)
    return `## ${title}\n\n${lines.join('\n')}`
  })
  const head = '# Copy to .env and take the # from what you set. Written by: bun scripts/settings.ts\n'
  return `${head}\n${sections.join('\n')}`
}

const cell = (text: string) => text.replaceAll('|', '\\|')

/** What holds where nothing is set; what a local start brings is asked for only where processes run without one. */
function standardOf(value: string | undefined, readBy: string[]): string {
  if (value === undefined) return readBy.includes('cli') ? 'set by `npm start`' : 'must be set'
  return value === '' ? 'none' : `\`${value}\``
}

/** The tables of docs/settings.md. */
export function settingsTables(settings: Setting[]): string {
  return sectionsOf(settings)
    .map(({ title, settings: each }) => {
      const rows = each.map(({ env, doc, default: value, readBy }) => {
        return `| \`${env}\` | ${cell(standardOf(value, readBy))} | ${cell(sentence(doc))} | ${readBy.join(', ')} |`
      })
      return `## ${title}\n\n| setting | default | what it does | read by |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
    })
    .join('\n')
}

const tablesBegin = '<!-- The tables are written by: bun scripts/settings.ts -->'
const tablesEnd = '<!-- End of the tables. -->'

/** Puts the tables between their marks in docs/settings.md. */
export function withTables(document: string, tables: string): string {
  const begin = document.indexOf(tablesBegin)
  const end = document.indexOf(tablesEnd)
  if (begin < 0 || end < begin) throw new Error('docs/settings.md lacks the marks of its tables.')
  return `${document.slice(0, begin)}${tablesBegin}\n\n${tables}\n${document.slice(end)}`
}
