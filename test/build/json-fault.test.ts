import { expect, test } from 'vitest';
import { jsonFault } from '../../build/json-fault.ts';

test.each([
  { text: '', where: 'line 1, column 1' },
  { text: '{"a": "hunter-22" 33}', where: 'line 1, column 19' },
  { text: '{\n "HeaderValue": hunter-22\n}', where: 'line 2, column 17' },
  { text: '{"a": 1,}', where: 'line 1, column 8' },
])('$text is no JSON from $where on, and not a word of it is told', ({ text, where }) => {
  expect(jsonFault(text)).toBe(`a syntax error in ${where}`);
});
