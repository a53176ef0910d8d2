/** The steps that explain what the edge does with a request, beside the shipped functions that do it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Module } from 'node:module';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildCloudFrontFunction } from '../../../build/cloudfront-function.ts';
import { buildLambdaEdge } from '../../../build/lambda-edge.ts';
import { explainAtEdge } from '../../../cli/explain/edge-steps.ts';
import { explainToken } from '../../../cli/explain/explain-token.ts';
import type { ExplainedRequest } from '../../../cli/explain/explained-request.ts';
import { parseConfig } from '../../../config/parse.ts';
import { viewerRequestEvent as functionEvent } from '../../../emulator/cloudfront-functions/event.ts';
import {
  type CloudFrontFunctionRuntime,
  cloudFrontFunctionRuntime,
} from '../../../emulator/cloudfront-functions/runtime.ts';
import { edgeLocationAt } from '../../../emulator/edge-location.ts';
import type { Explanation } from '../../../emulator/explanation.ts';
import { type KeyValueStore, memoryStore } from '../../../emulator/key-value-store.ts';
import { viewerRequestEvent as lambdaEvent } from '../../../emulator/lambda-edge/event.ts';
import { revocationKey } from '../../../shared/access/revocation.ts';
import type { EdgeConfig, ProtectedSection } from '../../../shared/config.ts';
import { requestFor, type Sent, serviceOf } from '../../support/explained-service.ts';
import { type Algorithm, memberKeys, memberToken, SIGNER_ID } from '../../support/member-keys.ts';
import { LAMBDA_SECTION, SETTINGS } from '../../support/settings.ts';
import { NOON, OTHER_SECRET, SECRET, token } from '../../support/tokens.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
const REVOKED_S2 = revocationKey('sid', 's2', sha256);

const ISSUER = 'https://sign-in.example.com/';
const SIGN_IN = { url: 'https://app.example.com/sign-in', return: 'return', hosts: ['www.example.com'] };

/** Both functions, with sections that ask for much and for little. */
const SECTIONS = [
  {
    ...SETTINGS.protected[0],
    path: '/private/*',
    carriers: ['path', 'query', 'header', 'cookie'],
    revocation: true,
    geo: true,
    signIn: SIGN_IN,
  },
  { ...SETTINGS.protected[0], path: '/films/*', issuer: ISSUER, audience: 'cdn' },
  {
    ...LAMBDA_SECTION,
    algorithms: ['RS256', 'ES256', 'EdDSA'],
    carriers: ['header', 'cookie', 'cloudfront'],
    publicKeys: { [SIGNER_ID]: 'x.pem' },
    cors: { origins: ['https://app.example.com'] },
  },
  { ...LAMBDA_SECTION, path: '/app/*', carriers: ['query'], issuer: ISSUER, audience: 'cdn', signIn: null },
];

const store = memoryStore({ state: stateOf({ k1: SECRET, k2: OTHER_SECRET }) });
let config: EdgeConfig;
let runtime: CloudFrontFunctionRuntime;
let memberFunction: (event: object) => Promise<{ status?: string }>;

beforeAll(async () => {
  const keys = await memberKeys();
  const parsed = parseConfig({ ...SETTINGS, protected: SECTIONS });
  config = { ...parsed, sectionKeys: { '/members/*': keys, '/app/*': { ...keys, publicKeys: {} } } };
  runtime = await runtimeOf(config, store);
  memberFunction = await lambdaOf(config);
});
afterAll(() => runtime.close());

async function runtimeOf(settings: EdgeConfig, entries: KeyValueStore): Promise<CloudFrontFunctionRuntime> {
  const code = await buildCloudFrontFunction('functions/cloudfront/viewer-request.ts', settings);
  return cloudFrontFunctionRuntime(
    { name: 'viewer-request', code, runtime: 'cloudfront-js-2.0', hasStore: true },
    entries,
  );
}

async function lambdaOf(settings: EdgeConfig): Promise<typeof memberFunction> {
  const code = await buildLambdaEdge('functions/lambda-edge/viewer-request.ts', settings);
  const bundle = new Module('viewer-request') as unknown as {
    _compile(code: string, name: string): void;
    exports: { handler: typeof memberFunction };
  };
  bundle._compile(code, 'viewer-request.cjs');
  return bundle.exports.handler;
}

function stateOf(keys: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ keys });
}

/** What the shipped function of the request's behavior makes of it: `goes on`, or status and reason. */
async function shipped(request: ExplainedRequest): Promise<string> {
  const isMember = /^\/(?:members|app)\//.test(request.path);
  return isMember ? atLambda(request) : atFunction(request, runtime);
}

