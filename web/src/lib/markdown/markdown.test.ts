import { describe, expect, test } from 'bun:test'
import { ArrivingMarkdown } from './arriving.ts'
import { safeHref } from './nodes.ts'

const read = (text: string) => new ArrivingMarkdown().read(text)

describe('Markdown of a model', () => {
  test('never becomes HTML: tags and scripts stay text', () => {
    const json = JSON.stringify(read('Hi <img src=x onerror=alert(1)> you\n\n<script>alert(2)</script>'))
    expect(json).toContain('<img src=x onerror=alert(1)>')
    expect(json).toContain('<script>alert(2)</script>')
    expect(json).not.toContain('"type":"html"')
  })

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,<b>x</b>',
    '/api/auth/sign-out',
    'vbscript:x',
    '//elsewhere.example',
  ])('%p is no link', (href) => expect(safeHref(href)).toBeUndefined())

  test('links go to the web and to mail', () => {
    expect(safeHref('https://example.com/a?b=1')).toBe('https://example.com/a?b=1')
    expect(safeHref('mailto:a@example.com')).toBe('mailto:a@example.com')
    expect(JSON.stringify(read('[x](javascript:alert(1))'))).not.toContain('javascript')
  })

  test('an image is named and linked, never loaded', () => {
    expect(read('![a cat](https://example.com/cat.png)')).toEqual([
      {
        type: 'paragraph',
        children: [
          {
            type: 'link',
            href: 'https://example.com/cat.png',
            children: [{ type: 'text', text: 'image: a cat' }],
          },
        ],
      },
    ])
  })

  test('entities are characters and code is as written', () => {
    expect(read('Salt &amp; pepper &#233; `a &amp; <b>`')).toEqual([
      {
        type: 'paragraph',
        children: [
          { type: 'text', text: 'Salt & pepper é ' },
          { type: 'code', text: 'a &amp; <b>' },
        ],
      },
    ])
  })

  test('task lists know what is done', () => {
    const [list] = read('- [x] done\n- [ ] open\n- plain')
    expect(list?.type === 'list' && list.items.map((item) => item.checked)).toEqual([true, false, undefined])
  })

  test('read as it arrives it ends the same as read at once', () => {
    const text = [
      '# Title\r\n\r\nA *first* paragraph\nover two lines.\n\n',
      '- one\n- two\n\n  with more\n\n- three\n\n1. a\n2. b\n\n> quoted\n> text\n\nlazy\n\n',
      '```ts\nconst a = 1\n\n\nconst b = 2\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\n',
      'Setext\n===\n\n    indented\n\n    code\n\n<div>\nhtml\n</div>\n\nlast **bold** words\n',
    ].join('')
    for (const size of [1, 2, 7, 40]) {
      const arriving = new ArrivingMarkdown()
      for (let at = size; at < text.length; at += size) arriving.read(text.slice(0, at))
      expect(arriving.read(text)).toEqual(read(text))
    }
  })

  test('settled blocks keep their identity', () => {
    const arriving = new ArrivingMarkdown()
    const before = arriving.read('one\n\ntwo\n\nthree\n\nfour\n\nfi')
    const after = arriving.read('one\n\ntwo\n\nthree\n\nfour\n\nfive')
    expect(after[0]).toBe(before[0] as never)
    expect(after).toHaveLength(5)
  })
})
