/** Only for the process of the models: keys, and where they go. */
const MODEL_VARIABLE = /^(OPENAI|ANTHROPIC|XAI)_|^QUILLWORKS_(MODEL|OPENAI|DEMO)_/
/** What the supervisor decides, or keeps to itself. */
const OWN_VARIABLE =
  /^QUILLWORKS_(SECRET|PORT|DATA_DIR|DATABASE_URL|SERVICE_.*|SERVICES|WEB_URL|BOOT|PROFILE|URL|API_KEY|TEST_.*)$/
/** What any program may need from the machine it runs on. */
const SYSTEM_VARIABLE =
  /^(PATH|HOME|TMPDIR|TZ|SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|(HTTPS?|NO|ALL)_PROXY)$/i

export interface PassedOn {
  /** For every process. */
  all: Record<string, string>
  /** For services/executions alone. */
  models: Record<string, string>
}

/** Sorts the variables that child processes get from the person who starts Quillworks; all others stay behind. */
export function passedOn(environment: Record<string, string | undefined> = process.env): PassedOn {
  const all: Record<string, string> = {}
  const models: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue
    if (MODEL_VARIABLE.test(name)) models[name] = value
    else if (SYSTEM_VARIABLE.test(name) || (name.startsWith('QUILLWORKS_') && !OWN_VARIABLE.test(name))) {
      all[name] = value
    }
  }
  return { all, models }
}

/** The boot script that brought us up: its pid, and when the person gave the command (epoch ms). */
export function bootedBy(environment: Record<string, string | undefined> = process.env) {
  const [pid, startedAt] = (environment['QUILLWORKS_BOOT'] ?? '').split(':').map(Number)
  return pid && startedAt ? { pid, startedAt } : undefined
}
