/** Credentials of a request, for whoever has the address that the start printed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UNMASK_HEADER } from '../../../emulator/control/unmasking.ts';
import type { Edge } from '../../../emulator/edge.ts';
import { type ControlApi, controlApi } from '../../support/control-api.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { template } from '../../support/template.ts';
import { watchEvents } from '../../support/watched-events.ts';

const SESSION = 'hunter2-hunter2';
const BEARER = 'a-bearer-that-opens-films';
const LOGS = `function handler(event) {
  console.log(event.request.cookies.session.value);
  return event.request;
}`;

let bench: TestBench;
let edge: TestEdge;
let control: ControlApi;
beforeAll(async () => {
  bench = await plainBench(template({ code: LOGS }));
  edge = await bench.start();
  control = await controlApi(edge.control);
});
afterAll(() => bench.close());

const keyOf = ({ unmaskingInspector }: Edge): string => unmaskingInspector?.split('#/unmask/')[1] ?? '';

async function sent(): Promise<string> {
  const headers = { authorization: `Bearer ${BEARER}` };
  await ask(edge.url, `/~${BEARER}/film.mp4?token=${SESSION}`, { headers, cookie: `session=${SESSION}` });
  return `/requests/${encodeURIComponent(edge.requests.at(-1)?.requestId ?? '')}`;
}

test('a request is shown as it was to whoever shows the key of this edge', async () => {
  const target = await sent();
  const { body } = await control(target, { headers: { [UNMASK_HEADER]: keyOf(edge) } });
  const shown = JSON.parse(body);
  expect(shown).toMatchObject({ path: `/~${BEARER}/film.mp4`, query: `token=${SESSION}` });
  expect(shown.viewer.headers).toContainEqual({ name: 'cookie', value: `session=${SESSION}` });
  const { run } = shown.stages.find(({ stage }: { stage: string }) => stage === 'viewer-request');
  expect(run.lines).toEqual([SESSION]);
  expect(run.event.request.cookies.session.value).toBe(SESSION);
});

test.each([
  { title: 'no key', headers: () => ({}), status: 200 },
  { title: 'another key', headers: () => ({ [UNMASK_HEADER]: `${keyOf(edge).slice(0, -1)}-` }), status: 400 },
  { title: 'no more than its beginning', headers: () => ({ [UNMASK_HEADER]: keyOf(edge).slice(0, -1) }), status: 400 },
  { title: 'an empty one', headers: () => ({ [UNMASK_HEADER]: '' }), status: 400 },
  {
    title: 'the key of another edge',
    headers: async () => ({ [UNMASK_HEADER]: keyOf(await bench.start()) }),
    status: 400,
  },
])('whoever shows $title sees no credential', async ({ headers, status }) => {
  const answer = await control(await sent(), { headers: await headers() });
  expect(answer.status).toBe(status);
  for (const secret of [SESSION, BEARER, keyOf(edge)]) expect(answer.body).not.toContain(secret);
});

test('a page of another site cannot show it', async () => {
  const headers = { [UNMASK_HEADER]: keyOf(edge), origin: 'https://evil.test' };
  const { status, body } = await control(await sent(), { headers });
  expect({ status, isTold: body.includes(SESSION) }).toEqual({ status: 403, isTold: false });
});

test('nothing but one request is ever unmasked, and the key is told nowhere', async () => {
  const watched = await watchEvents(edge.control, '0-0');
  const target = await sent();
  const headers = { [UNMASK_HEADER]: keyOf(edge) };
  const answers = await Promise.all(
    ['/', '/requests', '/kvs?prefix=', '/cache', '/openapi.json', '/try', '/inspector'].map((path) =>
      ask(edge.control, path, { headers }),
    ),
  );
  const events = await watched.until(decodeURIComponent(target.slice('/requests/'.length)));
  watched.close();
  for (const text of [...answers.map(({ body }) => body), events]) {
    for (const secret of [SESSION, BEARER, keyOf(edge)]) expect(text).not.toContain(secret);
  }
});

test('without the inspector there is no key', async () => {
  const without = await bench.start({ inspector: false });
  expect(without.unmaskingInspector).toBe(null);
  await ask(without.url, '/film.mp4', { cookie: `session=${SESSION}` });
  const target = `/requests/${encodeURIComponent(without.requests.at(-1)?.requestId ?? '')}`;
  for (const key of ['null', 'undefined', '']) {
    expect((await ask(without.control, target, { headers: { [UNMASK_HEADER]: key } })).status).toBe(400);
  }
});
