/** Each way for an origin to fail, alone and in an origin group, with and without a custom error response. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../emulator/fault.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { type OriginServer, startOriginServer } from '../support/origin-server.ts';
import { decided, documented, type Row } from '../support/rows.ts';
import { customOrigin, template } from '../support/template.ts';

let bench: TestBench;
let server: OriginServer;
beforeAll(async () => {
  server = await startOriginServer(({ headers }, response) => response.end(`from ${headers.host}`));
  bench = await plainBench(template());
});
afterAll(async () => {
  await Promise.all([bench.close(), server.close()]);
});

const ORIGINS = ['one', 'two', 'page', 'page-two'];

const group = (Id: string, ...members: string[]) => ({
  Id,
  FailoverCriteria: { StatusCodes: { Quantity: 2, Items: [503, 504] } },
  Members: { Quantity: 2, Items: members.map((OriginId) => ({ OriginId })) },
});

interface Setting {
  /** The target of the films, and of the error page. */
  readonly target: string;
  readonly page?: string;
}

function started({ target, page }: Setting): Promise<TestEdge> {
  const input = template({
    behavior: { TargetOriginId: target },
    distribution: {
      Origins: ORIGINS.map((id) => customOrigin(id)),
      OriginGroups: { Quantity: 2, Items: [group('films', 'one', 'two'), group('pages', 'page', 'page-two')] },
      ...(page !== undefined && {
        CacheBehaviors: [
          {
            PathPattern: '/sorry',
            TargetOriginId: page,
            ViewerProtocolPolicy: 'allow-all',
            CachePolicyId: { Ref: 'CachePolicy' },
          },
        ],
        CustomErrorResponses: [502, 503, 504].map((ErrorCode) => ({
          ErrorCode,
          ResponseCode: 200,
          ResponsePagePath: '/sorry',
        })),
      }),
    },
  });
  return bench.start({ template: input, origins: Object.fromEntries(ORIGINS.map((id) => [id, server.url])) });
}

interface Failing {
  readonly fault: Fault;
  /** What the edge waits for, in milliseconds, before it gives up. */
  readonly wait?: number;
}
interface Failed {
  /** What CloudFront answers for it, where nothing else does. */
  readonly status: number;
  readonly result: string | number;
}

const FAILURES = [
  ...documented<Row<Failing, Failed>>([
    { request: { fault: { kind: 'refuse' } }, expected: { status: 502, result: 'refused' }, see: '4.3' },
    { request: { fault: { kind: 'dns' } }, expected: { status: 502, result: 'unresolved' }, see: '4.3' },
    { request: { fault: { kind: 'tls' } }, expected: { status: 502, result: 'untrusted' }, see: '4.3' },
    { request: { fault: { kind: 'down' }, wait: 2_000 }, expected: { status: 504, result: 'unreachable' }, see: '4.3' },
    { request: { fault: { kind: 'hang' }, wait: 5_000 }, expected: { status: 504, result: 'timed-out' }, see: '4.3' },
    {
      request: { fault: { kind: 'slow', ms: 5_001 }, wait: 5_000 },
      expected: { status: 504, result: 'timed-out' },
      see: '4.3',
    },
    { request: { fault: { kind: 'status', status: 503 } }, expected: { status: 503, result: 503 }, see: '4.1' },
  ]),
  ...decided<Row<Failing, Failed>>([
    { request: { fault: { kind: 'reset' } }, expected: { status: 502, result: 'broken' }, see: 'fidelity; 4.3' },
  ]),
];

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Asks while the origins named have the fault, and moves the clock on for each that is waited for. */
async function asked(edge: TestEdge, { fault, wait }: Failing, failing: readonly string[]) {
  for (const id of failing) {
    await ask(edge.control, `/origins/${id}/fault`, { method: 'PUT', body: JSON.stringify(fault) });
  }
  const answering = ask(edge.url, '/film');
  for (let i = 0; i < (wait === undefined ? 0 : failing.length); i++) {
    await edge.clock.whenPending(fault.kind === 'slow' ? fault.ms : wait);
    // A slow origin's wait, and the edge's.
    while (fault.kind === 'slow' && edge.clock.pending() < 2) await turn();
    await turn();
    edge.clock.advance(wait ?? 0);
  }
  const { status, body, headers } = await answering;
  const attempts = edge.requests.at(-1)?.attempts ?? [];
  return {
    status,
    body,
    xCache: headers['x-cache'],
    attempts: attempts.map(({ originId, result }) => [originId, result]),
  };
}

