/** Tokens in the path: `/~token/private/film.mp4`. */
import { expect, test } from 'vitest';
import { parseConfig } from '../../../config/parse.ts';
import type { Engine, Run } from '../../support/engines.ts';
import { type ViewerRequestInit, viewerRequest } from '../../support/events.ts';
import { SETTINGS, type SectionInit } from '../../support/settings.ts';
import { NOON, token } from '../../support/tokens.ts';
import {
  type Case,
  expectedOf,
  inBothEngines,
  resultOf,
  scriptOf,
  verdictOf,
  verdictsOn,
} from '../../support/verdicts.ts';

const PATH: SectionInit = { carriers: ['path'] };
const ALL: SectionInit = { carriers: ['path', 'query', 'header', 'cookie'] };

function at(uri: string, init: ViewerRequestInit = {}): Run {
  return { event: viewerRequest({ uri, ...init }) };
}

async function cases(): Promise<Case[]> {
  const good = await token();
  const stale = await token({ claims: { exp: NOON } });
  const narrow = await token({ claims: { res: '/private/film.mp4' } });
  const full = await token({ claims: { res: 'https://www.example.com/private/*' } });
  const film = `/~${good}/private/film.mp4`;
  const cookies = { edgekeeper: good };
  const long = (length: number): string => `/private/${'a'.repeat(length - '/private/'.length)}`;
  const padded = (length: number): string => `/~${good}${'x'.repeat(length - good.length)}/private/film.mp4`;
  return [
    { name: 'good', section: PATH, run: at(film), expected: 'goes on' },
    { name: 'stale', section: PATH, run: at(`/~${stale}/private/film.mp4`), expected: '403 expired' },
    { name: 'junk', section: PATH, run: at('/~junk/private/film.mp4'), expected: '403 malformed' },
    { name: 'of what no token has', section: PATH, run: at('/~a%20b.c.d/private/film.mp4'), expected: '403 malformed' },
    {
      name: 'the resource is what remains',
      section: PATH,
      run: at(`/~${narrow}/private/film.mp4`),
      expected: 'goes on',
    },
    { name: 'another resource', section: PATH, run: at(`/~${narrow}/private/film.mp3`), expected: '403 resource' },
    { name: 'a full URL without it', section: PATH, run: at(`/~${full}/private/film.mp4`), expected: 'goes on' },

    // What is no token, or has nothing behind it.
    { name: 'only the mark', section: PATH, run: at('/~'), expected: '400 path' },
    { name: 'the mark and a slash', section: PATH, run: at('/~/'), expected: '400 path' },
    { name: 'empty', section: PATH, run: at('/~/private/film.mp4'), expected: '400 path' },
    { name: 'empty, good cookie', section: ALL, run: at('/~/private/film.mp4', { cookies }), expected: '400 path' },
    { name: 'without rest', section: PATH, run: at(`/~${good}`), expected: '400 path' },
    { name: 'with a slash as rest', section: PATH, run: at(`/~${good}/`), expected: '400 path' },
    { name: 'one character without rest', section: PATH, run: at('/~x'), expected: '400 path' },

    // What is behind it.
    { name: 'public', section: PATH, run: at(`/~${good}/film.mp4`), expected: '400 path' },
    { name: 'signed paths', section: PATH, run: at(`/~${good}/signed/x`), expected: '400 path' },
    { name: 'the error page', section: PATH, run: at(`/~${good}/_edgekeeper/x`), expected: '400 path' },
    { name: 'beside the section', section: PATH, run: at(`/~${good}/private`), expected: '400 path' },
    { name: 'not canonical', section: PATH, run: at(`/~${good}/private%2Ffilm.mp4`), expected: '400 path' },
    { name: 'two slashes', section: PATH, run: at(`/~${good}//private/film.mp4`), expected: '400 path' },
    { name: 'dots', section: PATH, run: at(`/~${good}/x/../private/film.mp4`), expected: '400 path' },
    { name: 'doubled', section: PATH, run: at(`/~${good}/~${good}/private/film.mp4`), expected: '400 path' },
    { name: 'as long as a path', section: PATH, run: at(`/~${good}${long(3073)}`), expected: 'goes on' },
    { name: 'longer than a path', section: PATH, run: at(`/~${good}${long(3074)}`), expected: '400 path' },
    { name: '2,048 characters', section: PATH, run: at(padded(2048)), expected: '403 signature' },
    { name: '2,049 characters', section: PATH, run: at(padded(2049)), expected: '403 oversized' },

    // Other spellings of the mark.
    { name: 'encoded', section: PATH, run: at(`/%7E${good}/private/film.mp4`), expected: '400 path' },
    { name: 'encoded, lower case', section: PATH, run: at(`/%7e${good}/private/film.mp4`), expected: '400 path' },
    { name: 'behind two slashes', section: PATH, run: at(`/${film}`), expected: '400 path' },
    { name: 'as the second segment', section: PATH, run: at(`/private${film}`), expected: '401 no-credential' },
    { name: 'elsewhere', section: PATH, run: at(`/x${film}`), expected: 'goes on' },

    // Other carriers.
    { name: 'not asked for', run: at(film), expected: 'goes on' },
    { name: 'none, where others are looked at', section: ALL, run: at('/private/x', { cookies }), expected: 'goes on' },
    {
      name: 'none, where no other is',
      section: PATH,
      run: at('/private/x', { cookies }),
      expected: '401 no-credential',
    },
    { name: 'good, junk cookie', section: ALL, run: at(film, { cookies: { edgekeeper: 'x' } }), expected: 'goes on' },
    {
      name: 'stale, good cookie',
      section: ALL,
      run: at(`/~${stale}/private/film.mp4`, { cookies }),
      expected: '403 expired',
    },
    {
      name: 'junk, good everything else',
      section: ALL,
      run: at('/~junk/private/film.mp4', {
        cookies,
        query: `edgekeeper=${good}`,
        headers: { authorization: `Bearer ${good}` },
      }),
      expected: '403 malformed',
    },
    { name: 'store unreadable', section: PATH, run: { ...at(film), state: null }, expected: '503 state-unreadable' },
  ];
}

