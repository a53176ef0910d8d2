/** A cache before one origin, which all regional edge caches go through. */
import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EdgeOptions } from '../../emulator/edge.ts';
import { readTemplate } from '../../emulator/template.ts';
import { collectedLog } from '../support/access-log.ts';
import { type Asked, ask, plainBench, type TestBench } from '../support/edge.ts';
import { documented, type Row } from '../support/rows.ts';
import { ALL_METHODS, customOrigin, type TemplateInit, template } from '../support/template.ts';

type Shield = Readonly<Record<string, unknown>>;

const shieldIn = (OriginShieldRegion: string) => ({ OriginShield: { Enabled: true, OriginShieldRegion } });
const over = (shield: Shield, init: TemplateInit = {}): unknown =>
  template({
    ...init,
    behavior: { TargetOriginId: 'api', ...init.behavior },
    distribution: { Origins: [customOrigin('api', shield)], OriginGroups: undefined },
  });
const grouped = (primary: Shield, secondary: Shield = {}): unknown =>
  template({
    distribution: {
      Origins: [customOrigin('us-east-1', primary), customOrigin('eu-west-1', secondary)],
    },
  });

const answering =
  (status: number, headers: Record<string, string> = { 'cache-control': 'max-age=3600' }): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end('0123456789');

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(over({}), {
    'seen.js': `exports.handler = async ({ Records: [{ cf: { request } }] }) => { console.log('ran'); return request; };`,
  });
});
afterAll(() => bench.close());

const DETAILED = 28;

/** An edge, and what viewers in cities get there: result in `x-cache`, and the detail of it in the access log. */
async function started(options: Partial<EdgeOptions>) {
  const log = collectedLog();
  const edge = await bench.start({ origins: { api: answering(200) }, accessLog: log, ...options });
  let asked = 0;
  const from = async (city: string, sent: Asked = {}): Promise<string> => {
    const { headers } = await ask(edge.url, '/x', { ...sent, headers: { 'x-edgekeeper-viewer': city } });
    const lines = await log.whenLines(++asked);
    const result = String(headers['x-cache']).replace(' from cloudfront', '');
    return `${result} ${lines[asked - 1]?.split('\t')[DETAILED]}`;
  };
  const attempts = () => edge.requests.flatMap((entry) => entry.attempts.map(({ originId }) => originId));
  return { edge, from, attempts };
}

describe('an object', () => {
  test.each([
    ...documented<Row<{ shield: Shield; cities: string[] }, { results: string[]; attempts: number }>>([
      {
        request: { shield: {}, cities: ['Frankfurt', 'London', 'Tokyo'] },
        expected: { results: ['Miss Miss', 'Miss Miss', 'Miss Miss'], attempts: 3 },
        see: 'origin-shield',
      },
      {
        request: { shield: shieldIn('us-east-1'), cities: ['Frankfurt', 'London', 'Tokyo', 'Tokyo'] },
        expected: { results: ['Miss Miss', 'Hit OriginShieldHit', 'Hit OriginShieldHit', 'Hit Hit'], attempts: 1 },
        see: 'origin-shield',
      },
      {
        request: { shield: shieldIn('us-east-1'), cities: ['Frankfurt', 'New York'] },
        expected: { results: ['Miss Miss', 'Hit Hit'], attempts: 1 },
        see: 'origin-shield: the regional edge cache that acts as Origin Shield',
      },
      {
        request: { shield: { OriginShield: { OriginShieldRegion: 'us-east-1' } }, cities: ['Frankfurt', 'London'] },
        expected: { results: ['Miss Miss', 'Hit OriginShieldHit'], attempts: 1 },
        see: 'origin-shield: the example for CloudFormation',
      },
      {
        request: { shield: { OriginShield: { Enabled: false } }, cities: ['Frankfurt', 'London'] },
        expected: { results: ['Miss Miss', 'Miss Miss'], attempts: 2 },
        see: 'API_OriginShield',
      },
    ]),
  ])('$kind: $request costs $expected.attempts ($see)', async ({ request: { shield, cities }, expected }) => {
    const { from, attempts } = await started({ template: over(shield) });
    const results: string[] = [];
    for (const city of cities) results.push(await from(city));
    expect({ results, attempts: attempts().length }).toEqual(expected);
  });

  test('has one age and one end there, too', async () => {
    const api = answering(200, { 'cache-control': 'max-age=10', etag: '"1"' });
    const { edge, from, attempts } = await started({
      template: over(shieldIn('us-east-1')),
      origins: { api },
    });
    await from('Frankfurt');
    edge.clock.advance(9_000);
    expect(await from('London')).toBe('Hit OriginShieldHit');
    edge.clock.advance(1_000);
    expect(await from('London')).toBe('Miss Miss');
    expect(await from('Frankfurt')).toBe('Hit OriginShieldHit');
    expect(attempts()).toHaveLength(2);
  });

  test('is gone from there after an invalidation', async () => {
    const { edge, from } = await started({ template: over(shieldIn('us-east-1')) });
    await from('Frankfurt');
    const body = JSON.stringify({ paths: ['/*'] });
    const { body: reply } = await ask(edge.control, '/invalidations', { method: 'POST', body });
    expect(JSON.parse(reply)).toEqual({ removed: 1 });
    expect(await from('London')).toBe('Miss Miss');
  });
});

test('an error is kept there', async () => {
  const { from, attempts } = await started({
    template: over(shieldIn('us-east-1')),
    origins: { api: answering(404, {}) },
  });
  for (const city of ['Frankfurt', 'London']) await from(city);
  expect(attempts()).toHaveLength(1);
});

