/** Requests for one target at the same time. `see` is a section of RFC 9111. */
import { describe, expect, test } from 'vitest';
import type { Scripted } from '../../support/scripted-origin.ts';
import { control, FRESH, type Sent, strictCache } from '../../support/strict-cache.ts';

const cache = strictCache();
const { newPath } = cache;

function gate(): { opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('while the origin makes the first answer, others with it', () => {
  test.each<{ name: string; given: Scripted; asked: number }>([
    { name: 'wait for what they can have', given: { headers: FRESH }, asked: 1 },
    { name: 'ask for what is not stored', given: { headers: control('no-store') }, asked: 3 },
    { name: 'ask for what is to be confirmed', given: { headers: { ...control('no-cache'), etag: '"1"' } }, asked: 3 },
    {
      name: 'ask for their own variant',
      given: { headers: { ...FRESH, vary: 'x-a' } },
      asked: 3,
    },
  ])('$name (4)', async ({ given, asked }) => {
    const path = newPath();
    const { opened, open } = gate();
    cache.edge.script({ ...given, after: opened, body: 'x' }, { ...given, body: 'x' });
    const first = cache.edge.ask(path);
    await cache.edge.whenReceived(1);
    const rest = ['1', '2'].map((value) => cache.edge.ask(path, { headers: { 'x-a': value } }));
    open();
    expect((await Promise.all([first, ...rest])).map(({ body }) => body)).toEqual(['x', 'x', 'x']);
    expect(cache.edge.received).toHaveLength(asked);
  });

  test.each<{ name: string; headers: Sent; method?: string }>([
    { name: 'conditions', headers: { 'if-none-match': '"1"' } },
    { name: 'a range', headers: { range: 'bytes=0-0' } },
    { name: 'no-cache', headers: control('no-cache') },
    { name: 'HEAD', headers: {}, method: 'HEAD' },
  ])('ask at once with $name (4)', async ({ headers, method = 'GET' }) => {
    const path = newPath();
    const { opened, open } = gate();
    cache.edge.script({ headers: FRESH, after: opened, body: 'x' }, { body: 'y' });
    const first = cache.edge.ask(path);
    await cache.edge.whenReceived(1);
    await cache.edge.ask(path, { headers, method });
    expect(cache.edge.received).toHaveLength(2);
    open();
    expect((await first).body).toBe('x');
  });

  test('ask at once where earlier answers were of no use to others (4)', async () => {
    const path = newPath();
    cache.edge.script({ headers: control('no-store') });
    await cache.edge.ask(path);
    const { opened, open } = gate();
    cache.edge.script({ after: opened, body: 'x' }, { headers: FRESH, body: 'y' });
    const first = cache.edge.ask(path);
    await cache.edge.whenReceived(1);
    expect((await cache.edge.ask(path)).body).toBe('y');
    open();
    await first;
  });
});

test('a body that does not end keeps others waiting for a second (4)', async () => {
  const path = newPath();
  cache.edge.script({ headers: FRESH, body: 'x', isHeld: true }, { headers: FRESH, body: 'y' });
  const first = cache.edge.ask(path).catch(() => 'ended');
  await cache.edge.whenReceived(1);
  await cache.edge.clock.whenPending(1_000);
  const second = cache.edge.ask(path);
  const third = cache.edge.ask('/other');
  await third;
  expect(cache.edge.received.filter(({ target }) => target === path)).toHaveLength(1);
  cache.edge.clock.advance(1_000);
  expect((await second).body).toBe('y');
  cache.edge.release();
  expect(await first).toMatchObject({ body: 'x' });
});
