/** The function as it is deployed, in a process of its own, against endpoints that speak as S3 and the store do. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildScheduled } from '../../../build/scheduled.ts';
import { parseConfig } from '../../../config/parse.ts';
import type { Health } from '../../../shared/config.ts';
import { STORE_ARN, type StoreEndpoint, startStoreEndpoint } from '../../support/aws/key-value-store.ts';
import { type OriginServer, startOriginServer } from '../../support/origin-server.ts';
import { SETTINGS } from '../../support/settings.ts';
import { SECRET } from '../../support/tokens.ts';

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'a secret',
  AWS_SESSION_TOKEN: 'a session',
};
const HEALTH: Health = {
  canary: '/health.txt',
  probes: 2,
  threshold: 2,
  intervalSeconds: 0.01,
  timeoutSeconds: 1,
  everySeconds: 60,
  holdSeconds: 0,
  drainSeconds: 900,
};

/** One behind a prefix. */
const [US, EU] = SETTINGS.regions;
const REGIONS = [US, { ...EU, prefix: '/site' }];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgekeeper-health-'));
  for (const [name, health] of [
    ['on', HEALTH],
    ['off', null],
  ] as const) {
    const code = await buildScheduled('functions/scheduled/health.ts', {
      ...parseConfig({ ...SETTINGS, protected: [], regions: REGIONS }),
      health,
    });
    await writeFile(join(folder, `${name}.js`), code);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** What S3 answers, by bucket, and the headers of what it was asked, by line. */
let statuses: Record<string, number>;
let asked: Map<string, IncomingHttpHeaders>;
let buckets: OriginServer;
let store: StoreEndpoint;

beforeEach(async () => {
  statuses = { 'bucket-us': 200, 'bucket-eu': 200 };
  asked = new Map();
  buckets = await startOriginServer((request, response) => {
    const { url = '', headers } = request;
    asked.set(`${request.method} ${url}`, headers);
    response.writeHead(statuses[url.split('/')[1] ?? ''] ?? 500).end('ok');
  });
  store = await startStoreEndpoint({ state: JSON.stringify({ keys: { k1: SECRET }, drained: {} }) });
});
afterEach(() => Promise.all([buckets.close(), store.close()]));

async function run(settings: 'on' | 'off' = 'on') {
  const env = {
    ...CREDENTIALS,
    STORE_ARN,
    BUCKETS: JSON.stringify({ 'us-east-1': 'bucket-us', 'eu-west-1': 'bucket-eu' }),
    AWS_ENDPOINT_URL_S3: buckets.url,
    AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: store.url,
  };
  const script = `require('./${settings}.js').handler().catch(({ message }) => { console.log(message); process.exitCode = 1; })`;
  return promisify(execFile)(process.execPath, ['-e', script], { cwd: folder, env }).catch((error) => error);
}

const state = () => JSON.parse(store.content.get('state') ?? '');
const written = () => store.asked.filter(({ operation }) => operation === 'UpdateKeys');

/** So many others write, each just before the function does. */
function rivals(count: number): void {
  let left = count;
  store.beforeWrite = () => {
    if (left-- > 0) store.content.set('state', JSON.stringify({ keys: { k1: SECRET, [`rival-${left}`]: SECRET } }));
  };
}

describe('a region', () => {
  test('that fails is drained, its keys untouched, with a note and a line', async () => {
    statuses['bucket-us'] = 503;
    const before = Math.floor(Date.now() / 1000);
    const { stdout } = await run();
    const { until, ...line } = JSON.parse(stdout);
    expect(line).toEqual({
      edgekeeper: 1,
      health: 'drain',
      region: 'us-east-1',
      reason: '2 of 2 probes failed (503)',
      times: 1,
    });
    expect(until - before).toBeGreaterThanOrEqual(900);
    expect(until - before).toBeLessThan(960);
    expect(state()).toEqual({ keys: { k1: SECRET }, drained: { 'us-east-1': until }, hard: [] });
    expect(JSON.parse(store.content.get('drain:us-east-1') ?? '')).toMatchObject({ by: 'health', times: 1 });
  });

  test('that answers again is restored', async () => {
    statuses['bucket-us'] = 403;
    await run();
    statuses['bucket-us'] = 200;
    const { stdout } = await run();
    expect(JSON.parse(stdout)).toMatchObject({ health: 'restore', region: 'us-east-1' });
    expect(state()).toEqual({ keys: { k1: SECRET }, drained: {}, hard: [] });
  });

  test.each([
    ['has no canary', { 'bucket-us': 404 }],
    ['answers', {}],
    ['fails as all others do', { 'bucket-us': 503, 'bucket-eu': 503 }],
  ])('that %s is left as it is', async (_, changed) => {
    Object.assign(statuses, changed);
    const { stdout } = await run();
    expect(stdout).toBe('');
    expect(written()).toEqual([]);
  });
});

test('a key that somebody adds meanwhile is not lost', async () => {
  statuses['bucket-us'] = 503;
  rivals(2);
  await run();
  expect(Object.keys(state().keys)).toEqual(['k1', 'rival-0']);
  expect(Object.keys(state().drained)).toEqual(['us-east-1']);
});

describe('nothing is written, and no secret told,', () => {
  const entry = JSON.stringify({ Value: JSON.stringify({ keys: { k1: SECRET } }) });
  test.each([
    ['a page', '<html>'],
    ['half an entry', entry.slice(0, -8)],
    ['an entry and more', `${entry.slice(0, -3)}oops`],
    ['a secret', SECRET],
    ['an entry without a value', '{}'],
    ['null', 'null'],
  ])('of a store that answers with %s', async (_, text) => {
    statuses['bucket-us'] = 503;
    store.fail('GetKey', { kind: 'body', text }, 3);
    const { stdout, stderr } = await run();
    expect([stdout, stderr]).toEqual([
      expect.stringMatching(/^key value store: expected a value of \S+, got something else\n(?![\s\S])/),
      '',
    ]);
    expect(written()).toEqual([]);
  });

  test('without an ETag', async () => {
    statuses['bucket-us'] = 503;
    store.fail('DescribeKeyValueStore', { kind: 'without-etag' });
    expect(await run()).toMatchObject({ code: 1, stdout: 'key value store: expected an ETag, got none\n' });
    expect(written()).toEqual([]);
  });

  test.each([
    ['none', undefined],
    ['no JSON', SECRET],
    ['one without keys', '{}'],
    ['drains in another form', JSON.stringify({ keys: { k1: SECRET }, drained: [] })],
    ['one whose hard is no list', JSON.stringify({ keys: { k1: SECRET }, hard: 'us-east-1' })],
  ])('for a state that is %s, which a line says', async (_, state) => {
    statuses['bucket-us'] = 503;
    store.content.write({ state: state ?? null });
    expect(await run()).toEqual({ stdout: '{"edgekeeper":1,"health":"state-unusable"}\n', stderr: '' });
    expect(written()).toEqual([]);
  });
});

/** Of a drain in a state, beside what else it holds. */
const DRAIN_BYTES = ',"drained":{"us-east-1":1234567890},"hard":[]'.length;

test.each([
  [1024, 1],
  [1025, 0],
])('a state that a drain makes %i bytes long is written %i times', async (bytes, times) => {
  statuses['bucket-us'] = 503;
  const empty = JSON.stringify({ keys: { k1: SECRET }, other: '' });
  const other = 'x'.repeat(bytes - DRAIN_BYTES - empty.length);
  store.content.set('state', JSON.stringify({ keys: { k1: SECRET }, other }));
  const { stdout } = await run();
  expect(written()).toHaveLength(times);
  if (times === 1) expect(store.content.get('state')).toHaveLength(bytes);
  else {
    expect(stdout).toBe(
      'key value store: expected a value of state of at most 1024 bytes, got 1025 (retire a signing key: no region is drained until then)\n',
    );
  }
});

test('it gives up after five writers', async () => {
  statuses['bucket-us'] = 503;
  rivals(5);
  expect(await run()).toMatchObject({
    code: 1,
    stdout: 'key value store: expected a moment without other writers, got none\n',
  });
});

test('turned off, it asks nobody', async () => {
  await run('off');
  expect([asked.size, store.asked]).toEqual([0, []]);
});

test('requests are signed for S3 in its region, for the store in every region, and no line holds a secret', async () => {
  statuses['bucket-us'] = 503;
  const { stdout, stderr } = await run();
  expect(asked.get('GET /bucket-eu/site/health.txt')).toMatchObject({
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/s3\/aws4_request/,
    ),
    'x-amz-security-token': 'a session',
  });
  const [update] = written();
  expect(update?.headers).toMatchObject({
    authorization: expect.stringMatching(
      /^AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/cloudfront-keyvaluestore\/aws4_request/,
    ),
    'x-amz-region-set': '*',
    'x-amz-content-sha256': createHash('sha256')
      .update(update?.body ?? '')
      .digest('hex'),
    'if-match': 'KV0EXAMPLE',
  });
  for (const secret of [SECRET, ...Object.values(CREDENTIALS)]) expect(stdout + stderr).not.toContain(secret);
});
