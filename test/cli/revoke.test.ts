import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { type Operated, operatedFolder } from '../support/operated.ts';
import { template } from '../support/template.ts';
import { STATE } from '../support/tokens.ts';

let operated: Operated;
beforeEach(async () => {
  operated = await operatedFolder();
});
afterEach(() => operated.remove());

const run = (...args: string[]) => operated.run(args);
const now = () => Math.floor(Date.now() / 1000);
const hash = (text: string) => createHash('sha256').update(text).digest('base64url');

const DATE = '2026-01-01T12:00:00Z';
const TIME = Date.parse(DATE) / 1000;

describe('revoke', () => {
  test.each(['sid', 'sub'])('writes the hash of the %s and the present', async (claim) => {
    operated.store({ state: STATE });
    const before = now();
    const { code, out, err } = await run('revoke', `--${claim}`, 'someone ü');
    const { state, ...entries } = await operated.stored();
    expect({ code, err, state, keys: Object.keys(entries) }).toEqual({
      code: 0,
      err: '',
      state: STATE,
      keys: [`r:${hash(`${claim}:someone ü`)}`],
    });
    const [value = ''] = Object.values(entries);
    expect(value).toMatch(/^\d+$/);
    expect(Number(value)).toBeGreaterThanOrEqual(before);
    expect(Number(value)).toBeLessThanOrEqual(now());
    expect(out).not.toContain('someone');
  });

  const key = `r:${hash('sid:a')}`;
  test.each([
    { name: 'no entry', before: undefined, after: String(TIME), says: 'Revoked in' },
    { name: 'an earlier one', before: String(TIME - 1), after: String(TIME), says: 'Revoked in' },
    { name: 'the same one', before: String(TIME), after: String(TIME), says: 'Was revoked already' },
    { name: 'a later one', before: String(TIME + 1), after: String(TIME + 1), says: 'Was revoked already' },
    { name: 'one that is no time and revokes all', before: 'all', after: 'all', says: 'Was revoked already' },
  ])('at a time, over $name: $after', async ({ before, after, says }) => {
    operated.store(before === undefined ? {} : { [key]: before });
    const { code, out, err } = await run('revoke', '--sid', 'a', '--at', DATE);
    expect({ code, err, stored: await operated.stored() }).toEqual({ code: 0, err: '', stored: { [key]: after } });
    expect(out).toContain(says);
  });

  test('warns of a time to come', async () => {
    const before = now();
    const { code, err } = await run('revoke', '--sid', 'a', '--at', '1h');
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^note: that is to come, .*\n$/) });
    expect(Number((await operated.stored())[key])).toBeGreaterThanOrEqual(before + 3600);
  });

  test.each([
    { args: ['revoke'], says: '--sid or --sub: expected one of them, got neither' },
    { args: ['revoke', '--sid', 'a', '--sub', 'b'], says: '--sid or --sub: expected one of them, got both' },
    { args: ['revoke', '--sid', ''], says: '--sid or --sub: expected an id, got nothing' },
    { args: ['revoke', '--sid', 'a', '--at', 'yesterday'], says: '--at: expected a duration' },
    { args: ['revoke', '--sid', 'a', '--control', 'http://example.com'], says: '--control: expected an address' },
    { args: ['unrevoke'], says: '--sid or --sub: expected one of them, got neither' },
    { args: ['revoked', '--prune', 'all'], says: '--prune: expected a duration' },
    { args: ['revoked', '--prune', '7d', '--sid', 'a'], says: '--prune: expected neither --sid nor --sub beside it' },
  ])('$args is refused in one line', async ({ args, says }) => {
    const { code, out, err } = await run(...args);
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 1, out: '', lines: 1 });
    expect(err).toContain(`ERR_OPTION_INVALID: ${says}`);
    expect(await readdir(operated.folder)).toEqual([]);
  });
});

