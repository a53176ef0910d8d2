/** Nothing that the control API shows holds a credential, whatever carried it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signCustom } from '../../../signing/signed-requests.ts';
import { controlApi, type OpenApi } from '../../support/control-api.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { asCookies, asQuery, RSA } from '../../support/signed-requests.ts';
import { customOrigin, template } from '../../support/template.ts';
import { NOON, SECRET, STATE, token } from '../../support/tokens.ts';
import { watchEvents } from '../../support/watched-events.ts';

const SIGNED = signCustom({ resource: 'https://www.example.com/*', dateLessThan: NOON + 60 }, RSA.signer('SHA1'));
const [[, POLICY], [, SIGNATURE]] = SIGNED as [[string, string], [string, string]];

/** By what carries them. */
const CREDENTIALS = {
  pathToken: await token({ claims: { sub: 'path' } }),
  queryToken: await token({ claims: { sub: 'query' } }),
  bearer: await token({ claims: { sub: 'bearer' } }),
  basic: 'dXNlcjpwYXNz',
  basicPassword: 'of-a-user-12',
  apiKey: 'k-0815-4711',
  queryKey: 'k-9999-1111',
  cookie: 'abc123xyz',
  quotedCookie: 'in-quotes-31',
  slashedCookie: 'behind-a-slash-32',
  cookieToken: await token({ claims: { sub: 'cookie' } }),
  refererToken: await token({ claims: { sub: 'referer' } }),
  policy: POLICY,
  signature: SIGNATURE,
  setCookie: 'origin-session-77',
  customHeader: 'hunter-22',
  byFunction: 'bGFtYmRhOnNlY3JldA',
  generated: 'made-by-function-5',
  inAddress: 'in-an-address-9',
  returned: 'in-a-return-8',
  returnedTwice: 'in-two-returns-8',
  inHeader: 'in-a-header-7',
  storeSecret: SECRET,
};

/** Logs, copies and throws whatever it gets. */
const CARELESS = `import cf from 'cloudfront';
function handler(event) {
  const request = event.request;
  console.log(JSON.stringify(event));
  const shown = Object.keys(request.headers).map((name) => name + '=' + request.headers[name].value).join(' ');
  console.log(shown);
  cf.logCustomData(shown);
  if (request.uri === '/throw') throw new Error(shown);
  if (request.uri === '/sign-in') return {
    statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/?access_token=in-an-address-9' } },
    cookies: { session: { value: 'made-by-' + 'function-5' } }
  };
  request.headers['x-copy'] = { value: shown.slice(0, 500) };
  return request;
}`;

const LAMBDAS = {
  'request.js': `exports.handler = async (event) => {
    const { request } = event.Records[0].cf;
    console.log(JSON.stringify({ text: JSON.stringify(event) }));
    const [{ value }] = request.headers.authorization;
    console.log(value, Buffer.from(value.split(' ')[1], 'base64').toString('latin1'));
    request.headers['x-signed'] = [{ key: 'X-Signed', value: 'bGFtYmRhOnNlY3JldA' }];
    request.headers['x-api-key'] = [{ key: 'X-Api-Key', value: 'bGFtYmRhOnNlY3JldA' }];
    return request;
  };`,
  'response.js': `exports.handler = async (event) => {
    console.log(JSON.stringify(event));
    return { ...event.Records[0].cf.response, [event.Records[0].cf.request.uri]: 1 };
  };`,
};

const ALL = ['Authorization', 'X-Api-Key', 'Referer', 'X-Original-Url'];

const TEMPLATE = template({
  code: CARELESS,
  lambdas: {
    'origin-request': 'functions/lambda-edge/request.handler',
    'origin-response': 'functions/lambda-edge/response.handler',
  },
  behavior: { TargetOriginId: 'api' },
  cachePolicy: {
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: false,
      EnableAcceptEncodingBrotli: false,
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ALL },
      CookiesConfig: { CookieBehavior: 'all' },
      QueryStringsConfig: { QueryStringBehavior: 'all' },
    },
  },
  distribution: {
    Origins: [
      customOrigin('api', {
        OriginCustomHeaders: [{ HeaderName: 'X-Origin-Verify', HeaderValue: CREDENTIALS.customHeader }],
      }),
    ],
    OriginGroups: undefined,
  },
});

let bench: TestBench;
let edge: TestEdge;
let shown: string;

