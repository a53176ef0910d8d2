/** CloudFront Functions of somebody else, from files. */
import { describe, expect, test } from 'vitest';
import { functionCode } from '../../../emulator/function-code.ts';
import { readTemplate } from '../../../emulator/template.ts';
import { ask } from '../../support/edge.ts';
import { functionBench } from '../../support/function-bench.ts';
import { SCRIPT, withScript } from '../../support/function-files.ts';
import { template } from '../../support/template.ts';

const own = functionBench(withScript());

const SAYS = (body: string) => `return { statusCode: 200, body: ${body} };`;

describe('a file is run', () => {
  test.each([
    { file: 'a.js', code: `function handler(event) { ${SAYS('event.request.uri')} }`, body: '/x' },
    {
      file: 'b.js',
      code: `import crypto from 'crypto';\nimport cf from 'cloudfront';\nasync function handler() { ${SAYS("typeof cf.kvs + crypto.createHash('md5').update('').digest('hex')")} }`,
      body: 'functiond41d8cd98f00b204e9800998ecf8427e',
    },
    {
      file: 'c.ts',
      code: `interface A { b: string }\nfunction handler(event: any): object { const a: A = { b: 'typed' }; ${SAYS('a.b')} }`,
      body: 'typed',
    },
    {
      file: 'd.ts',
      code: `import cf from 'cloudfront';\nimport { word } from './word.ts';\nexport async function handler(): Promise<object> { ${SAYS('word + typeof cf.kvs')} }`,
      body: 'otherfunction',
    },
    { file: 'e.mjs', code: `var handler = function () { ${SAYS("'e'")} };`, body: 'e' },
  ])('$file', async ({ file, code, body }) => {
    await own.files.write('word.ts', "export const word: string = 'other';");
    const edge = await own.bench.start({ functions: { auth: await own.files.write(file, code) } });
    expect((await ask(edge.url, '/x')).body).toBe(body);
    await edge.close();
  });

  test.each(['auth', SCRIPT])('for the function %s of an ARN', async (name) => {
    const file = await own.files.write('named.js', `function handler() { ${SAYS("'named'")} }`);
    const edge = await own.bench.start({ functions: { [name]: file } });
    expect((await ask(edge.url, '/x')).body).toBe('named');
  });

  test.each(['ViewerRequest', 'viewer-request'])('for %s of a template, with its runtime', async (name) => {
    const file = await own.files.write(
      'first.js',
      'function handler() { return { statusCode: 200, body: typeof Buffer }; }',
    );
    const made = template({ code: 'x(', runtime: 'cloudfront-js-1.0' });
    const edge = await own.bench.start({ template: made, functions: { [name]: file } });
    expect((await ask(edge.url, '/x')).body).toBe('undefined');
  });

  test('with the runtime and store that are described, else with runtime 2.0 and none', async () => {
    const { distribution } = readTemplate(withScript());
    const sources = {
      files: { auth: await own.files.write('f.js', 'function handler() {}') },
      bundles: null,
      made: '',
    };
    const describedAs = { runtime: 'cloudfront-js-1.0', hasStore: true } as const;
    const described = new Map([['auth', describedAs]]);
    expect((await functionCode(distribution, { ...sources, described })).cloudFront.get(SCRIPT)).toMatchObject(
      describedAs,
    );
    expect((await functionCode(distribution, sources)).cloudFront.get(SCRIPT)).toMatchObject({
      name: 'auth',
      runtime: 'cloudfront-js-2.0',
      hasStore: false,
    });
  });
});

