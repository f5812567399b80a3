import { expect, test } from 'bun:test'
import { arrivingTitle, readArriving } from './arriving-answer.ts'

test('each part is shown as far as it has come, without the halves of tags', () => {
  const whole = '<system>\nYou are kind.\n</system>\n<body>\nWrite to {{reader}}.\n</body>'
  expect(readArriving('<sys')).toEqual({ parts: [], writing: undefined })
  expect(readArriving(whole.slice(0, 20))).toEqual({
    parts: [{ name: 'system', text: 'You are kin' }],
    writing: 'system',
  })
  expect(readArriving('<system>\nYou are kind.\n</sys')).toEqual({
    parts: [{ name: 'system', text: 'You are kind.' }],
    writing: 'system',
  })
  expect(readArriving(whole)).toEqual({
    parts: [
      { name: 'system', text: 'You are kind.' },
      { name: 'body', text: 'Write to {{reader}}.' },
    ],
    writing: undefined,
  })
})

test('every beginning of an answer shows a beginning of its texts', () => {
  const whole = 'Here it is:\n<title>\nA <b> title\n</title>\n<body>\nif a < b: say </bod {{x}}\n</body>'
  for (let length = 0; length <= whole.length; length += 1)
    for (const { name, text } of readArriving(whole.slice(0, length)).parts.filter(
      () => length > whole.indexOf('<title>') + 7,
    ))
      expect({
        name,
        starts: readArriving(whole)
          .parts.find((part) => part.name === name)
          ?.text.startsWith(text),
      }).toEqual({ name, starts: true })
})

test('an answer without any form is shown as a body', () => {
  expect(readArriving('Write a letter')).toEqual({
    parts: [{ name: 'body', text: 'Write a letter' }],
    writing: 'body',
  })
})

test('a title is shown without what models put around it', () => {
  expect(arrivingTitle('\n"Letters to friends."\nmore')).toBe('Letters to friends')
  expect(arrivingTitle('## Let')).toBe('Let')
})