async function send(target: string, cookie = `session=${CREDENTIALS.cookie}; edgekeeper=${CREDENTIALS.cookieToken}`) {
  const { bearer, basic, basicPassword, apiKey, refererToken, returned, returnedTwice, inHeader } = CREDENTIALS;
  const back = encodeURIComponent(`/?api_key=${returnedTwice}`);
  const within = encodeURIComponent(`/sign-in?return=${back}&password=${returned}`);
  const referer = `https://www.example.com/?edgekeeper=${refererToken}&return=${within}`;
  const headers = { 'x-api-key': apiKey, referer, 'x-original-url': `/film.mp4?secret=${inHeader}` };
  await ask(edge.url, target, { cookie, headers: { ...headers, authorization: `Bearer ${bearer}` } });
  for (const pair of [basic, Buffer.from(`user:${basicPassword}`).toString('base64')]) {
    await ask(edge.url, target, { cookie, headers: { ...headers, authorization: `Basic ${pair}` } });
  }
}

/** The answers of every route that only shows something, for everything there is to name. */
async function everyAnswer(): Promise<string[]> {
  const control = await controlApi(edge.control);
  const { paths }: OpenApi = JSON.parse((await control('/openapi.json')).body);
  const objects: { id: string }[] = JSON.parse((await control('/cache')).body);
  expect(objects.length).toBeGreaterThan(2);
  const names: Record<string, string[]> = {
    '/requests/{id}': edge.requests.map(({ requestId }) => requestId),
    '/origins/{id}/fault': ['api', SECRET],
    '/kvs/{key}': ['state', 'copy', SECRET],
  };
  const targets = Object.keys(paths).flatMap((path) =>
    path.includes('{') ? (names[path] ?? []).map((name) => path.replace(/\{.*\}/, encodeURIComponent(name))) : [path],
  );
  const shown: string[] = [];
  for (const target of targets.filter((path) => path !== '/events')) shown.push((await control(target)).body);
  for (const [target, method, body] of [
    ['/kvs/state', 'PUT', SECRET],
    ['/kvs', 'POST', `"${SECRET}`],
    ['/clock', 'PUT', `{"now":"${SECRET}"}`],
    ['/invalidations', 'POST', `{"paths":["${SECRET} é"]}`],
    ['/origins/api/fault', 'PUT', `{"kind":"${SECRET}"}`],
    [`/${SECRET}`, 'GET', ''],
  ] as const) {
    shown.push((await control(target, { method, ...(body !== '' && { body }) })).body);
  }
  return shown;
}

beforeAll(async () => {
  bench = await plainBench(TEMPLATE, LAMBDAS);
  edge = await bench.start({
    origins: {
      api: (request, response) => {
        response.setHeader('set-cookie', `sid=${CREDENTIALS.setCookie}; Path=/; HttpOnly`);
        response.setHeader('x-echo', String(request.headers['x-origin-verify']));
        response.end('ok');
      },
    },
  });
  edge.store.set('copy', STATE);
  const { pathToken, queryToken, queryKey } = CREDENTIALS;
  await send(`/~${pathToken}/film.mp4`);
  await send(`/film.mp4?edgekeeper=${queryToken}&api_key=${queryKey}`);
  await send(`/film.mp4?${asQuery(SIGNED)}`);
  await send('/film.mp4', asCookies(SIGNED));
  await send('/film.mp4', `a=1; ${asCookies(SIGNED)}`);
  await send('/film.mp4', `a="${CREDENTIALS.quotedCookie}"; b=a\\${CREDENTIALS.slashedCookie}`);
  await send('/throw');
  await send('/sign-in');
  const watched = await watchEvents(edge.control, '0-0');
  const answers = await everyAnswer();
  await ask(edge.control, '/clock/advance', { method: 'POST', body: '{"seconds":1}' });
  shown = `${answers.join('\n')}\n${await watched.until('event: clock')}`;
  watched.close();
});
afterAll(() => bench.close());

describe('what is shown', () => {
  test.each(Object.entries(CREDENTIALS))('has no %s', (_, credential) => {
    const at = shown.indexOf(credential);
    expect(at === -1 ? '' : shown.slice(Math.max(0, at - 200), at + credential.length + 20)).toBe('');
  });

  test.each(Object.entries(CREDENTIALS).filter(([, value]) => value.startsWith('eyJ')))(
    'has no part of %s',
    (_, value) => {
      for (const part of value.split('.').slice(1)) expect(shown).not.toContain(part);
    },
  );

  test('has what they were carried by', () => {
    for (const text of [
      'x-origin-verify',
      'authorization',
      'session',
      'api_key',
      'Policy',
      'sid=(secret)',
      '/~(token)/film.mp4',
    ]) {
      expect(shown).toContain(text);
    }
  });

  test('has what was sent to be held against it: the requests have run', () => {
    const statuses = edge.requests.map(({ status }) => status);
    expect([...new Set(statuses)].sort()).toEqual([200, 302, 503]);
    expect(edge.lines.join('\n')).toContain(CREDENTIALS.cookie);
  });
});
