/** When a change of the key value store reaches the functions. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench } from '../support/edge.ts';
import { template } from '../support/template.ts';

/** Answers with what it finds under `a`. */
const READER = `
import cf from 'cloudfront';
async function handler() {
  const value = await cf.kvs().get('a');
  return { statusCode: 200, body: value };
}`;

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template({ code: READER }));
});
afterAll(() => bench.close());

async function start(storeDelayMs?: number) {
  const edge = await bench.start(storeDelayMs === undefined ? {} : { storeDelayMs });
  const put = (value: string) => ask(edge.control, '/kvs/a', { method: 'PUT', body: value });
  const seen = async () => (await ask(edge.url, '/x')).body;
  return { ...edge, put, seen };
}

describe('a change of the store', () => {
  test('is there on the next request', async () => {
    const { put, seen, clock } = await start();
    await put('1');
    expect(await seen()).toBe('1');
    await put('2');
    expect(await seen()).toBe('2');
    expect(clock.pending()).toBe(0);
  });

  test.each([
    { ms: 19_999, seen: '1' },
    { ms: 20_000, seen: '2' },
  ])('with a delay of 20 s is seen after $ms ms: $seen', async ({ ms, seen: expected }) => {
    const { put, seen, clock, control } = await start(20_000);
    await put('1');
    clock.advance(20_000);
    await put('2');
    clock.advance(ms);
    expect(await seen()).toBe(expected);
    expect((await ask(control, '/kvs/a')).body).toBe('2\n');
  });

  test('with a delay comes in the order in which it was made, each at its own time', async () => {
    const { put, seen, clock } = await start(20_000);
    await put('1');
    clock.advance(5_000);
    await put('2');
    clock.advance(15_000);
    expect(await seen()).toBe('1');
    clock.advance(5_000);
    expect(await seen()).toBe('2');
  });

  test('with a delay waits for a function that is started anew, too', async () => {
    const loops = READER.replace("get('a');", "get('a'); if (value === 'loop') for (;;) {}");
    const edge = await bench.start({ storeDelayMs: 20_000, template: template({ code: loops }) });
    edge.store.set('a', 'loop');
    edge.clock.advance(20_000);
    edge.store.set('a', '2');
    expect((await ask(edge.url, '/x')).status).toBe(503);
    expect((await ask(edge.url, '/x')).status).toBe(503);
    edge.clock.advance(20_000);
    expect((await ask(edge.url, '/x')).body).toBe('2');
  });

  test('under way is dropped when the edge closes', async () => {
    const { put, clock, close, store } = await start(20_000);
    await put('1');
    expect(clock.pending()).toBe(1);
    await close();
    store.set('a', '2');
    expect(clock.pending()).toBe(0);
  });
});