async function atFunction(request: ExplainedRequest, own: CloudFrontFunctionRuntime): Promise<string> {
  const event = functionEvent(serviceOf(config, store).distribution, { ...sent(request), id: 'x' });
  const outcome = await own.invoke(event, request.now * 1000, edgeLocationAt('us-east-1'));
  if ('error' in outcome) return outcome.error;
  return said((outcome.value as { statusCode?: number }).statusCode, outcome.lines[0]);
}

async function atLambda(request: ExplainedRequest): Promise<string> {
  const lines: string[] = [];
  vi.useFakeTimers({ toFake: ['Date'], now: request.now * 1000 });
  const log = vi.spyOn(console, 'log').mockImplementation((line) => lines.push(line));
  try {
    const { status } = await memberFunction(lambdaEvent(serviceOf(config, store).distribution, sent(request)));
    return said(status === undefined ? undefined : Number(status), lines[0]);
  } finally {
    log.mockRestore();
    vi.useRealTimers();
  }
}

function sent({ method, path, query, headers, viewerIp }: ExplainedRequest) {
  const wire = { scheme: 'https', httpVersion: '1.1' } as const;
  return { id: 'x', ...wire, method, uri: path, query, headers, viewerIp, body: null };
}

function said(status: number | undefined, line: string | undefined): string {
  if (status === undefined) return 'goes on';
  // A preflight is no refusal: nothing is logged.
  return status === 204 ? '204 preflight' : `${status} ${(JSON.parse(line ?? '{}') as { reason: string }).reason}`;
}

const explained = (request: ExplainedRequest) => explainAtEdge(request, serviceOf(config, store));

/** What each step stands for, when it is the first that is not ok. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  path: ['path'],
  section: ['path', 'no-section'],
  method: ['preflight'],
  carrier: ['no-credential'],
  token: ['oversized', 'malformed'],
  header: ['malformed'],
  algorithm: ['algorithm'],
  store: ['state-unreadable'],
  key: ['unknown-key', 'weak-key', 'key-unreadable'],
  signature: ['signature'],
  claims: ['malformed', 'claims'],
  iss: ['issuer'],
  aud: ['audience'],
  iat: ['not-yet-valid'],
  exp: ['expired'],
  nbf: ['not-yet-valid'],
  res: ['resource'],
  not: ['excluded'],
  ip: ['source-ip'],
  geo: ['country', 'unsupported-claim'],
  hdr: ['headers'],
  sid: ['revoked'],
  sub: ['revoked'],
};

/** The steps explain the verdict: all ok exactly when it allows, and the first that is not has its reason. */
function expectAgreement({ allow, reason, steps }: Explanation): void {
  const first = steps.find(({ ok }) => !ok);
  expect(allow).toBe(first === undefined);
  if (first !== undefined) expect(REASONS[first.step]).toContain(reason);
}

async function expectAsShipped(request: ExplainedRequest): Promise<Explanation> {
  const explanation = await explained(request);
  const { allow, reason, status } = explanation;
  expect(allow ? 'goes on' : `${status} ${reason}`).toBe(await shipped(request));
  expectAgreement(explanation);
  return explanation;
}

const FILM = '/private/film.mp4';
const NAVIGATION: Sent['headers'] = [['sec-fetch-mode', 'navigate']];

