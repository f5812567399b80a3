import { describe, expect, test } from 'bun:test'
import { checkContent, checkTags, normalizeTags } from '../prompt/prompt.ts'
import { renderPrompt } from '../template/render.ts'
import { examplePrompts } from './example-prompts.ts'

describe('every example', () => {
  for (const { title, body, system, model, variables, tags } of examplePrompts) {
    const content = {
      title,
      body: body ?? '',
      system: system ?? '',
      model: model ?? null,
      settings: {},
      variables: variables ?? [],
    }
    test(`runs as it is: ${title}`, () => {
      expect([...checkContent(content), ...checkTags(normalizeTags(tags ?? []))]).toEqual([])
      const rendering = renderPrompt({ ...content, values: {} })
      expect([rendering.missing, rendering.issues, rendering.warnings]).toEqual([[], [], []])
      expect(rendering.variables).toHaveLength(content.variables.length)
      expect(rendering.text).not.toContain('{{')
    })
  }

  test('together they show every kind of variable a form has', () => {
    const types = new Set(
      examplePrompts.flatMap((example) => (example.variables ?? []).map((variable) => variable.type)),
    )
    expect([...types].toSorted()).toEqual(['boolean', 'choice', 'json', 'long_text', 'number', 'text'])
  })
})