describe('the start fails', () => {
  const FILL = (bytes: number, code: string) => `${code}//${'x'.repeat(bytes - code.length - 2)}`;
  const SCRIPT_CODE = 'function handler() {}';

  test.each([
    { name: 'large.js', code: FILL(10_240, SCRIPT_CODE), message: null },
    {
      name: 'large.js',
      code: FILL(10_241, SCRIPT_CODE),
      message: /large\.js: expected at most 10240 bytes, got 10241$/,
    },
    { name: 'large.ts', code: FILL(20_000, SCRIPT_CODE), message: null },
    {
      name: 'large.ts',
      code: `function handler() { return ${JSON.stringify('x'.repeat(10_240))} }`,
      message: /large\.ts: expected at most 10240 bytes, got 1\d{4}$/,
    },
    {
      name: 'broken.js',
      code: '\nfunction handler( {}',
      message: /broken\.js:2:21: expected a script, got "Unexpected/,
    },
    {
      name: 'broken.ts',
      code: 'interface A {}\nconst = 1;',
      message: /broken\.ts:2:7: expected TypeScript that compiles, got "Expected identifier/,
    },
    {
      name: 'later.js',
      code: '\n import("x");',
      message: /later\.js:2:2: expected no dynamic import, got "import\(\)"$/,
    },
    {
      name: 'later.ts',
      code: 'interface A {\n}\nexport function handler(a: A) {\n  return import(a.b);\n}',
      message: /later\.ts:4:10: expected no dynamic import, got "import\(\)"$/,
    },
  ])('with $name: $message', async ({ name, code, message }) => {
    const start = own.bench.start({ functions: { auth: await own.files.write(name, code) } });
    if (message === null) await expect(start).resolves.toBeDefined();
    else await expect(start).rejects.toThrow(message);
  });

  test('with what runtime 1.0 lacks', async () => {
    const made = template({ code: 'x', runtime: 'cloudfront-js-1.0' });
    const functions = { 'viewer-request': await own.files.write('first.js', 'var a;\nlet b;') };
    await expect(own.bench.start({ template: made, functions })).rejects.toThrow(
      /first\.js:2:1: expected what cloudfront-js-1.0 has, got "let"$/,
    );
  });

  test('without code', async () => {
    await expect(own.bench.start()).rejects.toMatchObject({
      code: 'ERR_TEMPLATE_INVALID',
      message: `Distribution.DistributionConfig.DefaultCacheBehavior.FunctionAssociations[0].FunctionARN: expected a CloudFront Function of the template, or its code by --function auth=<file>, got "${SCRIPT}"`,
    });
  });
});

describe('an error names the line', () => {
  test.each([
    {
      file: 'place.js',
      code: "function handler() {\n  throw new Error('no');\n}",
      line: 'Error: no \\(.*place\\.js:2:9\\)',
    },
    {
      file: 'first.js',
      code: "function handler() { throw new Error('no'); }",
      line: 'Error: no \\(.*first\\.js:1:28\\)',
    },
    {
      file: 'behind-imports.js',
      code: "import cf from 'cloudfront';import   hash from 'crypto';function handler() { throw new Error('no'); }",
      line: 'Error: no \\(.*behind-imports\\.js:1:84\\)',
    },
    {
      file: 'later.js',
      code: 'async function handler() {\n  await null;\n  nothing();\n}',
      line: 'ReferenceError: .*later\\.js:3:3\\)',
    },
    {
      file: 'place.ts',
      code: "import cf from 'cloudfront';\ntype A = {\n  a: string;\n};\nexport function handler(a: A) {\n  cf.kvs;\n  throw new Error('no');\n}",
      line: 'Error: no \\(.*place\\.ts:7:9\\)',
    },
  ])('$file', async ({ file, code, line }) => {
    const edge = await own.bench.start({ functions: { auth: await own.files.write(file, code) } });
    expect((await ask(edge.url, '/x')).status).toBe(503);
    expect(edge.lines).toEqual([expect.stringMatching(new RegExp(`^${line}$`))]);
    await edge.close();
  });

  test("of a template by the function's name", async () => {
    const edge = await own.bench.start({ template: template({ code: 'function handler() {\n null.x; }' }) });
    await ask(edge.url, '/x');
    expect(edge.lines).toEqual([expect.stringMatching(/^TypeError: .* \(viewer-request:2:7\)$/)]);
  });
});
