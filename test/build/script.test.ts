import { describe, expect, test } from 'vitest';
import { parseModule } from '../../build/gate.ts';
import { exportFindings, scriptText } from '../../build/script.ts';
import { EdgeError } from '../../config/errors.ts';

function scriptOf(code: string): string {
  const module = parseModule(code);
  if ('found' in module) return expect.fail(module.found);
  expect(exportFindings(module)).toEqual([]);
  return scriptText(code, module).text;
}

describe('a module becomes a bare script', () => {
  test.each([
    {
      name: 'the export is dropped',
      code: 'function handler(){}export{handler};\n',
      script: 'function handler(){}\n',
    },
    {
      name: 'the handler gets its name',
      code: 'async function r(){}export{r as handler};',
      script: 'async function handler(){}\n',
    },
    {
      name: 'imports come first',
      code: 'var a=[1];import b from"crypto";function r(){return b(a)}import c from"cloudfront";c();export{r as handler};',
      script: 'import b from"crypto";import c from"cloudfront";var a=[1];function handler(){return b(a)}c();\n',
    },
    {
      name: 'the handler is renamed wherever it is meant',
      code: 'var a={b:r};function r(){return c(r)}function c(d){return d===r}export{r as handler};',
      script: 'var a={b:handler};function handler(){return c(handler)}function c(d){return d===handler}\n',
    },
    {
      name: 'and nowhere else',
      code: 'function r(r){return r.r}function c(){let r=1;r:for(;;)break r;return{r:r}}export{r as handler};',
      script: 'function handler(r){return r.r}function c(){let r=1;r:for(;;)break r;return{r:r}}\n',
    },
    {
      name: 'a property named handler stays',
      code: 'function r(e){return e.handler({handler:1})}export{r as handler};',
      script: 'function handler(e){return e.handler({handler:1})}\n',
    },
    {
      name: 'a handler of that name needs no renaming, whatever shadows it',
      code: 'function handler(e){return c(e)}function c(handler){return handler}export{handler};',
      script: 'function handler(e){return c(e)}function c(handler){return handler}\n',
    },
  ])('$name', ({ code, script }) => {
    expect(scriptOf(code)).toBe(script);
  });

  test.each([
    { name: 'a function', code: 'function r(){}function handler(){}export{r as handler};' },
    { name: 'an import', code: 'import handler from"crypto";function r(){handler()}export{r as handler};' },
    { name: 'a parameter', code: 'function r(){}function c(handler){return r(handler)}export{r as handler};' },
    { name: 'a variable in a block', code: 'function r(){for(let handler=0;;)r()}export{r as handler};' },
    { name: 'a caught error', code: 'function r(){try{r()}catch(handler){}}export{r as handler};' },
  ])('$name of the same name is refused, since the handler would be taken for it', ({ code }) => {
    expect(() => scriptOf(code)).toThrow(EdgeError);
    expect(() => scriptOf(code)).toThrow('handler: expected one thing of that name, got several');
  });
});
