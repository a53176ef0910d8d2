/** An edge whose functions run in njs, and one function in both engines. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench } from '../../support/edge.ts';
import { runFunction } from '../../support/function-run.ts';
import { describeNjs } from '../../support/njs.ts';
import { template } from '../../support/template.ts';

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template());
});
afterAll(() => bench.close());

describeNjs('an edge with njs', () => {
  test.each([
    {
      name: 'passes a request on',
      code: 'function handler(e) { e.request.uri = "/x"; return e.request; }',
      status: 200,
      says: 'x from us-east-1',
    },
    {
      name: 'answers',
      code: 'function handler(e) { return { statusCode: 418, body: e.viewer.ip + " €" }; }',
      status: 418,
      says: '127.0.0.1 €',
    },
    {
      name: 'chooses an origin',
      code: 'import cf from "cloudfront"; function handler(e) { cf.selectRequestOriginById("eu-west-1"); return e.request; }',
      status: 200,
      says: 'from eu-west-1',
    },
    {
      name: 'uses what the engine lacks',
      code: 'function handler(e) { const { request } = e; return request; }',
      status: 503,
      says: 'SyntaxError: Token',
    },
    { name: 'throws', code: 'function handler(e) { throw new Error("no"); }', status: 503, says: 'Error: no' },
    { name: 'never ends', code: 'function handler(e) { for (;;) {} }', status: 503, says: 'the function timed out' },
    {
      name: 'reads a file',
      code: 'function handler(e) { return { statusCode: 200, body: require("fs").readFileSync("/etc/hostname") }; }',
      status: 503,
      says: 'Error',
    },
  ])('$name', async ({ code, status, says }) => {
    const edge = await bench.start({ template: template({ code }), engine: 'njs' });
    const answer = await ask(edge.url, '/film.mp4');
    expect(answer).toMatchObject({ status, body: expect.stringContaining(says) });
  });

  test('sees a change of the store', async () => {
    const code = `import cf from "cloudfront"; async function handler() {
      const value = await cf.kvs().get("a"); return { statusCode: 200, body: value }; }`;
    const edge = await bench.start({ template: template({ code }), engine: 'njs' });
    expect((await ask(edge.url, '/')).status).toBe(503);
    edge.store.set('a', 'ä 1');
    expect((await ask(edge.url, '/')).body).toBe('ä 1');
  });

  test.each([
    'import cf from "cloudfront";\nasync function handler(e) { const kvs = cf.kvs(); const there = await kvs.exists("a"); const meta = await kvs.meta(); console.log({ there: there }); return [meta, cf.edgeLocation, Date.now(), new Date().getTime(), e.request.rawQueryString()]; }',
    'import cf from "cloudfront";\nfunction handler(e) { cf.logCustomData("😀"); cf.updateRequestOrigin({ domainName: "ä" }); console.log("😀\\n" + "x".repeat(3000)); return e; }',
    'function handler() { var a = { b: "\\u2028" }; return [a, Buffer.from("ä").toString("hex"), require("crypto").createHash("md5").update("a").digest("base64url")]; }',
    'async function handler() { throw new RangeError("ä"); }',
    'function handler() {}',
  ])('comes to what the realm comes to: %s', async (code) => {
    const entries = { a: 'b' };
    const [inNjs, inRealm] = [
      await runFunction(code, { engine: 'njs', entries }),
      await runFunction(code, { entries }),
    ];
    expect(inNjs).toEqual(
      // The realm alone says where.
      'error' in inRealm
        ? { ...inRealm, lines: [inRealm.error] }
        : { ...inRealm, value: 'value' in inRealm ? (inRealm.value ?? null) : null },
    );
  });
});

describe('without the njs command', () => {
  test('an edge that is asked for it does not start', async () => {
    const path = process.env.PATH;
    process.env.PATH = '/nonexistent';
    try {
      await expect(bench.start({ engine: 'njs' })).rejects.toThrow(
        'engine: expected the njs command on PATH (apt-get install njs), got nothing',
      );
    } finally {
      process.env.PATH = path;
    }
  });
});
