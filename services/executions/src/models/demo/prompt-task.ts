import type { ModelMessage } from '../call-model.ts'
import { sentencesOf, titleCase } from './words.ts'

const advice = [
  'How to answer:',
  '- Begin with the result itself, without an introduction.',
  '- Keep to what is given here; where something is missing, say what.',
  '- Write short, clear sentences.',
].join('\n')
const careful = 'Where something is unclear, say so instead of guessing.'
const nobody = 'You work carefully, in plain words, and for the person who asks.'

/**
 * Works on a prompt as the built-in prompts of Quillworks ask for it: each placeholder and each snippet stays, since what
 * was given is only added to. Undefined for every other request.
 */
export function composePromptTask(request: { system: string; messages: ModelMessage[] }): string | undefined {
  const task = /^You (improve prompts|improve system texts|write prompts|name prompts)\b/.exec(
    request.system,
  )?.[1]
  const asked = request.messages.find((each) => each.role === 'user')?.content ?? ''
  switch (task) {
    case 'improve prompts': {
      const system = part(asked, 'system')
      return [
        section('system', system === '' ? nobody : withLine(system, careful)),
        section('body', withBlock(part(asked, 'body'), advice)),
      ].join('\n')
    }
    case 'improve system texts': {
      const system = part(asked, 'system')
      return section('system', withLine(system === '' ? nobody : system, careful))
    }
    case 'write prompts':
      return written(part(asked, 'description'))
    case 'name prompts':
      return titleFor(part(asked, 'body') || part(asked, 'system'))
    default:
      return undefined
  }
}

/** The text between the outermost tags of a name. */
function part(asked: string, name: string): string {
  return (new RegExp(`<${name}>\\n([\\s\\S]*)\\n</${name}>`).exec(asked)?.[1] ?? '').trim()
}

function section(name: string, text: string): string {
  return `<${name}>\n${text}\n</${name}>`
}

function withLine(text: string, line: string): string {
  return text.includes(line) ? text : `${tidy(text)}\n${line}`
}

function withBlock(text: string, block: string): string {
  return text === '' || text.includes(block) ? text : `${tidy(text)}\n\n${block}`
}

function tidy(text: string): string {
  return text.replaceAll(/[ \t]+$/gm, '').replaceAll(/\n{3,}/g, '\n\n')
}

function written(description: string): string {
  const task = description.replace(/[.!?\s]+$/, '')
  const variables = [
    {
      name: 'topic',
      type: 'long_text',
      required: true,
      description: 'What it is about, and what has to be in it',
    },
    { name: 'audience', type: 'text', required: false, default: 'everybody', description: 'Who reads it' },
    {
      name: 'tone',
      type: 'choice',
      choices: ['friendly', 'formal', 'playful'],
      default: 'friendly',
      description: 'How it sounds',
    },
  ]
  return [
    section('title', titleFor(task)),
    section('system', `${nobody}\n${careful}`),
    section(
      'body',
      [
        `Your task: ${task}.`,
        'This is what it is about:\n{{topic}}',
        `Write it for {{audience}}, in a {{tone}} tone.`,
        advice,
      ].join('\n\n'),
    ),
    section('variables', JSON.stringify(variables, null, 2)),
  ].join('\n')
}

const loose = /^(?:a|about|an|and|as|at|by|for|from|in|into|its|my|of|on|or|our|the|their|to|with|your)$/i

/** The first words of the text that are no placeholder and no snippet, without loose ends. */
function titleFor(text: string): string {
  const plain = text.replace(/^Your task: /, '').replaceAll(/\{\{[^{}]*\}\}|@[\p{L}\p{N}_-]+/gu, ' ')
  const words = (sentencesOf(plain)[0] ?? '').match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu)?.slice(0, 7) ?? []
  while (words.length > 1 && loose.test(words.at(-1) ?? '')) words.pop()
  return words.length === 0 ? 'A prompt' : titleCase(words.join(' '))
}
