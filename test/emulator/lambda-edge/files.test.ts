/** Lambda@Edge functions of somebody else, from files: every kind of module, every style of handler. */
import { beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../../support/edge.ts';
import { functionBench } from '../../support/function-bench.ts';
import { LAMBDA, withLambda, withLambdaOf } from '../../support/function-files.ts';
import { template } from '../../support/template.ts';

const made = functionBench(withLambda());

/** A module of the function's own and a package beside it, as each kind of module has them. */
const commonJs = (own: string) => ({
  own: { [own]: "exports.word = 'own';" },
  head: `const { word } = require('./${own}'); const { other } = require('words');`,
  exported: 'exports.handler =',
});
const module = (own: string) => ({
  own: { [own]: "export const word = 'own';" },
  head: `import { word } from './${own}'; import { other } from 'words';`,
  exported: 'export const handler =',
});
const typed = (own: string) => ({
  own: { [own]: "export type Word = string; export const word: Word = 'own';" },
  head: `import { type Word, word } from './${own}'; import { other } from 'words'; const typed = word satisfies Word;`,
  exported: 'export const handler =',
});

const KINDS = [
  { file: 'index.js', type: 'commonjs', ...commonJs('word.js') },
  { file: 'index.js', type: undefined, ...commonJs('word.js') },
  { file: 'index.cjs', type: 'module', ...commonJs('word.cjs') },
  { file: 'index.js', type: 'module', ...module('word.js') },
  { file: 'index.mjs', type: 'commonjs', ...module('word.mjs') },
  { file: 'index.ts', type: 'commonjs', ...typed('word.ts') },
  { file: 'index.ts', type: 'module', ...typed('word.ts') },
  { file: 'index.cts', type: 'module', ...typed('word.ts') },
  { file: 'index.mts', type: 'commonjs', ...typed('word.ts') },
];

const STYLES = [
  { style: 'an async function', code: 'async (event) => answer(event)' },
  { style: 'a promise', code: '(event) => Promise.resolve().then(() => answer(event))' },
  { style: 'a callback', code: '(event, context, callback) => { callback(null, answer(event)); }' },
  {
    style: 'a callback, later',
    code: '(event, _, callback) => { setTimeout(() => callback(null, answer(event)), 1); }',
  },
  {
    style: 'a callback that does not wait',
    code: '(event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 1000); callback(null, answer(event)); }',
  },
  { style: 'context.succeed', code: '(event, context) => { context.succeed(answer(event)); }' },
  { style: 'context.done', code: '(event, context) => { setImmediate(() => context.done(null, answer(event))); }' },
];

const ANSWER =
  'function answer(event) { return { status: "200", body: [word, other, event.Records[0].cf.request.uri].join() }; }';

describe.each(KINDS)('$file in a package of type $type', ({ file, type, own, head, exported }) => {
  let folder: string;
  beforeAll(async () => {
    folder = `${file}-${type}`;
    const modules = {
      'package.json': JSON.stringify({ type }),
      'node_modules/words/package.json': '{"name":"words","main":"main.js"}',
      'node_modules/words/main.js': "exports.other = 'package';",
      ...own,
    };
    for (const [name, text] of Object.entries(modules)) await made.files.write(`${folder}/${name}`, text);
  });

  test.each(STYLES)('answers by $style', async ({ code }) => {
    const path = await made.files.write(`${folder}/${file}`, `${head}\n${ANSWER}\n${exported} ${code};`);
    const edge = await made.bench.start({ functions: { auth: path } });
    for (const uri of ['/film', '/again']) expect((await ask(edge.url, uri)).body).toBe(`own,package,${uri}`);
    await edge.close();
  });
});

const SAYS = (word: string) => `exports.handler = async () => ({ status: '200', body: '${word}' });`;

describe('a file is for', () => {
  test.each(['auth', LAMBDA, 'arn:aws:lambda:us-east-1:111122223333:function:auth'])(
    'the function %s of an ARN',
    async (name) => {
      const edge = await made.bench.start({ functions: { [name]: await made.files.write('named.js', SAYS('named')) } });
      expect((await ask(edge.url, '/x')).body).toBe('named');
    },
  );

  test.each(['Auth', 'AuthVersion', 'sign-in'])('the function %s of a template, in place of its code', async (name) => {
    const edge = await made.bench.start({
      template: inTemplate({ ZipFile: SAYS('template') }),
      functions: {
        [name]: await made.files.write('named.js', 'exports.main = { run: async () => ({ status: "204" }) };'),
      },
    });
    expect((await ask(edge.url, '/x')).status).toBe(204);
  });

  test('each of two functions', async () => {
    const LambdaFunctionAssociations = [
      { EventType: 'viewer-request', LambdaFunctionARN: LAMBDA },
      { EventType: 'viewer-response', LambdaFunctionARN: LAMBDA.replace(':auth:', ':marks:') },
    ];
    const edge = await made.bench.start({
      template: template({ behavior: { LambdaFunctionAssociations } }),
      functions: {
        auth: await made.files.write('auth.js', 'exports.handler = async ({ Records: [{ cf }] }) => cf.request;'),
        marks: await made.files.write(
          'marks.js',
          'exports.handler = async ({ Records: [{ cf: { response } }] }) => { response.headers.mark = [{ value: "1" }]; return response; };',
        ),
      },
    });
    expect((await ask(edge.url, '/film.mp4')).headers.mark).toBe('1');
  });

  test('none, where the template has the code', async () => {
    const ZipFile = "exports.main = { run: async () => ({ status: '200', body: 'template' }) };";
    const edge = await made.bench.start({ template: inTemplate({ ZipFile }) });
    expect((await ask(edge.url, '/x')).body).toBe('template');
  });
});

/** A function with the handler `index.main.run`. */
const inTemplate = (Code: object) => withLambdaOf({ FunctionName: 'sign-in', Handler: 'index.main.run', Code });

describe('the start fails', () => {
  const AT = 'Distribution.DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations[0].LambdaFunctionARN';
  const noCode = (option: string) =>
    `${AT}: expected a numbered Lambda version of the template, or its code by --function ${option}=<file>, got`;

  test.each([
    {
      name: 'without code',
      arn: 'Stray',
      functions: {},
      code: 'ERR_TEMPLATE_INVALID',
      message: `${noCode('Stray')} "Stray"`,
    },
    {
      name: 'with a template that has the code elsewhere',
      template: inTemplate({ S3Bucket: 'a', S3Key: 'b' }),
      functions: {},
      code: 'ERR_FILE_MISSING',
      message: `${AT}: expected the bundle of index.main.run, which npm run build makes, or its code by --function sign-in=<file>, got "AuthVersion"`,
    },
    {
      name: 'with a version that has no number',
      arn: LAMBDA.replace(':7', ':$LATEST'),
      functions: { auth: 'good.js' },
      code: 'ERR_TEMPLATE_INVALID',
      message: `${AT}: expected a numbered version of a function in us-east-1, got "${LAMBDA.replace(':7', ':$LATEST')}"`,
    },
    {
      name: 'with a function in another region',
      arn: LAMBDA.replace('us-east-1', 'eu-west-1'),
      functions: { auth: 'good.js' },
      code: 'ERR_TEMPLATE_INVALID',
      message: `${AT}: expected a numbered version of a function in us-east-1, got "${LAMBDA.replace('us-east-1', 'eu-west-1')}"`,
    },
    {
      name: 'with a file that nothing refers to',
      functions: { auth: 'good.js', outh: 'good.js' },
      code: 'ERR_OPTION_INVALID',
      message: '--function: expected auth, got "outh"',
    },
    {
      name: 'with two files for one function',
      functions: { auth: 'good.js', [LAMBDA]: 'good.js' },
      code: 'ERR_OPTION_INVALID',
      message: `--function: expected auth alone, got "${LAMBDA}"`,
    },
    {
      name: 'with a file that is not there',
      functions: { auth: 'absent.js' },
      code: 'ERR_FILE_MISSING',
      message: expect.stringMatching(/^--function auth: expected a file, got ".*absent.js"$/),
    },
    {
      name: 'with a file of another kind',
      functions: { auth: 'index.zip' },
      code: 'ERR_OPTION_INVALID',
      message: expect.stringMatching(
        /^--function auth: expected a file of JavaScript or TypeScript, got ".*index.zip"$/,
      ),
    },
    {
      name: 'with TypeScript that does not parse',
      functions: { auth: 'broken.ts' },
      code: 'ERR_BUILD_FAILED',
      message: expect.stringMatching(/broken\.ts:2:7: expected TypeScript that compiles, got "Expected identifier/),
    },
    {
      name: 'with TypeScript that imports what is not there',
      functions: { auth: 'lost.ts' },
      code: 'ERR_BUILD_FAILED',
      message: expect.stringMatching(/lost\.ts:1:20: expected TypeScript that compiles, got "Could not resolve/),
    },
  ])('$name', async ({ arn = LAMBDA, template = withLambda('viewer-request', arn), functions, code, message }) => {
    await made.files.write('good.js', SAYS('good'));
    await made.files.write('broken.ts', 'export const handler = 1;\nconst = 2;');
    await made.files.write('lost.ts', 'import * as a from "./nowhere.ts"; export const handler = a;');
    const paths = Object.fromEntries(
      Object.entries(functions).map(([name, file]) => [name, `${made.files.folder}/${file}`]),
    );
    await expect(made.bench.start({ template, functions: paths })).rejects.toMatchObject({ code, message });
  });
});
