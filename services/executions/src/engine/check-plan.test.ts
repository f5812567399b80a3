import { expect, test } from 'bun:test'
import { planSchema } from '../contract/plan.ts'
import { checkPlan } from './check-plan.ts'

const organizationId = '01990000-0000-7000-8000-00000000000a'
const template = (key: string, text: string, after: string[] = []) => ({
  key,
  kind: 'template',
  after,
  input: { template: text },
})
const call = (key: string, subject: string) => ({ key, kind: 'call', input: { subject } })

function problems(steps: unknown[], input: Record<string, unknown> = {}): string[] {
  const plan = planSchema.parse({ version: 1, steps, input })
  return checkPlan(plan, organizationId).map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`)
}

test('a plan without problems has none', () => {
  const steps = [
    template('a', '{{input.name}}'),
    template('b', '{{ a }}', ['a']),
    template('c', '{{a}}{{b}}', ['b']),
  ]
  expect(
    problems(
      [...steps, call('d', 'qw-act.prompts.render'), call('e', `qw-act.worker.${organizationId}.mine`)],
      { name: 1 },
    ),
  ).toEqual([])
})

test('each problem is named at its step', () => {
  expect(problems([template('a', ''), template('a', '')])).toEqual([
    '1.key: There are two steps with the key a.',
  ])
  expect(problems([template('a', '', ['x'])])).toEqual([
    '0.after: The step a comes after x, which does not exist.',
  ])
  expect(problems([template('a', '', ['b']), template('b', '', ['a']), template('c', '')])).toEqual([
    '0.after: The step a is part of a cycle.',
    '1.after: The step b is part of a cycle.',
  ])
  expect(problems([template('a', '', ['a'])])).toEqual(['0.after: The step a is part of a cycle.'])
  expect(problems([template('a', ''), template('b', '{{a}}')])).toEqual([
    '1.input: The step b uses {{a}}, which is no step before it.',
  ])
  expect(problems([template('a', '{{input.constructor}}')])).toEqual([
    "0.input: The step a uses {{input.constructor}}, which the plan's input does not have.",
  ])
  const from = (key: string, messageFrom: string, after: string[] = []) => ({
    key,
    kind: 'model',
    after,
    input: { model: 'demo/writer', messageFrom },
  })
  expect(problems([template('a', ''), from('b', 'a', ['a'])])).toEqual([])
  expect(problems([template('a', ''), from('b', 'a')])).toEqual([
    '1.input: The step b takes its message from a, which is no step before it.',
  ])
  expect(problems([])).toEqual([': A plan needs at least one step.'])
})

test('a call reaches activities of services and workers of its own organization, and nothing else', () => {
  const refused = [
    'qw-act.executions.start',
    'qw-act.worker.01990000-0000-7000-8000-0000000000ff.theirs',
    'qw-live.x.y',
    'qw-act.prompts',
    'qw-act.prompts.render.more',
  ]
  for (const subject of refused)
    expect(problems([call('a', subject)])).toEqual([`0.input: The step a may not call ${subject}.`])
})

test('ten thousand steps in a chain are checked without a deep stack', () => {
  const steps = Array.from({ length: 10_000 }, (_, n) => template(`s${n}`, '', n > 0 ? [`s${n - 1}`] : []))
  expect(problems(steps)).toEqual([])
})