describe('beside the shipped functions', () => {
  test.each<[target: string, sent: Sent, verdict: string]>([
    ['/film.mp4', {}, 'goes on'],
    ['/api/private', {}, 'goes on'],
    ['/private%2Fx', {}, '400 path'],
    ['//private/x', {}, '400 path'],
    ['/private/a+b', {}, '400 path'],
    ['/~', {}, '400 path'],
    ['/~/private/x', {}, '400 path'],
    ['/~token/~token/private/x', {}, '400 path'],
    ['/~token/film.mp4', {}, '400 path'],
    ['/~token/members/x', {}, '400 path'],
    ['/~token/films/x', {}, '400 path'],
    ['/~token/private/x', {}, '403 malformed'],
    [FILM, {}, '401 no-credential'],
    [FILM, { headers: NAVIGATION }, '302 no-credential'],
    [FILM, { headers: NAVIGATION, method: 'HEAD' }, '401 no-credential'],
    [`${FILM}?edgekeeper-signin=${NOON - 1}`, { headers: NAVIGATION }, '401 no-credential'],
    [FILM, { cookie: 'edgekeeper=junk', headers: NAVIGATION }, '302 malformed'],
    [FILM, { cookie: 'edgekeeper=; edgekeeper=' }, '401 no-credential'],
    ['/members/x', { method: 'OPTIONS', headers: [['access-control-request-method', 'GET']] }, '204 preflight'],
    ['/app/x', { method: 'OPTIONS', headers: [['access-control-request-method', 'GET']] }, '401 no-credential'],
    ['/films/x?edgekeeper=junk', {}, '401 no-credential'],
    ['/members/x', {}, '401 no-credential'],
    ['/members/x', { headers: NAVIGATION }, '302 no-credential'],
    ['/members/x', { headers: [['authorization', 'Bearer junk']] }, '403 malformed'],
    ['/members/x', { headers: [['authorization', 'Basic eDp5']] }, '401 no-credential'],
    ['/members/../x', {}, '400 path'],
    ['/members/x?Key-Pair-Id=K9', {}, '403 no-signature'],
    ['/app/x?edgekeeper-member=a.b.c', {}, '403 malformed'],
  ])('%s %j: %s', async (target, init, verdict) => {
    const request = requestFor(target, init);
    if (!target.startsWith('/api/')) expect(await shipped(request)).toBe(verdict);
    const { allow, reason, status, steps } = await explained(request);
    expect(allow ? 'goes on' : `${status} ${reason}`).toBe(verdict);
    if (!target.includes('Key-Pair-Id')) expectAgreement({ allow, reason, status, steps, code: null, nearest: null });
  });

  test('a section of the Lambda@Edge function, where the behavior has the CloudFront Function', async () => {
    const service = serviceOf(config, store);
    const behaviors = service.distribution.behaviors.filter(({ pathPattern }) => pathPattern !== '/members/*');
    const request = requestFor('/members/x', { cookie: `edgekeeper-member=${await memberToken()}` });
    expect(await atFunction(request, runtime)).toBe('401 no-credential');
    const elsewhere = { ...service, distribution: { ...service.distribution, behaviors } };
    expect(await explainAtEdge(request, elsewhere)).toMatchObject({ reason: 'no-credential', status: 401 });
    const lambdaAlone = behaviors.map((own) => ({
      ...own,
      viewerRequest: { runtime: 'lambda-edge', id: 'x', includesBody: false, where: 'x' } as const,
    }));
    const stray = { ...service, distribution: { ...service.distribution, behaviors: lambdaAlone } };
    expect(await atLambda(requestFor('/film.mp4'))).toBe('403 no-section');
    expect(await explainAtEdge(requestFor('/film.mp4'), stray)).toMatchObject({ reason: 'no-section', status: 403 });
  });

  test('show no credential that stands beside the one that decides', async () => {
    const good = await token({ claims: { iss: ISSUER, aud: 'cdn', res: '/films/*' } });
    const signature = 'x'.repeat(344);
    const target = `/films/x?v=1&edgekeeper=${good}&Signature=${signature}`;
    const { allow, steps } = await explained(requestFor(target, { cookie: `edgekeeper=${good}` }));
    const url = 'https://www.example.com/films/x?v=1&edgekeeper=(hidden)&Signature=(hidden)';
    expect({ allow, got: steps.find(({ step }) => step === 'res')?.got }).toEqual({ allow: true, got: url });
    const { steps: lost } = await explained(requestFor('/~secret/%41'));
    expect(lost.at(-1)?.got).toMatch(/^\/%41: /);
  });

  test('the first of two values, and the second: whichever decides', async () => {
    const good = await token({ claims: { sid: 's1', iat: NOON } });
    const revoked = await token({ claims: { sid: 's2', iat: NOON - 1 } });
    const stale = await token({ claims: { exp: NOON } });
    store.set(REVOKED_S2, String(NOON - 1));
    for (const pair of [
      [stale, good],
      [good, stale],
      [revoked, good],
      [stale, revoked],
      [revoked, stale],
      ['x', stale],
      ['x', 'y'],
      [stale, 'x'],
    ]) {
      await expectAsShipped(requestFor(FILM, { cookie: pair.map((value) => `edgekeeper=${value}`).join('; ') }));
    }
    store.delete(REVOKED_S2);
  });

  test.each([
    null,
    '[]',
    '{}',
    '{"keys":{}}',
    '{"keys":{"k1":7}}',
    stateOf({ k1: 'c2hvcnQ' }),
    stateOf({ k1: SECRET }),
  ])('state %s', async (state) => {
    const before = store.get('state') ?? '';
    if (state === null) store.delete('state');
    else store.set('state', state);
    const cookies = [
      await token(),
      await token({ header: { kid: undefined } }),
      await token({ header: { kid: 'k2' } }),
      'junk',
    ];
    for (const cookie of cookies) await expectAsShipped(requestFor(FILM, { cookie: `edgekeeper=${cookie}` }));
    store.set('state', before);
  });

  /** Claims that are good together, and up to two of them exchanged. */
  const GOOD: [string, unknown][] = [
    ['nbf', NOON + 30],
    ['iat', NOON - 1],
    ['res', ['/private/*', '/films/*', '/members/*', '/app/*']],
    ['not', '/private/secret/*'],
    ['ip', ['203.0.113.0/29', '::/0']],
    ['geo', ['DE', 'US-CA']],
    ['hdr', { names: ['user-agent'], sha256: sha256('user-agent:x\n') }],
    ['sid', 's1'],
    ['sub', 'u1'],
  ];
  const OTHER: [string, unknown][] = Object.entries({
    exp: [NOON, NOON - 1, NOON + 0.5, `${NOON}`, null, NOON * 1000],
    nbf: [NOON + 31, `${NOON}`, NOON * 1000],
    iat: [NOON, NOON + 30, NOON + 31, null],
    iss: [ISSUER.slice(0, -1), [ISSUER], 7],
    aud: ['cdn/', ['app'], ['app', 'cdn'], 7],
    res: ['/private/film.mp4', 'https://www.example.com/*', 'http://*/*', '*', [], 7, '/private/film.mp4?v=1'],
    not: ['/private/film.*', ['/x', '/*'], [], null],
    ip: ['203.0.113.8/29', [], '203.0.113.0/33', 7],
    geo: ['FR', [], 7],
    hdr: [{ names: ['user-agent'], sha256: 'x' }, 'text', {}],
    sid: ['s2', '', 7],
    sub: [null],
  }).flatMap(([name, values]) => values.map((value): [string, unknown] => [name, value]));
  const claims = fc
    .tuple(fc.subarray(GOOD), fc.subarray(OTHER, { maxLength: 2 }), fc.boolean())
    .map(([good, other, isForParty]) =>
      Object.fromEntries([
        ...(isForParty
          ? [
              ['iss', ISSUER],
              ['aud', 'cdn'],
            ]
          : []),
        ...good,
        ...other,
      ]),
    );
  const requests = fc.record({
    target: fc.constantFrom(
      FILM,
      '/private/a%40b',
      `${FILM}?v=1`,
      '/films/x',
      '/film.mp4',
      '/members/x',
      '/app/x',
      '/private/x/',
      '/private/%41',
    ),
    carrier: fc.constantFrom('path', 'query', 'query', 'header', 'cookie', 'raw header', 'other cookie'),
    country: fc.constantFrom('DE', 'DE', 'US', undefined),
    navigates: fc.boolean(),
    ip: fc.constantFrom('203.0.113.7', '203.0.113.8', '2001:db8::1', ''),
    other: fc.constantFrom<Algorithm | 'HS256' | null>(null, null, null, null, 'HS256', 'RS256', 'EdDSA', 'PS256'),
    kid: fc.constantFrom('own', 'own', 'own', 'own', 'own', 'own', 'k2', 'ES256', 'none', 'k9'),
    change: fc.option(fc.record({ at: fc.nat(), character: fc.constantFrom(...'Aa0-_.=+/ %"~é') }), {
      nil: undefined,
      freq: 1,
    }),
  });

  async function requestOf(
    made: typeof requests extends fc.Arbitrary<infer R> ? R : never,
    own: Record<string, unknown>,
  ) {
    const { target, carrier, other, kid, country, navigates, ip, change } = made;
    const isMember = /^\/(?:members|app)/.test(target);
    const algorithm = other ?? (isMember ? 'ES256' : 'HS256');
    const header = kid === 'own' ? {} : { kid: kid === 'none' ? undefined : kid };
    const signed =
      algorithm === 'HS256' ? await token({ claims: own, header }) : await memberToken(own, algorithm, header);
    const at = change === undefined ? 0 : change.at % signed.length;
    const value = change === undefined ? signed : signed.slice(0, at) + change.character + signed.slice(at + 1);
    const name = isMember ? 'edgekeeper-member' : 'edgekeeper';
    const headers: NonNullable<Sent['headers']> = [['user-agent', 'x']];
    if (country !== undefined) headers.push(['cloudfront-viewer-country', country]);
    if (navigates) headers.push(['sec-fetch-mode', 'navigate']);
    if (carrier === 'header') headers.push(['authorization', `Bearer ${value}`]);
    if (carrier === 'raw header') headers.push(['authorization', value]);
    const cookie =
      carrier === 'cookie'
        ? { cookie: `${name}=${value}` }
        : carrier === 'other cookie'
          ? { cookie: `session=${value}` }
          : {};
    const query = target.includes('?') ? '&' : '?';
    const asked =
      carrier === 'path' ? `/~${value}${target}` : carrier === 'query' ? `${target}${query}${name}=${value}` : target;
    return { value, request: requestFor(asked, { headers, ip, ...cookie }) };
  }

  test('never disagree: each claim alone', async () => {
    store.set(REVOKED_S2, String(NOON));
    const headers: Sent['headers'] = [
      ['user-agent', 'x'],
      ['cloudfront-viewer-country', 'DE'],
    ];
    const reasons = new Set<string>();
    for (const target of [FILM, '/films/x', '/members/x']) {
      const party = target === FILM ? {} : { iss: ISSUER, aud: 'cdn', geo: undefined };
      for (const [name, value] of OTHER) {
        const claims = { ...Object.fromEntries(GOOD), ...party, [name]: value };
        const cookie =
          target === '/members/x'
            ? `edgekeeper-member=${await memberToken(claims)}`
            : `edgekeeper=${await token({ claims })}`;
        reasons.add((await expectAsShipped(requestFor(target, { headers, cookie }))).reason);
      }
    }
    store.delete(REVOKED_S2);
    const claimsFaults = ['claims', 'unsupported-claim', 'issuer', 'audience', 'not-yet-valid', 'expired'];
    const others = ['resource', 'excluded', 'source-ip', 'country', 'headers', 'revoked', 'allowed'];
    expect([...reasons].sort()).toEqual([...claimsFaults, ...others].sort());
  });

  test('never disagree, and show no token: any claims, carriers, keys and changes', async () => {
    store.set(REVOKED_S2, String(NOON));
    await fc.assert(
      fc.asyncProperty(requests, claims, async (made, own) => {
        const { value, request } = await requestOf(made, own);
        const explanation = await expectAsShipped(request);
        const shown = JSON.stringify(explanation);
        for (const part of value.split('.')) if (part.length > 20) expect(shown).not.toContain(part);
      }),
      { numRuns: 2000 },
    );
    store.delete(REVOKED_S2);
  }, 120_000);
});