const ERROR = 'Error from cloudfront';

describe.each(FAILURES)('$kind: $request.fault.kind ($see)', ({ request: failing, expected: { status, result } }) => {
  test('alone', async () => {
    const given = await asked(await started({ target: 'one' }), failing, ['one']);
    expect(given).toMatchObject({ status, xCache: ERROR, attempts: [['one', result]] });
  });

  test('alone, with a custom error response', async () => {
    const given = await asked(await started({ target: 'one', page: 'page' }), failing, ['one']);
    expect(given).toEqual({
      status: 200,
      body: 'from page.example.com',
      xCache: ERROR,
      attempts: [
        ['one', result],
        ['page', 200],
      ],
    });
  });

  test('of the page, too: what failed last is the answer', async () => {
    const given = await asked(await started({ target: 'one', page: 'page' }), failing, ['one', 'page']);
    expect(given).toMatchObject({
      status,
      xCache: ERROR,
      attempts: [
        ['one', result],
        ['page', result],
      ],
    });
  });

  test('of the primary in a group', async () => {
    const given = await asked(await started({ target: 'films', page: 'page' }), failing, ['one']);
    expect(given).toEqual({
      status: 200,
      body: 'from two.example.com',
      xCache: 'Miss from cloudfront',
      attempts: [
        ['one', result],
        ['two', 200],
      ],
    });
  });

  test('of both in a group', async () => {
    const given = await asked(await started({ target: 'films' }), failing, ['one', 'two']);
    expect(given).toMatchObject({
      status,
      xCache: ERROR,
      attempts: [
        ['one', result],
        ['two', result],
      ],
    });
  });

  test('of both in a group, with a page from a group whose primary fails likewise', async () => {
    const edge = await started({ target: 'films', page: 'pages' });
    const given = await asked(edge, failing, ['one', 'two', 'page']);
    expect(given).toEqual({
      status: 200,
      body: 'from page-two.example.com',
      xCache: ERROR,
      attempts: [
        ['one', result],
        ['two', result],
        ['page', result],
        ['page-two', 200],
      ],
    });
  });
});

describe('truncate', () => {
  test.each(
    documented<Row<Setting, { result: number }>>([
      { request: { target: 'one' }, expected: { result: 200 }, see: '7.4' },
      { request: { target: 'one', page: 'page' }, expected: { result: 200 }, see: '7.4' },
      { request: { target: 'films', page: 'page' }, expected: { result: 200 }, see: '7.4' },
    ]),
  )(
    '$kind: cuts off what the viewer gets, is no error and is not stored: $request ($see)',
    async ({ request, expected }) => {
      const edge = await started(request);
      await expect(asked(edge, { fault: { kind: 'truncate' } }, ['one'])).rejects.toThrow('aborted');
      expect(edge.requests.at(-1)?.attempts).toEqual([{ originId: 'one', ...expected }]);
      await ask(edge.control, '/origins/one/fault', { method: 'DELETE' });
      expect((await ask(edge.url, '/film')).headers['x-cache']).toBe('Miss from cloudfront');
    },
  );
});

test('slow, but in time, is no failure', async () => {
  const edge = await started({ target: 'films', page: 'page' });
  const failing: Failing = { fault: { kind: 'slow', ms: 4_999 }, wait: 4_999 };
  expect(await asked(edge, failing, ['one'])).toMatchObject({ status: 200, attempts: [['one', 200]] });
});
