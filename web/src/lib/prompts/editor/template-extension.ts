import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { EditorState, RangeSetBuilder, StateEffect, StateField, type Extension } from '@codemirror/state'
import { Decoration, EditorView, hoverTooltip, type DecorationSet, type ViewUpdate } from '@codemirror/view'
import { scanTemplate, snippetKey, type TemplatePiece } from '@quillworks/prompts/contract/template-text'
import { noInfo, type SnippetInfo, type TemplateInfo } from './template-info.ts'

const setTemplateInfo = StateEffect.define<TemplateInfo>()

interface Sources {
  /** Snippets whose names or texts fit what is typed. */
  findSnippets: (search: string) => Promise<{ name: string; text: string }[]>
  /** Names of placeholders worth offering. */
  placeholderNames: () => string[]
  /** Where a snippet is edited. */
  snippetHref: (id: string) => string
}

interface Known {
  info: TemplateInfo
  pieces: TemplatePiece[]
  marks: DecorationSet
}

function markOf(piece: TemplatePiece, info: TemplateInfo): Decoration | undefined {
  if (piece.type === 'placeholder') {
    const state = info.placeholders.get(piece.name)?.state ?? 'unknown'
    return Decoration.mark({ class: `cm-placeholder-chip cm-${state}` })
  }
  if (piece.type !== 'snippet') return undefined
  const snippet = info.snippets.get(snippetKey(piece.name))
  return Decoration.mark({ class: snippet === null ? 'cm-snippet cm-unknown-snippet' : 'cm-snippet' })
}

function read(text: string, info: TemplateInfo, before?: TemplatePiece[]): Known {
  const pieces = before ?? scanTemplate(text)
  const builder = new RangeSetBuilder<Decoration>()
  for (const piece of pieces) {
    const mark = markOf(piece, info)
    if (mark) builder.add(piece.start, piece.end, mark)
  }
  return { info, pieces, marks: builder.finish() }
}

const known = StateField.define<Known>({
  create: (state) => read(state.doc.toString(), noInfo),
  update(value, transaction) {
    const told = transaction.effects.find((effect) => effect.is(setTemplateInfo))?.value as
      TemplateInfo | undefined
    if (transaction.docChanged) return read(transaction.newDoc.toString(), told ?? value.info)
    return told ? read('', told, value.pieces) : value
  },
  provide: (field) => EditorView.decorations.from(field, ({ marks }) => marks),
})

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}

function snippetCard(
  name: string,
  snippet: SnippetInfo | null | undefined,
  href: Sources['snippetHref'],
): HTMLElement {
  const card = element('div', 'cm-card')
  const head = card.appendChild(element('div', 'cm-card-head'))
  head.append(element('strong', '', `@${snippet?.name ?? name}`))
  if (snippet === undefined) card.append(element('p', 'cm-card-note', 'Looking it up …'))
  else if (snippet === null)
    card.append(element('p', 'cm-card-note', 'No snippet has this name. It is sent as it is written here.'))
  else {
    const edit = element('a', '', 'Edit')
    edit.setAttribute('href', href(snippet.id))
    head.append(element('span', '', `version ${snippet.version}`), edit)
    card.append(element('pre', '', snippet.text))
  }
  return card
}

function cardOf(piece: TemplatePiece & { name: string }, info: TemplateInfo, sources: Sources): HTMLElement {
  if (piece.type === 'snippet')
    return snippetCard(piece.name, info.snippets.get(snippetKey(piece.name)), sources.snippetHref)
  const card = element('div', 'cm-card')
  card.append(element('strong', '', piece.name))
  card.append(
    element('p', 'cm-card-note', info.placeholders.get(piece.name)?.words ?? 'a variable of the form'),
  )
  return card
}

