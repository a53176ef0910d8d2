/** Tokens whose session (`sid`) or viewer (`sub`) was revoked in the key value store. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../config/parse.ts';
import { revocationKey } from '../../../shared/access/revocation.ts';
import type { Engine, Run } from '../../support/engines.ts';
import { SETTINGS, type SectionInit } from '../../support/settings.ts';
import { NOON, token } from '../../support/tokens.ts';
import {
  asking,
  bearing,
  type Case,
  expectedOf,
  inBothEngines,
  resultOf,
  scriptOf,
  verdictOf,
  verdictsOn,
} from '../../support/verdicts.ts';

const REVOCABLE: SectionInit = { revocation: true };

/** Says that tokens with this claim were revoked at a moment. */
function revoked(claim: 'sid' | 'sub', value: string, at: number | string): Record<string, string> {
  const key = revocationKey(claim, value, (text) => createHash('sha256').update(text).digest('base64url'));
  return { [key]: String(at) };
}

const AT = NOON - 100;
const SID = revoked('sid', 's1', AT);
const SUB = revoked('sub', 'anna', AT);

/** The bearer of a token, in a world where these entries are in the store. */
async function claiming(claims: Record<string, unknown>, entries: Run['entries'] = {}): Promise<Run> {
  return { ...(await bearing(claims)), entries };
}

async function cases(): Promise<Case[]> {
  const table: [name: string, claims: Record<string, unknown>, entries: Run['entries'], expected: Case['expected']][] =
    [
      // By the moment of issue.
      ['no entry', { sid: 's1', iat: AT }, {}, 'goes on'],
      ['issued at the moment of revocation', { sid: 's1', iat: AT }, SID, '403 revoked'],
      ['issued a second later', { sid: 's1', iat: AT + 1 }, SID, 'goes on'],
      ['issued a second before', { sid: 's1', iat: AT - 1 }, SID, '403 revoked'],
      ['issued in the second of revocation', { sid: 's1', iat: AT + 0.999 }, SID, '403 revoked'],
      ['not said when issued', { sid: 's1' }, SID, '403 revoked'],
      ['issued at 0', { sid: 's1', iat: 0 }, SID, '403 revoked'],
      ['revoked in the future', { sid: 's1', iat: NOON }, revoked('sid', 's1', NOON + 60), '403 revoked'],
      ['not said when issued, no entry', { sid: 's1' }, {}, 'goes on'],

      // An entry that is no time revokes all.
      ...['', ' ', '0', '-1', 'soon', 'null', '{}', `${AT}s`, 'NaN', 'Infinity', '1e400'].map(
        (entry): (typeof table)[number] => [
          `revoked at "${entry}"`,
          { sid: 's1', iat: NOON },
          revoked('sid', 's1', entry),
          '403 revoked',
        ],
      ),

      // By session and viewer.
      ['viewer', { sub: 'anna', iat: AT }, SUB, '403 revoked'],
      ['viewer, signed in again', { sub: 'anna', iat: AT + 1 }, SUB, 'goes on'],
      ['session and viewer', { sid: 's1', sub: 'anna', iat: AT }, { ...SID, ...SUB }, '403 revoked'],
      ['session of a viewer', { sid: 's1', sub: 'anna', iat: AT }, SID, '403 revoked'],
      ['viewer of a session', { sid: 's1', sub: 'anna', iat: AT }, SUB, '403 revoked'],
      [
        'session later than viewer',
        { sid: 's1', sub: 'anna', iat: AT + 1 },
        { ...SID, ...revoked('sub', 'anna', NOON) },
        '403 revoked',
      ],
      ['neither', { sid: 's2', sub: 'bert', iat: AT }, { ...SID, ...SUB }, 'goes on'],
      ['neither is said', { iat: AT }, { ...SID, ...SUB }, 'goes on'],
      ['the viewer of that name', { sub: 's1', iat: AT }, SID, 'goes on'],
      ['the session of that name', { sid: 'anna', iat: AT }, SUB, 'goes on'],
      ['a name that claims to be two', { sid: 's1\nsub:anna', iat: AT }, { ...SID, ...SUB }, 'goes on'],
      ['another case', { sid: 'S1', iat: AT }, SID, 'goes on'],
      ['empty session', { sid: '', iat: AT }, revoked('sid', '', AT), '403 revoked'],
      [
        'session beyond ASCII',
        { sid: 'caf\u00e9 \u{1f600}', iat: AT },
        revoked('sid', 'caf\u00e9 \u{1f600}', AT),
        '403 revoked',
      ],
      ['session of the prototype', { sid: '__proto__', iat: AT }, revoked('sid', '__proto__', AT), '403 revoked'],
      ['the key of another entry', { sid: 'state', iat: AT }, {}, 'goes on'],

      // Claims that are none.
      ...([7, null, true, {}, [], ['s1'], { toString: 1 }] as const).flatMap((value): (typeof table)[number][] => [
        [`session is ${JSON.stringify(value)}`, { sid: value, iat: NOON }, {}, '403 claims'],
        [`viewer is ${JSON.stringify(value)}`, { sub: value, iat: NOON }, {}, '403 claims'],
      ]),
      ['moment of issue is a text', { sid: 's1', iat: String(NOON) }, SID, '403 claims'],
      ['moment of issue is null', { sid: 's1', iat: null }, SID, '403 claims'],

      // What is refused without it.
      ['expired and revoked', { sid: 's1', iat: AT, exp: NOON }, SID, '403 expired'],
    ];
  const on = table.map(async ([name, claims, entries, expected]): Promise<Case> => {
    return { name, run: await claiming(claims, entries), section: REVOCABLE, expected };
  });
  const off = [
    { name: 'not asked for', run: await claiming({ sid: 's1', iat: AT }, SID), expected: 'goes on' as const },
    { name: 'not asked for, no text', run: await claiming({ sid: 7 }, SID), expected: '403 claims' as const },
  ];
  return [...(await Promise.all(on)), ...off, ...(await storeCases()), ...(await cookieCases())];
}

