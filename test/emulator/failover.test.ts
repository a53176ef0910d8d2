/** Origin groups: every rule of the reference, section 4. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../emulator/fault.ts';
import { readTemplate } from '../../emulator/template.ts';
import { type Asked, ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { askedOver } from '../support/failing-origins.ts';
import { type OriginServer, startOriginServer } from '../support/origin-server.ts';
import { decided, documented, type Row } from '../support/rows.ts';
import { ALL_METHODS, customOrigin, template } from '../support/template.ts';

let bench: TestBench;
let primary: OriginServer;
let secondary: OriginServer;
beforeAll(async () => {
  // The primary answers with the status in the path.
  primary = await startOriginServer(({ url = '' }, response) => {
    response.writeHead(Number(/\d{3}/.exec(url)?.[0] ?? 200), { location: '/elsewhere' }).end('primary');
  });
  secondary = await startOriginServer((_, response) => response.end('secondary'));
  bench = await plainBench(template());
});
afterAll(async () => {
  await Promise.all([bench.close(), primary.close(), secondary.close()]);
});

function overGroup(codes: readonly number[], behavior = {}) {
  return template({
    behavior: { TargetOriginId: 'group', AllowedMethods: ALL_METHODS, ...behavior },
    distribution: {
      Origins: [
        customOrigin('one', {
          OriginPath: '/1',
          OriginCustomHeaders: [{ HeaderName: 'x-origin', HeaderValue: 'one' }],
        }),
        customOrigin('two', {
          OriginPath: '/2',
          OriginCustomHeaders: [{ HeaderName: 'x-origin', HeaderValue: 'two' }],
        }),
      ],
      OriginGroups: {
        Quantity: 1,
        Items: [
          {
            Id: 'group',
            FailoverCriteria: { StatusCodes: { Quantity: codes.length, Items: codes } },
            Members: { Quantity: 2, Items: [{ OriginId: 'one' }, { OriginId: 'two' }] },
          },
        ],
      },
    },
  });
}

const started = (codes: readonly number[], behavior = {}): Promise<TestEdge> =>
  bench.start({
    template: overGroup(codes, behavior),
    origins: { one: primary.url, two: secondary.url },
  });

const setFault = (edge: TestEdge, id: string, fault: Fault) =>
  ask(edge.control, `/origins/${id}/fault`, { method: 'PUT', body: JSON.stringify(fault) });

const CODES = [400, 403, 404, 416, 429, 500, 502, 503, 504];

describe('failover (4.1)', () => {
  interface Asking {
    readonly name: string;
    readonly codes: readonly number[];
    readonly behavior?: Readonly<Record<string, unknown>>;
    readonly target?: string;
    readonly asked?: Asked;
    /** Of the primary, and of the secondary. */
    readonly faults?: readonly Fault[];
  }
  /** The status, and which origins were asked with what result. */
  interface Outcome {
    readonly status: number;
    readonly attempts: readonly (number | string)[];
  }
  type Rule = Row<Asking, Outcome>;

  const without = (code: number) => CODES.filter((other) => other !== code);
  const outcome = (status: number, ...attempts: (number | string)[]): Outcome => ({ status, attempts });
  const broken = { name: 'reset', attempt: 'broken', code: 503, status: 502 } as const;
  // A connection that fails counts as 503, an answer that does not come as 504.
  const failures = [
    { name: 'refuse', attempt: 'refused', code: 503, status: 502 },
    { name: 'dns', attempt: 'unresolved', code: 503, status: 502 },
    { name: 'tls', attempt: 'untrusted', code: 503, status: 502 },
    { name: 'down', attempt: 'unreachable', code: 503, status: 504 },
    { name: 'hang', attempt: 'timed-out', code: 504, status: 504 },
  ] as const;
  type Failure = typeof broken | (typeof failures)[number];

  const taken = ({ name, attempt, code, status }: Failure, see: string): Rule[] => [
    {
      request: { name: `${name}, with ${code}`, codes: [code], faults: [{ kind: name }] },
      expected: outcome(200, attempt, 200),
      see,
    },
    {
      request: { name: `${name} of both`, codes: CODES, faults: [{ kind: name }, { kind: name }] },
      expected: outcome(status, attempt, attempt),
      see,
    },
  ];
  const untaken = ({ name, attempt, code, status }: Failure): Rule => ({
    request: { name: `${name}, with all but ${code}`, codes: without(code), faults: [{ kind: name }] },
    expected: outcome(status, attempt),
    see: 'fidelity; 4.1',
  });

  test.each([
    ...documented<Rule>([
      ...CODES.flatMap((code): Rule[] => [
        {
          request: { name: `${code}, configured`, codes: [code], target: `/${code}` },
          expected: outcome(200, code, 200),
          see: '4.1',
        },
        {
          request: { name: `${code}, all others configured`, codes: without(code), target: `/${code}` },
          expected: outcome(code, code),
          see: '4.1',
        },
      ]),
      ...[200, 204, 301, 302, 304, 307, 401, 410, 501].map((code) => ({
        request: { name: `${code}, which cannot be configured`, codes: CODES, target: `/${code}` },
        expected: outcome(code, code),
        see: '4.1',
      })),
      ...failures.flatMap((failure) => taken(failure, '4.1, 4.3')),
      {
        request: {
          name: 'both fail: the failure of the secondary',
          codes: CODES,
          target: '/500',
          faults: [{ kind: 'status', status: 500 }, { kind: 'refuse' }],
        },
        expected: outcome(502, 500, 'refused'),
        see: '4.1',
      },
      {
        request: {
          name: 'both fail: the status of the secondary, although it is configured',
          codes: CODES,
          faults: [{ kind: 'refuse' }, { kind: 'status', status: 404 }],
        },
        expected: outcome(404, 'refused', 404),
        see: '4.1',
      },
      {
        request: { name: 'HEAD', codes: CODES, target: '/500', asked: { method: 'HEAD' } },
        expected: outcome(200, 500, 200),
        see: '4.1',
      },
      {
        request: { name: 'OPTIONS, not cached', codes: CODES, target: '/500', asked: { method: 'OPTIONS' } },
        expected: outcome(500, 500),
        see: '4.1',
      },
      {
        request: {
          name: 'OPTIONS, cached',
          codes: CODES,
          behavior: { CachedMethods: ['GET', 'HEAD', 'OPTIONS'] },
          target: '/500',
          asked: { method: 'OPTIONS' },
        },
        expected: outcome(200, 500, 200),
        see: '4.1',
      },
      ...['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method): Rule[] => [
        {
          request: { name: `${method}, a status`, codes: CODES, target: '/503', asked: { method, body: 'x' } },
          expected: outcome(503, 503),
          see: '4.1',
        },
        {
          request: {
            name: `${method}, no connection`,
            codes: CODES,
            asked: { method, body: 'x' },
            faults: [{ kind: 'refuse' }],
          },
          expected: outcome(502, 'refused'),
          see: '4.1',
        },
      ]),
    ]),
    ...decided<Rule>([...taken(broken, 'fidelity; 4.1'), ...[...failures, broken].map(untaken)]),
  ])('$kind: $request.name: $expected ($see)', async ({ request, expected }) => {
    const { codes, behavior, target = '/film', faults = [] } = request;
    const edge = await started(codes, behavior);
    for (const [index, fault] of faults.entries()) await setFault(edge, ['one', 'two'][index] ?? '', fault);
    const { status } = await askedOver(edge, target, request.asked ?? {}, faults);
    const attempts = edge.requests.at(-1)?.attempts ?? [];
    expect({ status, attempts: attempts.map(({ result }) => result) }).toEqual(expected);
    expect(attempts.map(({ originId }) => originId)).toEqual(['one', 'two'].slice(0, attempts.length));
  });

  test('has no memory: the next miss begins at the primary', async () => {
    const edge = await started([500]);
    await ask(edge.url, '/500/a');
    await ask(edge.url, '/500/b');
    expect(edge.requests.map(({ attempts }) => attempts.map(({ originId }) => originId))).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  test("sends the same request under the secondary's path, name and headers", async () => {
    const edge = await started([500]);
    await ask(edge.url, '/500/a', { headers: { range: 'bytes=0-1' } });
    const [to, then] = [primary, secondary].map(({ received }) => {
      const last = received.at(-1);
      return {
        url: last?.url,
        host: last?.headers.host,
        origin: last?.headers['x-origin'],
        range: last?.headers.range,
      };
    });
    expect(to).toEqual({ url: '/1/500/a', host: 'one.example.com', origin: 'one', range: 'bytes=0-1' });
    expect(then).toEqual({ url: '/2/500/a', host: 'two.example.com', origin: 'two', range: 'bytes=0-1' });
  });

  test('makes no difference to the cache: a hit asks nobody', async () => {
    const edge = await started([500]);
    await ask(edge.url, '/500');
    expect((await ask(edge.url, '/500')).headers['x-cache']).toBe('Hit from cloudfront');
    expect(edge.requests.at(-1)?.attempts).toEqual([]);
  });
});

