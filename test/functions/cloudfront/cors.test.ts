/** Pages of other sites: what a preflight is answered, and what a refusal lets them read. */
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../support/engines.ts';
import { type ViewerRequestInit, viewerRequest } from '../../support/events.ts';
import type { SectionInit } from '../../support/settings.ts';
import { NOON, token } from '../../support/tokens.ts';
import { asking, type Case, expectedOf, inBothEngines, resultOf, verdictsOn } from '../../support/verdicts.ts';

const APP = 'https://app.example.com';
const CORS: SectionInit = { cors: { origins: [APP, 'http://localhost:3000'], maxAgeSeconds: 60 } };

/** What every answer that is made at the edge has. */
const ANSWER = {
  'cache-control': { value: 'no-store' },
  'strict-transport-security': { value: 'max-age=63072000' },
  'x-content-type-options': { value: 'nosniff' },
};

/** What an answer has that a page may read. */
const READABLE = {
  vary: { value: 'Origin' },
  'access-control-allow-origin': { value: APP },
  'access-control-allow-headers': { value: 'authorization, range' },
  'access-control-allow-credentials': { value: 'true' },
  'access-control-max-age': { value: '60' },
};

function preflight(init: ViewerRequestInit = {}): ViewerRequestInit {
  return {
    method: 'OPTIONS',
    ...init,
    headers: { origin: APP, 'access-control-request-method': 'GET', ...init.headers },
  };
}

async function cases(): Promise<Case[]> {
  const good = await token();
  const path: SectionInit = { ...CORS, carriers: ['path'] };
  const section = CORS;
  const options = { method: 'OPTIONS', headers: { origin: APP } };
  return [
    { name: 'preflight', section, run: asking({}, preflight()), expected: '204' },
    {
      name: 'of a foreign page',
      section,
      run: asking({}, preflight({ headers: { origin: 'https://evil.test' } })),
      expected: '204',
    },
    { name: 'with a stale cookie', section, run: asking({ edgekeeper: 'junk' }, preflight()), expected: '204' },
    { name: 'store unreadable', section, run: { ...asking({}, preflight()), state: null }, expected: '204' },
    {
      name: 'by another method',
      section,
      run: asking({}, preflight({ method: 'GET' })),
      expected: '401 no-credential',
    },
    { name: 'by HEAD', section, run: asking({}, preflight({ method: 'HEAD' })), expected: '401 no-credential' },
    {
      name: 'in lower case',
      section,
      run: asking({}, preflight({ method: 'options' })),
      expected: '401 no-credential',
    },
    { name: 'OPTIONS that is none', section, run: asking({}, options), expected: '401 no-credential' },
    {
      name: 'OPTIONS that asks for no method',
      section,
      run: asking({}, preflight({ headers: { 'access-control-request-method': '' } })),
      expected: '401 no-credential',
    },
    {
      name: 'OPTIONS that is none, good cookie',
      section,
      run: asking({ edgekeeper: good }, options),
      expected: 'goes on',
    },
    { name: 'of a section without it', run: asking({}, preflight()), expected: '401 no-credential' },
    {
      name: 'of a section without it, good cookie',
      run: asking({ edgekeeper: good }, preflight()),
      expected: 'goes on',
    },
    {
      name: 'public',
      section,
      run: { event: viewerRequest({ uri: '/film.mp4', ...preflight() }) },
      expected: 'goes on',
    },
    { name: 'not canonical', section, run: asking({}, preflight({ uri: '/private%2Fx' })), expected: '400 path' },
    {
      name: 'with a path token',
      section: path,
      run: asking({}, preflight({ uri: '/~junk/private/x' })),
      expected: '204',
    },
    {
      name: 'with a path token, public',
      section: path,
      run: asking({}, preflight({ uri: '/~junk/x' })),
      expected: '400 path',
    },
    {
      name: 'with a path token, not asked for',
      section,
      run: asking({}, preflight({ uri: `/~${good}/private/x` })),
      expected: 'goes on',
    },
  ];
}