/** A store that fails, which may be asked for nothing, or have nothing. */
async function storeCases(): Promise<Case[]> {
  const known = await claiming({ sid: 's1', iat: AT + 1 }, SID);
  const unknown = await claiming({ sid: 's2', iat: AT + 1 }, SID);
  const nameless = await claiming({ iat: AT + 1 }, SID);
  const section = REVOCABLE;
  return [
    { name: 'exists fails', section, run: { ...unknown, failing: 'exists' }, expected: '503 state-unreadable' },
    { name: 'get fails', section, run: { ...known, failing: 'get' }, expected: '503 state-unreadable' },
    { name: 'get fails, and is not asked', section, run: { ...unknown, failing: 'get' }, expected: 'goes on' },
    { name: 'exists fails, and is not asked', section, run: { ...nameless, failing: 'exists' }, expected: 'goes on' },
    { name: 'state fails', section, run: { ...known, state: null }, expected: '503 state-unreadable' },
    {
      name: 'exists fails for one who is not let in',
      section,
      run: { ...(await claiming({ sid: 's1', exp: NOON }, SID)), failing: 'exists' },
      expected: '403 expired',
    },
  ];
}

/** Of two cookies of one name, one that was not revoked is enough. */
async function cookieCases(): Promise<Case[]> {
  const bad = await token({ claims: { sid: 's1', iat: AT } });
  const badToo = await token({ claims: { sub: 'anna', iat: AT } });
  const good = await token({ claims: { sid: 's2', iat: AT } });
  const nameless = await token();
  const stale = await token({ claims: { exp: NOON } });
  const table: [name: string, cookies: string[], expected: Case['expected']][] = [
    ['revoked before good', [bad, good], 'goes on'],
    ['good before revoked', [good, bad], 'goes on'],
    ['revoked before one that cannot be', [bad, nameless], 'goes on'],
    ['both revoked', [bad, badToo], '403 revoked'],
    ['revoked before stale', [bad, stale], '403 revoked'],
    ['stale before revoked', [stale, bad], '403 revoked'],
    ['junk before revoked', ['junk', bad], '403 revoked'],
    ['good as the third', [bad, badToo, good], '403 revoked'],
  ];
  return table.map(([name, edgekeeper, expected]) => {
    return { name, run: { ...asking({ edgekeeper }), entries: { ...SID, ...SUB } }, section: REVOCABLE, expected };
  });
}

function suite(engine: Engine): void {
  test('each request gets its verdict, for its reason', async () => {
    const all = await cases();
    expect(await verdictsOn(engine, all)).toEqual(expectedOf(all));
  });

  test('a store that fails is said to be asked again', async () => {
    const run: Run = { ...(await claiming({ sid: 's1' })), failing: 'exists' };
    const { value } = await resultOf(engine, run, REVOCABLE);
    expect(value).toMatchObject({ statusCode: 503, headers: { 'retry-after': { value: '5' } } });
  });

  test('each section decides whether it asks', async () => {
    const [section] = SETTINGS.protected;
    const settings = parseConfig({
      ...SETTINGS,
      protected: [
        { ...section, path: '/private/films/*' },
        { ...section, ...REVOCABLE },
      ],
    });
    const cookies = { edgekeeper: await token({ claims: { sid: 's1', iat: AT } }) };
    const runs = ['/private/films/a', '/private/a'].map((uri) => ({ ...asking(cookies, { uri }), entries: SID }));
    const results = await engine(await scriptOf(settings), runs);
    expect(results.map(verdictOf)).toEqual(['goes on', '403 revoked']);
  });

  test('the log names neither session nor viewer', async () => {
    const run = await claiming({ sid: 'session-1', sub: 'anna' }, revoked('sid', 'session-1', NOON));
    const { lines, value } = await resultOf(engine, run, REVOCABLE);
    expect(value.statusCode).toBe(403);
    expect(JSON.stringify([lines, value])).not.toMatch(/session-1|anna|r:/);
  });
}

test('the key of an entry is a hash of the claim and its value', () => {
  expect(Object.keys(SID)).toEqual(['r:q4R2RWlh_5hNwfYxiQYbTSZlapcP9Hqa3pbA0SD5G0I']);
});

inBothEngines(suite);
