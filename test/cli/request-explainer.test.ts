/** Requests that the edge has answered, explained: what is said is what became of them. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestExplainer } from '../../cli/request-explainer.ts';
import { packagedSettings } from '../../cli/service.ts';
import { edgeLocationAt } from '../../emulator/edge-location.ts';
import { memoryStore } from '../../emulator/key-value-store.ts';
import type { RecordedRequest } from '../../emulator/request-log.ts';
import type { EdgeConfig } from '../../shared/config.ts';
import { signCanned, signCustom } from '../../signing/signed-requests.ts';
import { type ControlApi, controlApi } from '../support/control-api.ts';
import { type Asked, ask, plainBench, type TestBench, type TestEdge, testBench } from '../support/edge.ts';
import { serviceOf } from '../support/explained-service.ts';
import { guardedBench } from '../support/guarded-edge.ts';
import { memberKeys, memberToken } from '../support/member-keys.ts';
import { config } from '../support/settings.ts';
import { asCookies, asQuery, RSA } from '../support/signed-requests.ts';
import { template } from '../support/template.ts';
import { NOON, STATE, token } from '../support/tokens.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function openedAt(edge: TestEdge, target: string, asked: Asked = {}) {
  await ask(edge.url, target, asked);
  const { requestId = '', reason } = edge.requests.at(-1) ?? {};
  const control = await controlApi(edge.control);
  const { explanation } = JSON.parse((await control(`/requests/${encodeURIComponent(requestId)}`)).body);
  return { reason, explanation };
}

describe('by the settings of the service', () => {
  const store = memoryStore({ state: STATE });
  let bench: TestBench;
  let edge: TestEdge;
  let control: ControlApi;
  let settings: EdgeConfig;
  beforeAll(async () => {
    bench = await testBench(ROOT);
    settings = (await packagedSettings(ROOT)).config;
    const sectionKeys = { '/members/*': await memberKeys() };
    const explainer = requestExplainer(store, () => ({ ...settings, sectionKeys }));
    edge = await bench.start({ store, explainer });
    control = await controlApi(edge.control);
  });
  afterAll(() => bench.close());

  const opened = (target: string, asked?: Asked) => openedAt(edge, target, asked);

  const cookie = async (claims: object) => ({ cookie: `edgekeeper=${await token({ claims: { ...claims } })}` });
  const bearer = async (claims: object) => ({
    headers: { authorization: `Bearer ${await memberToken({ ...claims })}` },
  });

  test.each([
    { target: '/private/film.mp4', asked: () => ({}), reason: 'no-credential' },
    { target: '/private/film.mp4', asked: () => cookie({}), reason: 'allowed' },
    { target: '/private/film.mp4', asked: () => cookie({ exp: NOON - 31 }), reason: 'expired' },
    { target: '/private/film.mp4', asked: () => cookie({ res: '/private/films*' }), reason: 'resource' },
    { target: '/private/%66ilm.mp4', asked: () => ({}), reason: 'path' },
    { target: '/members/film.mp4', asked: () => bearer({}), reason: 'allowed' },
    { target: '/members/film.mp4', asked: () => bearer({ exp: NOON - 31 }), reason: 'expired' },
    { target: '/index.html', asked: () => ({}), reason: 'allowed' },
  ])('$target: $reason', async ({ target, asked, reason: expected }) => {
    const { reason, explanation } = await opened(target, await asked());
    expect(reason).toBe(expected === 'allowed' ? null : expected);
    expect(explanation).toMatchObject({ allow: expected === 'allowed', reason: expected });
    expect(explanation.steps.some(({ ok }: { ok: boolean }) => !ok)).toBe(expected !== 'allowed');
  });

  test.each([
    { title: 'a method that the behavior does not take', asked: { method: 'DELETE' }, status: 403 },
    { title: 'a place that there is none of', asked: { headers: { 'x-edgekeeper-viewer': 'Nowhere' } }, status: 400 },
  ])('what CloudFront refuses before anybody asks who may be let in has no verdict: $title', async (each) => {
    const { reason, explanation } = await opened('/private/film.mp4', each.asked);
    expect(edge.requests.at(-1)?.status).toBe(each.status);
    expect({ reason, explanation }).toEqual({ reason: null, explanation: null });
  });

  test('a token in the path is looked at, and no part of it is told', async () => {
    const shown = await token({ claims: { exp: NOON - 31, sub: 'viewer-7' } });
    const { reason, explanation } = await opened(`/~${shown}/private/film.mp4`);
    expect({ reason, explained: explanation.reason }).toEqual({ reason: 'expired', explained: 'expired' });
    for (const part of [...shown.split('.'), 'viewer-7']) expect(JSON.stringify(explanation)).not.toContain(part);
  });

  test('the time is that of its arrival, however long the answer takes', async () => {
    const slow = await bench.start({
      explainer: requestExplainer(store, () => settings),
      origins: {
        ...bench.folders,
        'us-east-1': (_, response) => {
          slow.clock.advance(1_000);
          response.end('late');
        },
      },
    });
    const { explanation } = await openedAt(slow, '/private/late', await cookie({ exp: NOON + 1 }));
    expect(explanation).toMatchObject({ reason: 'allowed' });
  });

  test('the time is that of the request, the keys are those of now', async () => {
    const asked = await cookie({});
    await ask(edge.url, '/private/x', asked);
    const { requestId = '' } = edge.requests.at(-1) ?? {};
    const explained = async () => JSON.parse((await control(`/requests/${encodeURIComponent(requestId)}`)).body);
    edge.clock.advance(3_600_000);
    expect(await explained()).toMatchObject({ reason: null, explanation: { reason: 'allowed' } });
    store.set('state', JSON.stringify({ keys: {}, drained: {} }));
    expect(await explained()).toMatchObject({ reason: null, explanation: { reason: 'unknown-key' } });
    store.set('state', STATE);
  });
});

const viewerOf = (uri: string, init: Partial<RecordedRequest['viewer']> = {}): RecordedRequest['viewer'] => ({
  ...{ id: 'x', scheme: 'https', httpVersion: '1.1', method: 'GET', uri, query: undefined },
  headers: [['host', 'www.example.com']],
  viewerIp: '203.0.113.7',
  ...init,
});

test.each([
  { country: 'DE', reason: 'allowed' },
  { country: 'FR', reason: 'country' },
])('a viewer in $country is there by the edge, whatever the viewer says: $reason', async ({ country, reason }) => {
  const settings = config({ geo: true });
  const { distribution } = serviceOf(settings, memoryStore());
  const behaviors = distribution.behaviors.map((behavior) => ({
    ...behavior,
    cachePolicy: { ...behavior.cachePolicy, cloudFrontHeaders: ['cloudfront-viewer-country'] },
  }));
  const cookie = `edgekeeper=${await token({ claims: { geo: ['DE'] } })}`;
  const viewer = viewerOf('/private/x', {
    headers: Object.entries({ host: 'www.example.com', cookie, 'cloudfront-viewer-country': 'DE' }),
    arrival: { location: edgeLocationAt('us-east-1'), viewer: { country } },
  });
  const explainer = requestExplainer(memoryStore({ state: STATE }), () => settings);
  expect(await explainer.explain(viewer, { ...distribution, behaviors }, NOON)).toMatchObject({ reason });
});

describe('without settings', () => {
  const { distribution } = serviceOf(config(), memoryStore(), { [RSA.id]: RSA.publicPem });
  const explained = (uri: string, query?: string) =>
    requestExplainer(memoryStore(), () => null).explain(viewerOf(uri, { query }), distribution, NOON);
  const signed = (dateLessThan: number): string =>
    asQuery(signCustom({ resource: 'https://www.example.com/*', dateLessThan }, RSA.signer('SHA1')));

  test('trusted key groups are explained', async () => {
    expect(await explained('/signed/x')).toMatchObject({ code: 'MissingKey', status: 403 });
    expect(await explained('/signed/x', signed(NOON + 1))).toMatchObject({ allow: true });
    expect(await explained('/signed/x', signed(NOON))).toMatchObject({ reason: 'expired' });
  });

  test('functions, of which nobody here knows what they want, are not', async () => {
    expect(await explained('/private/x')).toBe(null);
  });
});

test('of signed cookies the key and the time are told, which open nothing, and the signature is not', async () => {
  const bench = await guardedBench();
  const edge = await bench.start({ explainer: requestExplainer(memoryStore(), () => null) });
  edge.clock.advance(250);
  const url = `${edge.url.replace('http:', 'https:')}/signed/film.mp4`;
  const parameters = signCanned({ resource: url, dateLessThan: NOON }, RSA.signer('SHA1'));
  const { explanation } = await openedAt(edge, '/signed/film.mp4', { cookie: asCookies(parameters) });
  const text = JSON.stringify(explanation);
  for (const shown of [RSA.id, `Expires=${NOON}`, '250 ms after']) expect(text).toContain(shown);
  for (const [name, value] of parameters) if (name === 'Signature') expect(text).not.toContain(value);
  await bench.close();
});

test('what became of a request is told where its explanation fails', async () => {
  const bench = await plainBench(template());
  const edge = await bench.start({ explainer: { explain: () => Promise.reject(new Error('no')) } });
  expect(await openedAt(edge, '/film.mp4')).toEqual({ reason: null, explanation: null });
  await bench.close();
});