function hover(sources: Sources): Extension {
  return hoverTooltip((view, position) => {
    const piece = view.state
      .field(known)
      .pieces.find(({ type, start, end }) => type !== 'text' && start <= position && position <= end)
    if (!piece || piece.type === 'text') return null
    const create = () => {
      const dom = document.createElement('div')
      const show = (state: EditorState) =>
        dom.replaceChildren(cardOf(piece, state.field(known).info, sources))
      show(view.state)
      return {
        dom,
        // What was being looked up may come while the card is open.
        update: ({ startState, state }: ViewUpdate) => {
          if (startState.field(known).info !== state.field(known).info) show(state)
        },
      }
    }
    return { pos: piece.start, end: piece.end, above: true, create }
  })
}

function completeSnippet(sources: Sources) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const typed = context.matchBefore(/@[\p{L}\p{N}_-]*/u)
    if (!typed) return null
    const before = context.state.sliceDoc(Math.max(0, typed.from - 1), typed.from)
    if (/[\p{L}\p{M}\p{N}._%+\\-]/u.test(before)) return null
    const found = await sources.findSnippets(typed.text.slice(1))
    if (context.aborted) return null
    const options = found.map(({ name, text }) => ({
      label: `@${name}`,
      detail: text.slice(0, 40),
      type: 'text',
    }))
    return { from: typed.from, options, filter: false }
  }
}

function completePlaceholder(sources: Sources) {
  return (context: CompletionContext): CompletionResult | null => {
    const typed = context.matchBefore(/\{\{[\p{L}\p{N}_. -]*/u)
    if (!typed) return null
    const closed = context.state.sliceDoc(context.pos, context.pos + 2) === '}}'
    const options = sources.placeholderNames().map((name) => ({
      label: name,
      apply: closed ? name : `${name}}}`,
    }))
    return { from: typed.from + 2, options, validFor: /^[\p{L}\p{N}_.-]*$/u }
  }
}

/** Shows placeholders as chips and snippets underlined with a card on hover, and offers both while one types. */
export function addTemplate(view: EditorView, sources: Sources): void {
  // The same functions at each question: others would begin the completion anew.
  const completions = [
    { autocomplete: completeSnippet(sources) },
    { autocomplete: completePlaceholder(sources) },
  ]
  const extensions = [known, hover(sources), EditorState.languageData.of(() => completions), look]
  view.dispatch({ effects: StateEffect.appendConfig.of(extensions) })
}

/** Tells an editor what is known of the names in its text. */
export function tellTemplate(view: EditorView, info: TemplateInfo): void {
  view.dispatch({ effects: setTemplateInfo.of(info) })
}

const chip = { borderRadius: '4px', padding: '1px 2px', margin: '0 -1px', fontWeight: '500' }

const look = EditorView.theme({
  '.cm-placeholder-chip': { ...chip, backgroundColor: 'var(--grey-tint)', color: 'var(--grey)' },
  '.cm-filled': { backgroundColor: 'var(--green-tint)', color: 'var(--green)' },
  '.cm-default, .cm-empty': { backgroundColor: 'var(--grey-tint)', color: 'var(--ink-soft)' },
  '.cm-missing': { backgroundColor: 'var(--orange-tint)', color: 'var(--orange)' },
  '.cm-snippet': {
    color: 'var(--accent-strong)',
    textDecoration: 'underline dotted',
    textUnderlineOffset: '3px',
  },
  '.cm-unknown-snippet': {
    color: 'var(--orange)',
    textDecoration: 'underline wavy',
    textDecorationThickness: '1px',
  },
  '.cm-card': { maxWidth: '420px', padding: '10px 12px', font: '13px/20px var(--sans)' },
  '.cm-card-head': { display: 'flex', gap: '10px', alignItems: 'baseline' },
  '.cm-card-head span': { flex: '1', color: 'var(--ink-faint)', fontSize: '12px' },
  '.cm-card pre': {
    maxHeight: '220px',
    marginTop: '6px',
    overflow: 'auto',
    whiteSpace: 'pre-wrap',
    font: '13px/20px var(--mono)',
  },
  '.cm-card-note': { margin: '2px 0 0', color: 'var(--ink-soft)' },
})
