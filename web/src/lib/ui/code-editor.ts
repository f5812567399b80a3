import { autocompletion, closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching } from '@codemirror/language'
import { search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view'
import { editorTheme } from './code-editor-theme.ts'

/** What an editor is made with; everything but its text may change later. */
export interface EditorOptions {
  placeholder: string
  lineNumbers: boolean
  readOnly: boolean
  attributes: Record<string, string>
  /** Of the page: completion, decorations, keys. */
  extensions: Extension
}

export interface Editor {
  view: EditorView
  configure: (options: EditorOptions) => void
  /** Puts another text in, keeping selection and history where it is the same. */
  setText: (text: string) => void
  destroy: () => void
}

function optional(options: EditorOptions): Extension {
  return [
    // Keys of the page come before those of the editor.
    options.extensions,
    placeholder(options.placeholder),
    options.lineNumbers ? lineNumbers() : [],
    EditorState.readOnly.of(options.readOnly),
    EditorView.contentAttributes.of(options.attributes),
  ]
}

/** CodeMirror with our look. Tab leaves the field, as in any other. */
export function createEditor(input: {
  parent: HTMLElement
  text: string
  options: EditorOptions
  onchange: (text: string) => void
}): Editor {
  const own = new Compartment()
  const view = new EditorView({
    parent: input.parent,
    state: EditorState.create({
      doc: input.text,
      extensions: [
        own.of(optional(input.options)),
        history(),
        autocompletion({ icons: false }),
        closeBrackets(),
        EditorState.languageData.of(() => [{ closeBrackets: { brackets: ['{', '[', '('] } }]),
        bracketMatching(),
        search({ top: true }),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...searchKeymap]),
        EditorView.lineWrapping,
        editorTheme,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) input.onchange(update.state.doc.toString())
        }),
      ],
    }),
  })
  return {
    view,
    configure: (options) => view.dispatch({ effects: own.reconfigure(optional(options)) }),
    setText: (text) => {
      if (text === view.state.doc.toString()) return
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } })
    },
    destroy: () => view.destroy(),
  }
}
