import { describe, expect, test } from 'vitest';
import { withArrowFunctions } from '../../build/arrow-functions.ts';
import { wholeText } from '../../build/traced-text.ts';
import { describeNjs, runNjs } from '../support/njs.ts';

const changed = (script: string): string => withArrowFunctions(wholeText(script)).text;

test.each([
  { name: 'one parameter', script: 'function a(b){return b+1}', expected: 'var a=b=>b+1;' },
  { name: 'no parameter', script: 'function a(){return 1}', expected: 'var a=()=>1;' },
  { name: 'two parameters', script: 'function a(b,c){return b?c:0}', expected: 'var a=(b,c)=>b?c:0;' },
  { name: 'an object', script: 'function a(b){return{c:b}}', expected: 'var a=b=>({c:b});' },
  { name: 'a member of an object', script: 'function a(b){return{c:b}.c}', expected: 'var a=b=>({c:b}.c);' },
  { name: 'one value after another', script: 'function a(b){return b.c=1,b}', expected: 'var a=b=>(b.c=1,b);' },
  { name: 'a parenthesis', script: 'function a(b){return(b,1)}', expected: 'var a=b=>(b,1);' },
  {
    name: 'neighbours',
    script: 'var a=1;function b(c){return c}var d=2,e;function f(){g()}var h;',
    expected: 'var a=1,b=c=>c,d=2,e;function f(){g()}var h;',
  },
  ...[
    'import a from"b";let c=1;const d=2;',
    'function handler(a){return a}',
    'async function a(){return 1}',
    'function a(){return this}',
    'function a(){return arguments[0]}',
    'function a(){return}',
    'function a(){}',
    'function a(b){b();return b}',
    'function a(b){if(b)return 1}',
  ].map((script) => ({ name: script, script, expected: script })),
])('$name', ({ script, expected }) => {
  expect(changed(script)).toBe(`${expected}\n`);
});

describeNjs('under njs', () => {
  test('the script comes to the same', () => {
    const script = `var u=2;function a(b){return b*u}function c(b){return{d:a(b)}}function e(b){return b.f=c(3),b}
      async function handler(b){let g=await Promise.resolve(1);return e({g:g})}`;
    const driver = 'handler().then(function(value){console.log(JSON.stringify(value))});';
    expect(runNjs(changed(script) + driver)).toBe(runNjs(script + driver));
    expect(runNjs(changed(script) + driver)).toBe('{"g":1,"f":{"d":6}}\n');
  });
});

describe('a script that says what no function returns', () => {
  test('keeps the order of what happens while it loads', () => {
    const script = 'var a=[];a.push(1);function b(){return a}var c=a.push(2);';
    expect(changed(script)).toBe('var a=[];a.push(1);var b=()=>a,c=a.push(2);\n');
  });
});
