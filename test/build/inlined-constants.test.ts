import { expect, test } from 'vitest';
import { withInlinedConstants } from '../../build/inlined-constants.ts';
import { wholeText } from '../../build/traced-text.ts';
import { describeNjs, runNjs } from '../support/njs.ts';

const changed = (script: string): string => withInlinedConstants(wholeText(script)).text;

test.each([
  { name: 'a text', script: 'var a="text";function b(){return a}', expected: 'function b(){return "text"}' },
  { name: 'a number', script: 'var a=12;function b(c){return c<a}', expected: 'function b(c){return c<12}' },
  {
    name: 'in a template',
    script: 'var a="x";function b(){return`$\u007ba}y`}',
    expected: 'function b(){return`$\u007b"x"}y`}',
  },
  {
    name: 'a second name, wherever it is used',
    script: 'var a={},b=a,c=1;function d(){return b===b}',
    expected: 'var a={};function d(){return a===a}',
  },
  {
    name: 'among others',
    script: 'var a=[],b="x",c=()=>b,d=c;function e(){return d(a)}',
    expected: 'var a=[],c=()=>"x";function e(){return c(a)}',
  },
  { name: 'short, and used twice', script: 'var a=1;function b(){return a+a}', expected: 'function b(){return 1+1}' },
  { name: 'unused', script: 'var a=1;', expected: '' },
  {
    name: 'not another of its name',
    script: 'var a="x";function b(a){return a}function c(){return a}',
    expected: 'function b(a){return a}function c(){return "x"}',
  },
  ...[
    'var a="a long text";function b(){return a+a}',
    'var a=/x/;function b(c){return a.test(c)}',
    'var a={};function b(){return a}',
    'var a=1;function b(){a=2}function c(){return a}',
    'var a=1;function b(){a++}',
    'var a=1;function b(){return{a}}',
    'var a=1;function b(){return a.c}',
    'var a=[],b=a;function c(a){return b}',
    'var a="x",b=a;function c(){b=1}',
    'var a=b;function c(){return a}',
    'let a=1;function b(){return a}',
    'function b(){var a=1;return a}',
    'import a from"b";function c(){return a}',
  ].map((script) => ({ name: script, script, expected: script })),
])('$name', ({ script, expected }) => {
  expect(changed(script)).toBe(`${expected}\n`);
});

test('a second name of what goes itself stays right', () => {
  const script = changed('var a="x",b=a;function c(){return b}');
  expect(new Function(`${script};return c()`)()).toBe('x');
});

describeNjs('under njs', () => {
  test('the script comes to the same', () => {
    const script = `var u=2,v="w",x={y:[v]},z=x;function a(b){return b*u+z.y[0]}
      async function handler(b){let g=await Promise.resolve(u);return z.y.concat(a(g))}`;
    const driver = 'handler().then(function(value){console.log(JSON.stringify(value))});';
    expect(runNjs(changed(script) + driver)).toBe(runNjs(script + driver));
    expect(runNjs(changed(script) + driver)).toBe('["w","4w"]\n');
  });
});
