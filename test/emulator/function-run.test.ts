import { describe, expect, test } from 'vitest';
import { type FunctionRun, keptLine, keptRun, LARGE_VALUE } from '../../emulator/function-run.ts';

const kept = (run: Partial<FunctionRun>) =>
  keptRun({ begin: 0, end: 1, event: {}, value: {}, error: null, lines: [], size: 0, ...run });
const data = { action: 'read-only', data: 'c2VjcmV0', encoding: 'base64' };
const cut = { ...data, data: { cut: 'a body of 8 characters' } };

test('what is nested deeper than JSON can be is cut', () => {
  let value: unknown = 'x';
  for (let depth = 0; depth < 100_000; depth++) value = [value];
  expect(kept({ value, size: LARGE_VALUE + 1 }).value).toEqual({ cut: `a value of ${LARGE_VALUE + 1} characters` });
});

describe('no body is kept', () => {
  test.each<{ name: string; given: object; left: object }>([
    { name: 'without one the event itself is', given: { request: { uri: '/' } }, left: { request: { uri: '/' } } },
    { name: 'of a request in an event', given: { request: { body: data } }, left: { request: { body: cut } } },
    {
      name: 'of a response',
      given: { statusCode: 200, body: 'abc' },
      left: { statusCode: 200, body: { cut: 'a body of 3 characters' } },
    },
    { name: 'of a response, encoded', given: { body: data }, left: { body: cut } },
    {
      name: 'of Lambda@Edge',
      given: { Records: [{ cf: { config: {}, request: { uri: '/', body: data } } }] },
      left: { Records: [{ cf: { config: {}, request: { uri: '/', body: cut } } }] },
    },
  ])('$name', ({ given, left }) => {
    expect(kept({ event: given, value: given })).toMatchObject({ event: left, value: left });
  });

  test('and nothing is copied where there is none', () => {
    const event = { request: { uri: '/' } };
    expect(kept({ event }).event).toBe(event);
  });
});

test.each([
  { length: LARGE_VALUE - 8, isCut: false },
  { length: LARGE_VALUE - 7, isCut: true },
])('a value with a text of $length characters is cut: $isCut', ({ length, isCut }) => {
  const value = { a: 'x'.repeat(length) };
  const { value: left } = kept({ value, size: LARGE_VALUE + 100 });
  expect(left).toEqual(isCut ? { cut: `a value of ${LARGE_VALUE + 100} characters` } : value);
});

test('a line is cut between words', () => {
  expect(keptLine('x'.repeat(10_240))).toHaveLength(10_240);
  expect(keptLine(`some words ${'x'.repeat(10_240)}`)).toBe('some words ... (10251 characters)');
});

test('of many lines the first are kept, and the last, which says where it failed', () => {
  const lines = Array.from({ length: 201 }, (_, index) => String(index));
  expect(kept({ lines: lines.slice(1) }).lines).toEqual(lines.slice(1));
  expect(kept({ lines }).lines).toEqual([...lines.slice(0, 199), '200']);
});