describe('unrevoke', () => {
  test('removes the entry, and says whether there was one', async () => {
    operated.store({ [`r:${hash('sid:a')}`]: '1', [`r:${hash('sub:a')}`]: '2' });
    expect((await run('unrevoke', '--sid', 'a')).out).toContain('No longer revoked');
    expect(await operated.stored()).toEqual({ [`r:${hash('sub:a')}`]: '2' });
    expect(await run('unrevoke', '--sid', 'a')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Was not revoked'),
    });
  });
});

describe('revoked', () => {
  test('lists entries', async () => {
    operated.store({ state: STATE, 'r:x': String(TIME), 'r:y': 'all' });
    expect((await run('revoked')).out).toBe(`x  ${TIME}  2026-01-01T12:00:00.000Z\ny  -  whenever\n`);
    expect(JSON.parse((await run('revoked', '--json')).out)).toEqual([
      { hash: 'x', since: TIME, time: '2026-01-01T12:00:00.000Z' },
      { hash: 'y', since: null, time: null },
    ]);
  });

  test.each([
    {
      args: ['--sid', 'a'],
      expected: { revoked: true, hash: hash('sid:a'), since: TIME, time: '2026-01-01T12:00:00.000Z' },
    },
    { args: ['--sub', 'a'], expected: { revoked: false } },
  ])('tells of $args', async ({ args, expected }) => {
    operated.store({ [`r:${hash('sid:a')}`]: String(TIME) });
    const { code, out } = await run('revoked', ...args, '--json');
    expect({ code, told: JSON.parse(out) }).toEqual({ code: 0, told: expected });
    expect((await run('revoked', ...args)).out).toMatch(expected.revoked ? /^Revoked in/ : /^Not revoked in/);
  });

  test('is empty where nothing is, and makes no store', async () => {
    expect(await run('revoked')).toMatchObject({ code: 0, out: expect.stringContaining('Nothing is revoked') });
    expect(await readdir(operated.folder)).toEqual([]);
  });

  test('prunes what is older than the longest life of a token', async () => {
    const week = 7 * 24 * 3600;
    // A minute to go, so that the test may take its time.
    const young = { 'r:young': String(now() - week + 60), 'r:all': 'all', state: STATE, 'rest:1': '1' };
    operated.store({ ...young, 'r:old': String(now() - week), 'r:older': '1' });
    expect((await run('revoked', '--prune', '7d')).out).toMatch(/^Removed 2 entries from /);
    expect(await operated.stored()).toEqual(young);
    expect(JSON.parse((await run('revoked', '--prune', '7d', '--json')).out)).toEqual({ removed: 0 });
  });
});

describe('with an edge that runs', () => {
  let bench: TestBench;
  let edge: TestEdge;
  beforeAll(async () => {
    bench = await plainBench(template());
    edge = await bench.start();
  });
  afterAll(() => bench.close());
  beforeEach(() => operated.announce(edge));

  test('its store is the one that is written and read', async () => {
    expect((await run('revoke', '--sid', 'a', '--at', DATE)).out).toContain(`Revoked in the edge at ${edge.control}`);
    expect(edge.store.get(`r:${hash('sid:a')}`)).toBe(String(TIME));
    expect(JSON.parse((await run('revoked', '--sid', 'a', '--json')).out)).toMatchObject({ revoked: true });
    await run('unrevoke', '--sid', 'a');
    expect(edge.store.entries()).toEqual([['state', STATE]]);
  });

  test('more entries are pruned than one update takes', async () => {
    edge.store.write(Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`r:${i}`, '1'])));
    expect((await run('revoked', '--prune', '1d')).out).toContain('Removed 120 entries');
    expect(edge.store.entries()).toEqual([['state', STATE]]);
  });

  test('of what is revoked at once nothing is lost', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((sid) => run('revoke', '--sid', sid)));
    expect(edge.store.entries()).toHaveLength(5);
  });
});
