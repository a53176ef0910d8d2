import { describe, expect, test } from 'vitest';
import { gate } from '../../build/gate.ts';

const found = (code: string) => gate(code).map((finding) => finding.found);

describe('a finding', () => {
  test('says where, what, and what to write instead', () => {
    expect(gate('var a = 1;\nvar b = Array.from(a);')).toEqual([
      { line: 2, column: 9, found: 'Array.from', instead: 'write a loop that pushes into a list' },
    ]);
  });

  test('points at the method, not at the beginning of its chain', () => {
    expect(gate('var a = [1]\n  .map(String)\n  .flat();')).toMatchObject([
      { line: 3, column: 4, found: 'the method flat' },
    ]);
  });

  test('stands in the order of the code', () => {
    expect(found('var a = f(b, c);\nfunction f(x) { return x ?? new Set(); }')).toEqual([
      'the global b',
      'the global c',
      'the operator ??',
      'the global Set',
    ]);
  });

  test('is made of code that does not parse, too', () => {
    expect(gate('var a = 1;\nvar = 2;')).toEqual([
      { line: 2, column: 5, found: 'Unexpected token', instead: 'write it in plain JavaScript' },
    ]);
  });

  test('says nothing about the inside of a class', () => {
    expect(found('class A { #a = new Map(); get b() { return this.#a?.c; } static { [1].at(0); } }')).toEqual([
      'a class',
    ]);
  });
});

describe('a name is a global where nothing declares it', () => {
  test.each([
    { name: 'a parameter', code: 'function f(Map) { return Map; }' },
    { name: 'a parameter of an arrow function', code: 'var f = (Map) => Map;' },
    { name: 'a rest parameter', code: 'function f(...Map) { return Map; }' },
    {
      name: 'a variable of the function, used before',
      code: 'function f() { Map = 1; if (Map) { var Map; } return Map; }',
    },
    { name: 'a variable of the block', code: 'function f() { { let Map = 1; return Map; } }' },
    { name: 'a variable of a loop', code: 'for (let Map = 0; Map < 1; Map++) f(Map); function f() {}' },
    { name: 'a variable of for-in', code: 'for (const Map in {}) f(Map); function f() {}' },
    { name: 'a caught error', code: 'try { f(); } catch (Map) { f(Map); } function f() {}' },
    { name: 'a variable of a switch', code: 'switch (1) { case 1: let Map = 1; f(Map); } function f() {}' },
    { name: 'a function', code: 'f(Map); function f() {} function Map() {}' },
    { name: 'the name of a function expression', code: 'var f = function Map() { return Map; };' },
    { name: 'an import', code: "import Map from 'crypto'; f(Map); function f() {}" },
    { name: 'a property', code: 'var a = { Map: 1 }; a.Map = a.Map.Set;' },
    { name: 'a label', code: 'Map: for (;;) { break Map; }' },
    { name: 'arguments in a function', code: 'function f() { return () => arguments.length; }' },
  ])('$name', ({ code }) => {
    expect(found(code)).toEqual([]);
  });

  test.each([
    { name: 'declared in another function', code: 'function f(Map) { return Map; }\nfunction g() { return Map; }' },
    { name: 'declared in a block that has ended', code: 'function f() { { let Map = 1; f(Map); }\n return Map; }' },
    { name: 'declared by a loop that has ended', code: 'for (let Map = 0; Map < 1; Map++);\nvar a = Map;' },
    {
      name: 'declared by a catch that has ended',
      code: 'try { a(); } catch (Map) { a(Map); }\nfunction a() { return Map; }',
    },
    { name: 'declared in a switch that has ended', code: 'switch (1) { case 1: let Map = 1; }\nvar a = Map;' },
    { name: 'the name of a function expression, outside', code: 'var f = function Map() {};\nvar a = Map;' },
    { name: 'assigned', code: 'var a;\nMap = a;' },
    { name: 'counted up', code: 'var a;\nMap++;' },
    { name: 'asked for its type', code: 'var a;\na = typeof Map;' },
    { name: 'a shorthand property', code: 'var a;\na = { Map };' },
    { name: 'the left side of for-in', code: 'var a;\nfor (Map in {}) a = 1;' },
  ])('$name', ({ code }) => {
    expect(gate(code)).toMatchObject([{ line: 2, found: 'the global Map' }]);
  });

  test('arguments outside of a function, and in an arrow function of its own', () => {
    expect(found('var f = () => arguments;')).toEqual(['the global arguments']);
  });
});

describe('members', () => {
  test('of a value that has the name of a global are its own', () => {
    expect(found('function f(Object, console) { console.error(1, 2); return Object.fromPairs; }')).toEqual([]);
  });

  test('of a module under any name are those of the module', () => {
    expect(found("import a from 'crypto'; var b = a.randomBytes(1);")).toEqual(['crypto.randomBytes']);
  });

  test('of the module cloudfront are open: it grows', () => {
    expect(found("import cf from 'cloudfront'; cf.kvs(); cf.updateRequestOrigin({});")).toEqual([]);
  });

  test.each(['a.at', 'a.at = 1', 'a.keys.b', 'a.entries(1)', 'f(a.raw)', 'a.constructor()', 'Math.max.call(null, 1)'])(
    '%s is accepted',
    (expression) => expect(found(`var a = {}; function f() {}\n${expression};`)).toEqual([]),
  );
});

describe('a bare script', () => {
  test('has its imports at the top', () => {
    expect(gate("var a = 1;\nimport b from 'crypto';")).toMatchObject([
      { line: 2, found: 'an import below other code' },
    ]);
  });

  test.each(['export function handler() {}', 'export default 1;', 'var a; export { a };', "export * from 'crypto';"])(
    '%s: has no export',
    (code) => expect(found(code)).toEqual(['an export']),
  );

  test.each([
    { code: 'if (true) { function f() {} }', expected: ['a function declared in a block'] },
    { code: 'function f() { function g() {} }', expected: [] },
  ])('$code', ({ code, expected }) => {
    expect(found(code)).toEqual(expected);
  });
});