function suite(engine: Engine): void {
  test('each request gets its verdict, for its reason', async () => {
    const all = await cases();
    expect(await verdictsOn(engine, all)).toEqual(expectedOf(all));
  });

  describe('a preflight', () => {
    test('of a page that may read the section is told so', async () => {
      const { value, lines } = await resultOf(engine, asking({}, preflight()), CORS);
      expect(value).toEqual({ statusCode: 204, headers: { ...ANSWER, ...READABLE } });
      expect(lines).toEqual([]);
    });

    test.each([
      'https://evil.test',
      'null',
      '',
      '*',
      'https://app.example.com.evil.test',
      'https://app.example.co',
      'https://APP.example.com',
      'HTTPS://app.example.com',
      'http://app.example.com',
      'https://app.example.com:443',
      'https://app.example.com/',
      `${APP}, ${APP}`,
      '__proto__',
    ])('of %j is told nothing', async (origin) => {
      const { value } = await resultOf(engine, asking({}, preflight({ headers: { origin } })), CORS);
      expect(value).toEqual({ statusCode: 204, headers: { ...ANSWER, vary: { value: 'Origin' } } });
    });

    test('of two origins is told nothing', async () => {
      const { value } = await resultOf(engine, asking({}, preflight({ headers: { origin: [APP, APP] } })), CORS);
      expect(value.headers).toEqual({ ...ANSWER, vary: { value: 'Origin' } });
    });

    test('of the second origin is told its own', async () => {
      const run = asking({}, preflight({ headers: { origin: 'http://localhost:3000' } }));
      const { value } = await resultOf(engine, run, CORS);
      expect(value.headers['access-control-allow-origin']).toEqual({ value: 'http://localhost:3000' });
    });

    test('is told of no credentials where there may be none, and for how long', async () => {
      const section = { cors: { origins: [APP], credentials: false, maxAgeSeconds: 0 } };
      const { value } = await resultOf(engine, asking({}, preflight()), section);
      expect(value.headers).not.toHaveProperty('access-control-allow-credentials');
      expect(value.headers['access-control-max-age']).toEqual({ value: '0' });
    });
  });

  describe('a refusal', () => {
    const signIn = { url: 'https://app.example.com/sign-in', hosts: ['www.example.com'] };
    const page = { origin: APP, 'sec-fetch-mode': 'navigate' };
    test.each([
      { status: 401, section: CORS, run: async () => asking({}, { headers: { origin: APP } }) },
      { status: 403, section: CORS, run: async () => asking({ edgekeeper: 'junk' }, { headers: { origin: APP } }) },
      { status: 302, section: { ...CORS, signIn }, run: async () => asking({}, { headers: page }) },
      {
        status: 503,
        section: CORS,
        run: async () => ({ ...asking({ edgekeeper: await token() }, { headers: { origin: APP } }), state: null }),
      },
    ])('of status $status can be read by the page', async ({ status, section, run }) => {
      const { value } = await resultOf(engine, await run(), section);
      expect(value).toMatchObject({ statusCode: status, headers: { ...ANSWER, ...READABLE } });
    });

    test('can be read by no other page', async () => {
      const { value } = await resultOf(engine, asking({}, { headers: { origin: 'https://evil.test' } }), CORS);
      expect(value.headers).toEqual({
        ...ANSWER,
        vary: { value: 'Origin' },
        'www-authenticate': { value: 'Bearer' },
      });
    });

    test('of a request without origin depends on it all the same', async () => {
      const { value } = await resultOf(engine, asking({ edgekeeper: await token({ claims: { exp: NOON } }) }), CORS);
      expect(value).toEqual({ statusCode: 403, headers: { ...ANSWER, vary: { value: 'Origin' } } });
    });

    test('of a path that is not canonical says nothing of it, since it is in no section', async () => {
      const run = asking({}, { uri: '/private/a+b', headers: { origin: APP } });
      expect((await resultOf(engine, run, CORS)).value).toEqual({ statusCode: 400, headers: ANSWER });
    });

    test('of a section without it says nothing of it', async () => {
      const { value } = await resultOf(engine, asking({}, { headers: { origin: APP } }));
      expect(Object.keys(value.headers).filter((name) => /^access|vary/.test(name))).toEqual([]);
    });
  });
}

inBothEngines(suite);