describe('jwt-attacks.jsonl', () => {
  interface Attack {
    readonly name: string;
    readonly allowedAlgs: readonly string[];
    readonly key?: object;
    readonly jwks?: { readonly keys: readonly object[] };
    readonly token: string;
    readonly now: number;
    readonly options: { readonly issuer?: string; readonly audience?: string; readonly clockToleranceSeconds?: number };
  }
  const attacks = readFileSync(new URL('../../vectors/jwt-attacks.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line): Attack => JSON.parse(line));

  test.each([
    { path: '/films/x', attacks: attacks.filter(({ allowedAlgs }) => allowedAlgs.join() === 'HS256') },
    { path: '/app/x', attacks: attacks.filter(({ allowedAlgs }) => !allowedAlgs.includes('HS256')) },
  ])('the verdict of the rules on every token, at $path', async ({ path, attacks }) => {
    for (const attack of attacks) {
      const { allowedAlgs, jwks, key, now, options } = attack;
      const keys = jwks?.keys ?? [key as object];
      const section = config.protected.find((own) => own.path === path.replace('x', '*')) as ProtectedSection;
      const changed = {
        ...section,
        algorithms: allowedAlgs,
        issuer: options.issuer ?? null,
        audience: options.audience ?? null,
        leewaySeconds: options.clockToleranceSeconds ?? 0,
      };
      const secrets = keys.map((own) => own as { kid?: string; k?: string }).filter(({ k }) => k !== undefined);
      const service = serviceOf(
        {
          ...config,
          protected: [changed],
          sectionKeys: { [section.path]: { jwks: keys, jwksUrl: null, publicKeys: {} } },
        },
        memoryStore({ state: stateOf(Object.fromEntries(secrets.map(({ kid = 'k', k }) => [kid, k]))) }),
      );
      const explanation = await explainAtEdge(requestFor(path, { now }), service, attack.token);
      expectAgreement(explanation);
      if (attack.token === '') {
        expect(explanation.reason).toBe('no-credential');
        continue;
      }
      const rules = path.startsWith('/films')
        ? secrets.map((own) => ({ ...own, kty: 'oct', kid: own.kid ?? 'k' }))
        : keys;
      const { id: _, ...verdict } = {
        id: attack.name,
        ...(await explainToken({ ...attack, ...options, algorithms: allowedAlgs, keys: { keys: rules } })),
      };
      expect({ name: attack.name, allow: explanation.allow, reason: explanation.reason }).toEqual({
        name: attack.name,
        ...verdict,
      });
    }
    expect(attacks.length).toBeGreaterThan(50);
  });
});
