/** A CloudFront Function of somebody else: what it may do, and what CloudFront answers when it breaks the contract. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench } from '../support/edge.ts';
import { template } from '../support/template.ts';

let bench: TestBench;

beforeAll(async () => {
  bench = await plainBench(template());
});
afterAll(() => bench.close());

async function answerOf(code: string, asked = {}) {
  const edge = await bench.start({ template: template({ code }) });
  return ask(edge.url, '/film.mp4?a=1&b=2&a=3', asked);
}

describe('a CloudFront Function', () => {
  test.each<{ name: string; code: string; status: number; xCache: string }>([
    {
      name: 'throws',
      code: 'function handler() { throw new Error("no"); }',
      status: 503,
      xCache: 'FunctionExecutionError',
    },
    { name: 'rejects', code: 'async function handler() { null.x; }', status: 503, xCache: 'FunctionExecutionError' },
    { name: 'loops', code: 'function handler() { for (;;) {} }', status: 503, xCache: 'FunctionExecutionError' },
    {
      name: 'loops after an await',
      code: 'async function handler() { await null; for (;;) {} }',
      status: 503,
      xCache: 'FunctionExecutionError',
    },
    {
      name: 'never settles',
      code: 'function handler() { return new Promise(function () {}); }',
      status: 503,
      xCache: 'FunctionExecutionError',
    },
    { name: 'has no handler', code: 'function handle() {}', status: 503, xCache: 'FunctionExecutionError' },
    {
      name: 'has no store value',
      code: 'import cf from "cloudfront"; async function handler(e) { await cf.kvs().get("x"); }',
      status: 503,
      xCache: 'FunctionExecutionError',
    },
    { name: 'returns nothing', code: 'function handler() {}', status: 502, xCache: 'FunctionValidationError' },
    {
      name: 'changes the host',
      code: changing('headers.host.value = "x"'),
      status: 502,
      xCache: 'FunctionValidationError',
    },
    { name: 'removes the host', code: changing('headers = {}'), status: 502, xCache: 'FunctionValidationError' },
    {
      name: 'adds a hidden header',
      code: changing('headers["x-amz-cf-id"] = { value: "x" }'),
      status: 502,
      xCache: 'FunctionValidationError',
    },
    {
      name: 'adds an upper-case header',
      code: changing('headers["X-A"] = { value: "x" }'),
      status: 502,
      xCache: 'FunctionValidationError',
    },
    { name: 'takes the slash away', code: changing('uri = "x"'), status: 502, xCache: 'FunctionValidationError' },
    { name: 'changes the method', code: changing('method = "HEAD"'), status: 502, xCache: 'FunctionValidationError' },
    {
      name: 'answers 99',
      code: 'function handler() { return { statusCode: 99 }; }',
      status: 502,
      xCache: 'FunctionValidationError',
    },
    {
      name: 'names an origin that is not there',
      code: choosing('["us-east-1", "x"]', '[503]'),
      status: 502,
      xCache: 'FunctionValidationError',
    },
    {
      name: 'adds a query string to the path',
      code: changing('uri = "/x?y"'),
      status: 502,
      xCache: 'FunctionValidationError',
    },
    {
      name: 'chooses three origins',
      code: choosing('["us-east-1", "eu-west-1", "us-east-1"]', '[503]'),
      status: 502,
      xCache: 'FunctionValidationError',
    },
    {
      name: 'chooses origins by criteria that are no numbers',
      code: choosing('["us-east-1", "eu-west-1"]', '["503"]'),
      status: 502,
      xCache: 'FunctionValidationError',
    },
    {
      name: 'answers',
      code: 'function handler() { return { statusCode: 418 }; }',
      status: 418,
      xCache: 'FunctionGeneratedResponse',
    },
  ])('that $name: $status $xCache', async ({ code, status, xCache }) => {
    const answer = await answerOf(code);
    expect({ status: answer.status, xCache: answer.headers['x-cache'] }).toEqual({
      status,
      xCache: `${xCache} from cloudfront`,
    });
  });

  test.each(['["eu-west-1", "us-east-1"]', '[{ originId: "eu-west-1" }, { originId: "us-east-1" }]'])(
    'that chooses %s has the first asked first',
    async (originIds) => {
      expect((await answerOf(choosing(originIds, '[503]'))).body).toBe('film.mp4 from eu-west-1');
    },
  );

  test('has its error on the page, as text', async () => {
    const { body } = await answerOf('function handler() { throw new Error("<b>no</b>"); }');
    expect(body).toContain('Error: &#60;b&#62;no&#60;/b&#62;');
  });

  test.each(['{', '{"reason":"x"}', 'x'])('that logs %s gives no reason', async (line) => {
    const code = `function handler() { console.log(${JSON.stringify(line)}); return { statusCode: 401 }; }`;
    const { status, headers } = await answerOf(code);
    expect({ status, reason: headers['x-edgekeeper-reason'] }).toEqual({ status: 401, reason: undefined });
  });

  test('that hangs once does not keep the next request from its answer', async () => {
    const code = 'function handler(e) { if (e.request.uri === "/hang") for (;;) {} return e.request; }';
    const edge = await bench.start({ template: template({ code }) });
    expect((await ask(edge.url, '/hang')).status).toBe(503);
    expect((await ask(edge.url, '/film.mp4')).status).toBe(200);
  });

  test('that hangs takes no other request with it', async () => {
    const code = 'function handler(e) { if (e.request.uri === "/hang") for (;;) {} return e.request; }';
    const edge = await bench.start({ template: template({ code }) });
    const answers = await Promise.all(['/film.mp4', '/hang', '/x', '/index.html'].map((uri) => ask(edge.url, uri)));
    expect(answers.map(({ status }) => status)).toEqual([200, 503, 200, 200]);
  });

  test('sees each value of what came more than once', async () => {
    const code = `function handler(e) { return { statusCode: 200, body: JSON.stringify([
      e.request.querystring, e.request.cookies, e.request.headers['x-twice'], e.request.rawQueryString(), e.viewer.ip]) }; }`;
    const { body } = await answerOf(code, { cookie: 'c=1; c=2; d=3', headers: { 'x-twice': 'once' } });
    expect(JSON.parse(body)).toEqual([
      { a: { value: '1', multiValue: [{ value: '1' }, { value: '3' }] }, b: { value: '2' } },
      { c: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] }, d: { value: '3' } },
      { value: 'once' },
      'a=1&b=2&a=3',
      '127.0.0.1',
    ]);
  });

  test('asks the store for what is there and what is not', async () => {
    const code = `import cf from "cloudfront"; async function handler() {
      const kvs = cf.kvs(); const there = await kvs.exists("state"); const gone = await kvs.exists("x"); const meta = await kvs.meta();
      return { statusCode: 200, body: JSON.stringify([there, gone, meta.keyCount]) }; }`;
    expect((await answerOf(code)).body).toBe('[true,false,1]');
  });

  test('changes the path that the origin is asked for, and the cache key', async () => {
    const edge = await bench.start({ template: template({ code: changing('uri = "/index.html"') }) });
    await ask(edge.url, '/a');
    const { headers, body } = await ask(edge.url, '/b');
    expect({ xCache: headers['x-cache'], body }).toEqual({
      xCache: 'Hit from cloudfront',
      body: 'index.html from us-east-1',
    });
  });

  test('has what the runtime documents, and nothing of Node.js', async () => {
    const code = `var seen = {};
      ['process', 'Map', 'Set', 'Proxy', 'Reflect', 'URL', 'setTimeout', 'fetch', 'WebAssembly', 'Intl', 'structuredClone',
        'globalThis', 'Buffer', 'atob', 'TextEncoder', 'JSON', 'Promise'].forEach(function (n) { seen[n] = typeof globalThis[n]; });
      function handler() { return { statusCode: 200, body: JSON.stringify(seen) }; }`;
    expect(JSON.parse((await answerOf(code)).body)).toEqual({
      process: 'undefined',
      Map: 'undefined',
      Set: 'undefined',
      Proxy: 'undefined',
      Reflect: 'undefined',
      URL: 'undefined',
      setTimeout: 'undefined',
      fetch: 'undefined',
      WebAssembly: 'undefined',
      Intl: 'undefined',
      structuredClone: 'undefined',
      globalThis: 'object',
      Buffer: 'function',
      atob: 'function',
      TextEncoder: 'function',
      JSON: 'object',
      Promise: 'function',
    });
  });

  test.each([
    'cf.kvs.constructor',
    'cf.kvs().get.constructor',
    'cf.updateRequestOrigin.constructor',
    'cf.cwt.validateToken.constructor',
    'cf.edgeLocation.constructor.constructor',
    'Object.getOwnPropertyDescriptor(cf, "distributionTenant").get.constructor',
    'new TextDecoder().decode.constructor',
    '(function () { try { cf.cwt.validateToken(Buffer.alloc(1), { key: "x" }); } catch (error) { return error.constructor.constructor; } })()',
    '(function () { try { new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from([255])); } catch (error) { return error.constructor.constructor; } })()',
    '(async function () {}).constructor',
    'Symbol.constructor',
    'require.constructor',
    'Buffer.constructor',
    'Buffer.from("a").constructor.constructor',
    'console.log.constructor',
    'e.request.rawQueryString.constructor',
    'e.constructor.constructor',
    '(function () { try { require("x"); } catch (error) { return error.constructor.constructor; } })()',
    '(function f(n) { try { return f(n + 1); } catch (error) { try { require("crypto").createHash("md5").update("a").digest(); } catch (inner) { return inner.constructor.constructor; } return error.constructor.constructor; } })(0)',
    'globalThis.constructor.constructor',
    'Error.prepareStackTrace ? Error.prepareStackTrace.constructor : Function',
  ])('does not reach the host by %s', async (way) => {
    const code = `import cf from "cloudfront"; function handler(e) {
      var text; try { text = String((${way})("return typeof process")()); } catch (error) { text = "refused"; }
      return { statusCode: 200, body: text }; }`;
    expect((await answerOf(code)).body).toBe('refused');
  });

  const EVIL = `var reached = "refused"; var evil = {}; evil[Symbol.for("nodejs.util.inspect.custom")] = function (d, o, inspect) {
    reached = "REACHED " + inspect.constructor("return typeof process")(); };`;
  test.each([
    {
      name: 'throws what throws when it is read',
      code: 'function handler() { throw { get name() { throw evil; } }; }',
    },
    {
      name: 'has a getter for a handler',
      code: 'Object.defineProperty(globalThis, "handler", { get: function () { throw { get name() { throw evil; } }; } });',
    },
    {
      name: 'leaves a rejection behind',
      code: 'function handler() { evil.stack = "x"; Promise.reject(evil); return { statusCode: 200, body: reached }; }',
    },
    { name: 'throws at load', code: 'throw { get name() { throw evil; } };' },
    {
      name: 'returns what throws when it is written',
      code: 'function handler() { return { get statusCode() { throw evil; } }; }',
    },
    {
      name: 'changes how JSON is written',
      code: 'Array.prototype.toJSON = function () { return 5; }; function handler(e) { return e.request; }',
    },
    {
      name: 'changes how promises go on',
      code: 'async function handler(e) { return e.request; } Promise.prototype.then = function () { throw evil; };',
    },
  ])('that $name is answered, without being looked at', async ({ code }) => {
    const edge = await bench.start({ template: template({ code: `${EVIL} ${code}` }) });
    const answers = [await ask(edge.url, '/film.mp4'), await ask(edge.url, '/film.mp4')];
    for (const { status, body } of answers) {
      expect([200, 502, 503]).toContain(status);
      expect(body).not.toContain('REACHED');
    }
    expect(edge.lines.join()).not.toContain('REACHED');
  });

  test.each([
    { bytes: 10_240, expected: null },
    { bytes: 10_241, expected: 'ViewerRequest.FunctionCode: expected at most 10240 bytes, got 10241' },
  ])('of $bytes bytes (reference 1.8): $expected', async ({ bytes, expected }) => {
    const code = 'function handler(e) { return e.request; }'.padEnd(bytes, ' ');
    const starting = bench.start({ template: template({ code }) });
    if (expected === null) await starting;
    else await expect(starting).rejects.toThrow(expected);
  });

  test('of a runtime that there is not is refused at start', async () => {
    const starting = bench.start({ template: template({ code: '', runtime: 'cloudfront-js-3.0' }) });
    await expect(starting).rejects.toThrow('cloudfront-js-1.0');
  });

  test('of runtime 1.0 runs as it is', async () => {
    const code = `var crypto = require('crypto'); function handler(event) {
      var body = String.bytesFrom('aGk=', 'base64') + crypto.createHash('md5').update('a').digest('hex').slice(0, 4);
      return { statusCode: 200, statusDescription: 'OK', body: body }; }`;
    const edge = await bench.start({ template: template({ code, runtime: 'cloudfront-js-1.0' }) });
    expect((await ask(edge.url, '/')).body).toBe('hi0cc1');
  });

  test('with a dynamic import is refused at start', async () => {
    const code = 'function handler(e) { import("fs"); return e.request; }';
    await expect(bench.start({ template: template({ code }) })).rejects.toThrow(
      'viewer-request: expected no dynamic import, got "import()"',
    );
  });

  test.each([
    {
      name: 'a line break in a value',
      code: 'function handler() { return { statusCode: 200, headers: { a: { value: "x\\ny" } } }; }',
    },
    {
      name: 'a space in a name',
      code: 'function handler() { return { statusCode: 200, headers: { "a b": { value: "x" } } }; }',
    },
    {
      name: 'a line break in a cookie',
      code: 'function handler() { return { statusCode: 200, cookies: { a: { value: "x", attributes: "\\n" } } }; }',
    },
    { name: 'a cookie that is null', code: 'function handler() { return { statusCode: 200, cookies: { a: null } }; }' },
    {
      name: 'a list of nothing',
      code: 'function handler() { return { statusCode: 200, headers: { a: { value: "x", multiValue: [null] } } }; }',
    },
    { name: 'a line break toward the origin', code: changing('headers.a = { value: "x\\ny" }') },
    {
      name: 'a body that is no base64',
      code: 'function handler() { return { statusCode: 200, body: { encoding: "base64", data: "YWI" } }; }',
    },
    { name: 'a path that is not encoded', code: changing('uri = "/\u20ac"') },
    { name: 'a query string that is not encoded', code: changing('querystring = "a b"') },
    {
      name: 'a body over the memory',
      code: 'function handler() { return { statusCode: 200, body: "x".repeat(2097153) }; }',
    },
  ])('that returns $name is answered 502', async ({ code }) => {
    expect(await answerOf(code)).toMatchObject({
      status: 502,
      headers: { 'x-cache': 'FunctionValidationError from cloudfront' },
    });
  });

  test('may write what is beyond Latin-1, and no length of its own', async () => {
    const code =
      'function handler() { return { statusCode: 200, headers: { a: { value: "\u20ac" }, "content-length": { value: "99" } }, body: "x" }; }';
    const { headers, body } = await answerOf(code);
    expect([Buffer.from(String(headers.a), 'latin1').toString(), headers['content-length'], body]).toEqual([
      '\u20ac',
      '1',
      'x',
    ]);
  });

  test('sees many cookies in little time', async () => {
    const code =
      'function handler(e) { return { statusCode: 200, body: String(e.request.cookies.a.multiValue.length) }; }';
    expect((await answerOf(code, { cookie: Array(9_000).fill('a').join(';') })).body).toBe('9000');
  });

  test('knows the hashes that everybody knows', async () => {
    const code = `import crypto from "crypto"; function handler() { return { statusCode: 200, body: [
      crypto.createHash("md5").update("abc").digest("hex"),
      crypto.createHash("sha256").update("ab").update(Buffer.from("c")).digest("base64url"),
      crypto.createHmac("sha256", Buffer.from("key")).update("The quick brown fox jumps over the lazy dog").digest("hex"),
      Buffer.from("_w", "base64url").toString("hex"), btoa("a"), atob("YQ=="), String(new Date().getTime())].join() }; }`;
    expect((await answerOf(code)).body.split(',')).toEqual([
      '900150983cd24fb0d6963f7d28e17f72',
      'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0',
      'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
      'ff',
      'YQ==',
      'a',
      String(Date.UTC(2026, 0, 1, 12)),
    ]);
  });
});

function choosing(originIds: string, statusCodes: string): string {
  return `import cf from "cloudfront"; function handler(e) { cf.createRequestOriginGroup({
    originIds: ${originIds}, failoverCriteria: { statusCodes: ${statusCodes} } }); return e.request; }`;
}

function changing(change: string): string {
  return `function handler(e) { e.request.${change}; return e.request; }`;
}
