import { expect, test } from 'bun:test'
import { modelOptions, namedModel } from './model-options.ts'

const model = (id: string, available = true) => ({ id, name: id, provider: 'p', available, demo: false })

test('what cannot be asked is not offered, unless it is chosen already', () => {
  const models = [model('a/1'), model('a/2', false)]
  const ids = (chosen = '') => modelOptions(models, 'usual', chosen).map(({ value }) => value)
  expect(ids()).toEqual(['', 'a/1'])
  expect(ids('a/2')).toEqual(['', 'a/1', 'a/2'])
  expect(ids('b/3')).toEqual(['', 'a/1', 'b/3'])
})

test('a model in no list can be named', () => {
  const options = modelOptions([model('a/1')], 'usual')
  expect(namedModel(options, ' b/new-one ').map(({ value }) => value)).toEqual(['b/new-one'])
  expect(['a/1', 'new', 'b/', ''].flatMap((typed) => namedModel(options, typed))).toEqual([])
})