test('an expired object there stands in for an error', async () => {
  let status = 200;
  const api: RequestListener = (request, response) =>
    answering(status, { 'cache-control': 'max-age=10' })(request, response);
  const { edge, from, attempts } = await started({ template: over(shieldIn('us-east-1')), origins: { api } });
  await from('Frankfurt');
  status = 503;
  edge.clock.advance(11_000);
  for (const city of ['London', 'Tokyo']) expect(await from(city)).toMatch(/^Hit /);
  expect(attempts()).toHaveLength(2);
});

test.each([
  { enabled: 'true', shield: {}, expected: 1 },
  { enabled: 'false', shield: shieldIn('us-east-1'), expected: 2 },
])('a function has the last word on it: enabled $enabled', async ({ enabled, shield, expected }) => {
  const code = `import cf from 'cloudfront';
    function handler(e) {
      cf.updateRequestOrigin({ originShield: { enabled: ${enabled}, region: 'us-east-1' } });
      return e.request;
    }`;
  const { from, attempts } = await started({ template: over(shield, { code }) });
  for (const city of ['Frankfurt', 'London']) await from(city);
  expect(attempts()).toHaveLength(expected);
});

test('writes go through, and leave nothing', async () => {
  const { from } = await started({
    template: over(shieldIn('us-east-1'), { behavior: { AllowedMethods: ALL_METHODS } }),
  });
  for (const city of ['Frankfurt', 'London']) {
    expect(await from(city, { method: 'POST', body: 'x' })).toBe('Miss Miss');
  }
});

test('functions at the origin events run behind it', async () => {
  const lambdas = { 'origin-request': 'functions/lambda-edge/seen.handler' };
  const { edge, from } = await started({ template: over(shieldIn('us-east-1'), { lambdas }) });
  for (const city of ['Frankfurt', 'London', 'Tokyo']) await from(city);
  expect(edge.lines.filter((line) => line.includes('ran'))).toHaveLength(1);
});

test('two origins with one domain name have nothing in common there: their custom headers may differ', async () => {
  const domain = { DomainName: 'shared.example.com', ...shieldIn('eu-west-1') };
  const PathPattern = '/other/*';
  const made = template({
    behavior: { TargetOriginId: 'api' },
    distribution: {
      Origins: [customOrigin('api', domain), customOrigin('other', domain)],
      OriginGroups: undefined,
      CacheBehaviors: [
        {
          PathPattern,
          TargetOriginId: 'other',
          ViewerProtocolPolicy: 'allow-all',
          CachePolicyId: { Ref: 'CachePolicy' },
        },
      ],
    },
  });
  const edge = await bench.start({ template: made, origins: { api: answering(200), other: answering(200) } });
  for (const path of ['/x', '/other/x']) await ask(edge.url, path);
  await edge.update({
    template: JSON.parse(JSON.stringify(made).replace(PathPattern, '/x')),
  });
  await ask(edge.url, '/x', { headers: { 'x-edgekeeper-viewer': 'Tokyo' } });
  expect(edge.requests.map(({ attempts }) => attempts.map(({ originId }) => originId))).toEqual([
    ['api'],
    ['other'],
    ['other'],
  ]);
});

describe('an origin group', () => {
  const failing = { 'us-east-1': answering(503, {}), 'eu-west-1': answering(200) };
  const BOTH = ['us-east-1', 'eu-west-1'];

  test.each([
    { shields: 'none', template: grouped({}), expected: [...BOTH, ...BOTH] },
    {
      shields: 'before the secondary',
      template: grouped({}, shieldIn('us-east-1')),
      expected: [...BOTH, 'us-east-1'],
    },
    {
      shields: 'before both, in one region',
      template: grouped(shieldIn('us-east-1'), shieldIn('us-east-1')),
      expected: [...BOTH, 'us-east-1'],
    },
    {
      shields: 'before the primary',
      template: grouped(shieldIn('us-east-1')),
      expected: [...BOTH, ...BOTH],
    },
  ])('with Origin Shield: $shields, each origin is asked through its own', async ({ template, expected }) => {
    const { from, attempts } = await started({ template, origins: failing });
    await from('Frankfurt');
    await from('London');
    expect(attempts()).toEqual(expected);
  });

  test('an expired object there stands in for no origin that fails: the other is asked', async () => {
    let status = 200;
    const primary: RequestListener = (request, response) =>
      answering(status, { 'cache-control': 'max-age=10', etag: '"1"' })(request, response);
    const { edge, from, attempts } = await started({
      template: grouped(shieldIn('us-east-1')),
      origins: { 'us-east-1': primary, 'eu-west-1': answering(200) },
    });
    await from('Frankfurt');
    status = 503;
    edge.clock.advance(11_000);
    expect(await from('Frankfurt')).toBe('Miss Miss');
    expect(attempts()).toEqual(['us-east-1', ...BOTH]);
  });

  test('one that cannot be reached fails over, each time', async () => {
    const { edge, from, attempts } = await started({
      template: grouped(shieldIn('us-east-1')),
      origins: { 'us-east-1': answering(200), 'eu-west-1': answering(200) },
    });
    await edge.origin('us-east-1').setFault({ kind: 'refuse' });
    await from('Frankfurt');
    await from('London');
    expect(attempts()).toEqual([...BOTH, ...BOTH]);
  });
});

test('a region without regional edge cache is refused', () => {
  expect(() => readTemplate(over(shieldIn('us-gov-west-1')))).toThrow(
    /Origins\[0\]\.OriginShield\.OriginShieldRegion: expected one of ap-northeast-1, .*, got "us-gov-west-1"/,
  );
});

test('an enabled one without region is refused, and a good one leaves no notice', () => {
  expect(() => readTemplate(over({ OriginShield: { Enabled: true } }))).toThrow('OriginShieldRegion: expected one of');
  expect(readTemplate(over(shieldIn('us-east-1'))).notices).toEqual([]);
});
