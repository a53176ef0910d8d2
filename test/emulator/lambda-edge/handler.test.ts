/** How a Lambda@Edge handler is called: what it is given, what its answer is, and what is seen of what it prints. */
import { describe, expect, test, vi } from 'vitest';
import { ask, type TestEdge } from '../../support/edge.ts';
import { functionBench } from '../../support/function-bench.ts';
import { withLambda } from '../../support/function-files.ts';
import { NOON } from '../../support/tokens.ts';

const own = functionBench(withLambda());

async function started(name: string, text: string, runtime?: string): Promise<TestEdge> {
  const auth = await own.files.write(name, text);
  if (runtime === undefined) return own.bench.start({ functions: { auth } });
  const made = withLambda('viewer-request', 'AuthVersion');
  const Properties = { FunctionName: 'auth', Handler: 'index.handler', Runtime: runtime };
  const Resources = {
    ...made.Resources,
    Auth: { Type: 'AWS::Lambda::Function', Properties },
    AuthVersion: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Auth' } } },
  };
  return own.bench.start({ template: { ...made, Resources }, functions: { auth } });
}

const OK = "{ status: '200', body: 'ok' }";
const TOO_LATE = "{ status: '200', body: 'too late' }";

describe('what a handler comes to', () => {
  test.each<{ code: string; expected: string; runtime?: string; line?: string | RegExp }>([
    {
      code: `(event, context, callback) => { callback(null, ${OK}); callback(null, ${TOO_LATE}); }`,
      expected: '200 ok',
    },
    { code: `(event, context, callback) => { callback(null, ${OK}); callback(new Error('x')); }`, expected: '200 ok' },
    { code: `(event, context, callback) => { callback(null, ${OK}); throw new Error('x'); }`, expected: '200 ok' },
    {
      code: `async (event, context, callback) => { callback(null, ${OK}); return ${TOO_LATE}; }`,
      expected: '200 ok',
    },
    { code: `(event, context) => { context.succeed(${OK}); context.fail(new Error('x')); }`, expected: '200 ok' },
    { code: '() => { throw new TypeError("sync"); }', expected: '503', line: /^TypeError: sync\n/ },
    { code: 'async () => { throw new TypeError("async"); }', expected: '503', line: /^TypeError: async\n/ },
    { code: '() => Promise.reject("a text")', expected: '503', line: 'a text' },
    { code: '() => { throw undefined; }', expected: '503', line: 'handled' },
    { code: '(event, context, callback) => callback(new Error("x"))', expected: '503', line: /^Error: x\n/ },
    { code: '(event, context, callback) => callback("x")', expected: '503', line: 'x' },
    { code: '(event, context) => context.fail(new Error("x"))', expected: '503', line: /^Error: x\n/ },
    { code: '(event, context) => context.fail()', expected: '503', line: 'handled' },
    { code: '(event, context) => context.done(new Error("x"))', expected: '503', line: /^Error: x\n/ },
    { code: 'async () => {}', expected: '502' },
    { code: 'async () => ({ a: 1n })', expected: '503', line: /^TypeError: / },
    { code: `() => (${OK})`, expected: '502' },
    { code: `(event, context, callback) => { setTimeout(() => {}, 1); }`, expected: '502' },
    { code: '() => new Promise(() => {})', expected: '502' },
    {
      code: 'async () => { await new Promise(() => {}); }',
      expected: '503',
      line: /^Error: the promise of the handler never/,
    },
    { runtime: 'nodejs22.x', code: `(event, context, callback) => callback(null, ${OK})`, expected: '200 ok' },
    { runtime: 'nodejs24.x', code: `(event, context) => (${OK})`, expected: '200 ok' },
    { runtime: 'nodejs24.x', code: `async () => (${OK})`, expected: '200 ok' },
    { runtime: 'nodejs24.x', code: '() => new Promise(() => {})', expected: '503', line: /never settled/ },
    {
      runtime: 'nodejs24.x',
      code: '(event, context) => ({ status: "200", body: typeof context.done })',
      expected: '200 undefined',
    },
    {
      runtime: 'nodejs24.x',
      code: `(event, context, callback) => callback(null, ${OK})`,
      expected: '503',
      line: /^Error: handler has a callback, which this runtime does not call/,
    },
  ])('$runtime $code: $expected', async ({ code, expected, runtime, line }) => {
    const edge = await started('handler.js', `exports.handler = ${code};`, runtime);
    const { status, body } = await ask(edge.url, '/x');
    expect(status === 200 ? `200 ${body}` : String(status)).toBe(expected);
    expect(edge.lines).toEqual(line === undefined ? [] : [line instanceof RegExp ? expect.stringMatching(line) : line]);
    await edge.close();
  });

  test('waits for what is under way after a callback', async () => {
    const code = `exports.handler = (event, context, callback) => {
      const response = ${OK};
      setTimeout(() => { response.body = 'waited'; }, 5);
      callback(null, response); };`;
    expect((await ask((await started('waits.js', code)).url, '/x')).body).toBe('waited');
  });
});

