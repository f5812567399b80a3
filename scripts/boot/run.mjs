import { spawn } from 'node:child_process'

/**
 * Runs a program to its end and gives what it printed.
 * @param {{ program: string, args: string[], cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ code: number, output: string, text: string }>} `output` is stdout, `text` all it said
 */
export function run({ program, args, cwd, env }) {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let text = ''
    child.stdout.on('data', (bytes) => {
      output += bytes
      text += bytes
    })
    child.stderr.on('data', (bytes) => (text += bytes))
    child.once('error', (error) => done({ code: 127, output, text: text + error.message }))
    child.once('close', (code) => done({ code: code ?? 1, output, text }))
  })
}

/**
 * The last words of a program that failed, which hold the reason.
 * @param {string} text
 */
export function lastLines(text, count = 20) {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