test.each(
  documented<Row<readonly number[], string>>([
    { request: CODES, expected: 'taken', see: '4.1' },
    ...[200, 401, 405, 410, 451, 501, 505].map((code) => ({
      request: [503, code],
      expected: `got ${code}`,
      see: '4.1',
    })),
  ]),
)('$kind: the criteria $request: $expected ($see)', ({ request, expected }) => {
  const read = () => readTemplate(overGroup(request));
  if (expected === 'taken') expect(read).not.toThrow();
  else expect(read).toThrow(expected);
});

describe('attempts', () => {
  interface Tried {
    readonly name: string;
    readonly fault: 'down' | 'hang';
    readonly asked?: Asked;
    /** ConnectionAttempts. */
    readonly attempts: number;
  }
  const HEAD: Asked = { method: 'HEAD' };
  const POST: Asked = { method: 'POST', body: 'x' };

  /** Expected: the tries. */
  test.each(
    documented<Row<Tried, number>>([
      { request: { name: 'connecting', fault: 'down', attempts: 3 }, expected: 3, see: '4.2' },
      { request: { name: 'connecting once', fault: 'down', attempts: 1 }, expected: 1, see: '4.2' },
      { request: { name: 'waiting for an answer', fault: 'hang', attempts: 2 }, expected: 2, see: '4.2' },
      {
        request: { name: 'waiting for an answer to HEAD', fault: 'hang', asked: HEAD, attempts: 2 },
        expected: 2,
        see: '4.2',
      },
      {
        request: { name: 'waiting for an answer to POST', fault: 'hang', asked: POST, attempts: 2 },
        expected: 1,
        see: '4.2',
      },
    ]),
  )('$kind: $request.name, ConnectionAttempts $request.attempts: $expected ($see)', async ({ request, expected }) => {
    const { attempts } = request;
    const fault: Fault = { kind: request.fault };
    const input = template({
      behavior: { TargetOriginId: 'one', AllowedMethods: ALL_METHODS },
      distribution: { Origins: [customOrigin('one', { ConnectionAttempts: attempts })], OriginGroups: undefined },
    });
    const edge = await bench.start({ template: input, origins: { one: primary.url } });
    await setFault(edge, 'one', fault);
    const { status } = await askedOver(edge, '/film', request.asked ?? {}, Array(expected).fill(fault));
    expect(status).toBe(504);
  });
});