describe('a handler is given', () => {
  test('the context of Lambda', async () => {
    const code = `exports.handler = async (event, context) => ({ status: '200', body: JSON.stringify({
      ...context, left: context.getRemainingTimeInMillis(), environment: process.env.AWS_LAMBDA_FUNCTION_NAME }) });`;
    const edge = await started('context.js', code);
    const name = 'us-east-1.auth';
    const first = JSON.parse((await ask(edge.url, '/x')).body);
    expect(first).toEqual({
      functionName: name,
      functionVersion: '7',
      memoryLimitInMB: '128',
      invokedFunctionArn: `arn:aws:lambda:us-east-1:111122223333:function:${name}:7`,
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[7\][0-9a-f]{32}$/),
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      callbackWaitsForEmptyEventLoop: true,
      left: expect.any(Number),
      environment: name,
    });
    expect(first.left).toBeGreaterThan(0);
    expect(first.left).toBeLessThanOrEqual(3_000);
    const second = JSON.parse((await ask(edge.url, '/x')).body);
    expect(second.awsRequestId).not.toBe(first.awsRequestId);
    expect(second.logStreamName).toBe(first.logStreamName);
  });

  test("the edge's time", async () => {
    const code = `const loaded = Date.now(); class Own extends Date {}
      exports.handler = async () => ({ status: '200', body: JSON.stringify([loaded, Date.now(), new Date().getTime(),
        Date.parse(Date()), new Own().getTime(), new Date(5).getTime(), new Date() instanceof Date, new Date().constructor === Date]) });`;
    const edge = await started('clock.js', code);
    for (const now of [NOON * 1000, NOON * 1000 + 3_600_000]) {
      const [loaded, ...times] = JSON.parse((await ask(edge.url, '/x')).body);
      expect(isSoonAfter(NOON * 1000, loaded)).toBe(true);
      expect(times.slice(0, 4).map((time: number) => isSoonAfter(now, time))).toEqual([true, true, true, true]);
      expect(times.slice(4)).toEqual([5, true, true]);
      edge.clock.advance(3_600_000);
    }
  });
});

/** Up to a minute: the thread's time goes on. */
function isSoonAfter(from: number, time: number): boolean {
  return time >= from - 1_000 && time < from + 60_000;
}

describe('what a handler prints', () => {
  test.each([
    { code: 'console.log("%s is %d", "a", 1, { b: [1] })', lines: ['a is 1 { b: [ 1 ] }'] },
    { code: 'console.info("two\\nlines")', lines: ['two\nlines'] },
    {
      code: 'console.debug(1); console.warn(null); console.error(undefined); console.log()',
      lines: ['1', 'null', 'undefined', ''],
    },
    { code: 'console.dir({ a: 1 }); console.group("g"); console.log("in")', lines: ['{ a: 1 }', 'g', 'in'] },
    { code: 'process.stdout.write("a\\nb\\n"); process.stderr.write(Buffer.from("c"))', lines: ['a', 'b', 'c'] },
    { code: 'await new Promise((resolve) => process.stdout.write("a", resolve))', lines: ['a'] },
  ])('$code', async ({ code, lines }) => {
    const edge = await started('prints.js', `exports.handler = async () => { ${code}; return ${OK}; };`);
    expect((await ask(edge.url, '/x')).body).toBe('ok');
    expect(edge.lines).toEqual(lines);
    await edge.close();
  });

  test('is seen when it loads, which is at the first event, and after it has answered', async () => {
    const code = `console.log('loaded'); exports.handler = async () => { setTimeout(() => console.log('after'), 1); return ${OK}; };`;
    const edge = await started('after.js', code);
    expect(edge.lines).toEqual([]);
    await ask(edge.url, '/x');
    await vi.waitFor(() => expect(edge.lines).toEqual(['loaded', 'after']));
  });
});

describe('an error names the line', () => {
  const THROWS = "\n\n  throw new RangeError('here');";
  test.each([
    { file: 'place.js', code: `exports.handler = async () => {${THROWS} };`, place: 'place.js:3:9' },
    { file: 'place.mjs', code: `export const handler = async () => {${THROWS} };`, place: 'place.mjs:3:9' },
    {
      file: 'place.ts',
      code: `interface A {\n a: string;\n}\nexport const handler = async (): Promise<A> => {${THROWS} };`,
      place: 'place.ts:6:9',
    },
    {
      file: 'place.mts',
      code: `type A = {\n a: string;\n};\nexport const handler = async (): Promise<A> => {${THROWS} };`,
      place: 'place.mts:6:9',
    },
    { file: 'top.js', code: `${THROWS}`, place: 'top.js:3:9' },
    {
      file: 'top.ts',
      code: `interface A {\n a: string;\n}\n${THROWS} export const a: A = { a: '' };`,
      place: 'top.ts:6:9',
    },
  ])('$place', async ({ file, code, place }) => {
    const edge = await started(file, code);
    expect((await ask(edge.url, '/x')).status).toBe(503);
    const [line = ''] = edge.lines;
    expect(line).toContain('RangeError: here');
    expect(line.split('\n')[1]).toContain(`${own.files.folder}/${place}`);
    expect(line).not.toMatch(/worker\.js|node:/);
    await edge.close();
  });

  test.each([
    { code: 'exports.other = 1;', line: 'Error: handler is not an exported function' },
    { code: "require('nowhere');", line: "Error: Cannot find module 'nowhere'" },
    { code: 'const = 1;', line: 'SyntaxError: Unexpected token' },
  ])('of a function that cannot be loaded, each time: $code', async ({ code, line }) => {
    const edge = await started('unloadable.js', code);
    for (const expected of [1, 2]) {
      expect((await ask(edge.url, '/x')).status).toBe(503);
      expect(edge.lines).toHaveLength(expected);
    }
    expect(edge.lines[1]).toContain(line);
  });
});