function suite(engine: Engine): void {
  test('each request gets its verdict, for its reason', async () => {
    const all = await cases();
    expect(await verdictsOn(engine, all)).toEqual(expectedOf(all));
  });

  test('what goes on carries no token, and what else was there', async () => {
    const good = await token();
    const run = at(`/~${good}/private/film.mp4`, {
      query: `v=1&edgekeeper=${good}&edgekeeper-signin=1`,
      cookies: { edgekeeper: good, theme: 'dark' },
      headers: { authorization: `Bearer ${good}` },
    });
    const { value } = await resultOf(engine, run, ALL);
    expect(value).toMatchObject({
      uri: '/private/film.mp4',
      querystring: { v: { value: '1' } },
      cookies: { theme: { value: 'dark' } },
    });
    expect(JSON.stringify(value)).not.toMatch(/eyJ|edgekeeper-signin/);
  });

  test.each([
    ['stale', (stale: string) => `/~${stale}/private/film.mp4`],
    ['without rest', (stale: string) => `/~${stale}`],
    ['before what is not canonical', (stale: string) => `/~${stale}//private/film.mp4`],
    ['before another', (stale: string) => `/~${stale}/~${stale}/private/film.mp4`],
    ['behind an encoded mark', (stale: string) => `/%7E${stale}/private/film.mp4`],
    ['behind two slashes', (stale: string) => `//~${stale}/private/film.mp4`],
    ['where none belongs', (stale: string) => `/private/~${stale}/film.mp4`],
    ['behind an encoded question mark', (stale: string) => `/private/film.mp4%3Fedgekeeper=${stale}`],
  ])('the log has no token of a request that is refused: %s', async (_, uriOf) => {
    const stale = await token({ claims: { exp: NOON } });
    const { lines, value } = await resultOf(engine, at(uriOf(stale)), PATH);
    expect(lines).toHaveLength(1);
    for (const part of stale.split('.')) expect(JSON.stringify([lines, value])).not.toContain(part);
  });

  test('the log has the path behind it', async () => {
    const { lines } = await resultOf(engine, at('/~junk/private/film.mp4'), PATH);
    expect(JSON.parse(lines[0] as string)).toMatchObject({ path: '/private/film.mp4' });
  });

  test('each section decides whether it takes them', async () => {
    const [section] = SETTINGS.protected;
    const settings = parseConfig({
      ...SETTINGS,
      protected: [
        { ...section, path: '/private/films/*' },
        { ...section, ...PATH },
        { ...section, ...PATH, path: '/other/*' },
      ],
    });
    const good = await token();
    const paths = ['/private/films/a', '/private/a', '/other/a', '/a'];
    const results = await engine(
      await scriptOf(settings),
      paths.map((path) => at(`/~${good}${path}`)),
    );
    expect(results.map(verdictOf)).toEqual(['400 path', 'goes on', 'goes on', '400 path']);
  });

  test('of a section that covers everything, a second one is no path', async () => {
    const settings = parseConfig({ ...SETTINGS, protected: [{ ...SETTINGS.protected[0], ...PATH, path: '/*' }] });
    const good = await token();
    const results = await engine(await scriptOf(settings), [
      at(`/~${good}/film.mp4`),
      at(`/~${good}/`),
      at(`/~${good}/~${good}/film.mp4`),
      at('/film.mp4'),
    ]);
    expect(results.map(verdictOf)).toEqual(['goes on', 'goes on', '400 path', '401 no-credential']);
    expect(results[1]?.value.uri).toBe('/');
  });
}

inBothEngines(suite);
