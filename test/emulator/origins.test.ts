/** Origins that are servers elsewhere: how they are asked, and what becomes of their failures. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../emulator/fault.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { LOCALHOST_PEM, type OriginServer, startOriginServer } from '../support/origin-server.ts';
import { customOrigin, template } from '../support/template.ts';

let bench: TestBench;
let server: OriginServer;
beforeAll(async () => {
  server = await startOriginServer(({ method, url }, response) => response.end(`${method} ${url}`));
  bench = await plainBench(template());
});
afterAll(async () => {
  await Promise.all([bench.close(), server.close()]);
});

/** A distribution with one custom origin, `api`. */
const overApi = (origin = {}, behavior = {}) =>
  template({
    behavior: { TargetOriginId: 'api', ...behavior },
    distribution: { Origins: [customOrigin('api', origin)], OriginGroups: undefined },
  });

const started = (origins: Record<string, string>, input = overApi()): Promise<TestEdge> =>
  bench.start({ template: input, origins });

const putFault = (edge: TestEdge, fault: Fault) =>
  ask(edge.control, '/origins/api/fault', { method: 'PUT', body: JSON.stringify(fault) });

describe('a server that stands in for an origin', () => {
  test('is asked under the name of the origin, with its path and custom headers (6.2, 6.4)', async () => {
    const OriginCustomHeaders = [{ HeaderName: 'X-Secret', HeaderValue: 'ours' }];
    const edge = await started({ api: server.url }, overApi({ OriginPath: '/v1', OriginCustomHeaders }));
    const { body } = await ask(edge.url, '/films?page=2', { headers: { 'x-secret': 'theirs' } });
    expect(body).toBe('GET /v1/films');
    expect(server.received.at(-1)?.headers).toMatchObject({ host: 'api.example.com', 'x-secret': 'ours' });
  });

  test('is asked under the name that the viewer said, where the policy forwards Host (6.2)', async () => {
    const input = template({
      behavior: { TargetOriginId: 'api' },
      originRequestPolicy: { HeadersConfig: { HeaderBehavior: 'allViewer' } },
      distribution: { Origins: [customOrigin('api')], OriginGroups: undefined },
    });
    const edge = await started({ api: server.url }, input);
    await ask(edge.url, '/films', { headers: { host: 'www.example.com' } });
    expect(server.received.at(-1)?.headers.host).toBe('www.example.com');
  });

  test('stands in for a bucket as well, beside a folder', async () => {
    const edge = await bench.start({ origins: { ...bench.folders, 'us-east-1': server.url } });
    expect((await ask(edge.url, '/film.mp4')).body).toBe('GET /film.mp4');
    expect(server.received.at(-1)?.headers.host).toBe('films-111122223333.s3.us-east-1.amazonaws.com');
    await ask(edge.control, '/origins/us-east-1/fault', { method: 'PUT', body: '{"kind":"refuse"}' });
    expect((await ask(edge.url, '/x')).body).toBe('x from eu-west-1');
    expect([...edge.buckets.keys()]).toEqual(['eu-west-1']);
  });

  test('is told by the control API, without a folder', async () => {
    const edge = await started({ api: server.url });
    expect(JSON.parse((await ask(edge.control, '/origins')).body)).toEqual([
      { id: 'api', domainName: 'api.example.com', url: server.url, fault: null },
    ]);
  });

  test.each([
    { origins: { other: 'x', api: 'x' }, message: 'origin: expected one of api, got "other"' },
    ...[
      'ftp://localhost',
      'http://localhost/path',
      'http://user:secret@localhost',
      'http://localhost?x',
      'http://',
    ].map((api) => ({
      origins: { api },
      message: 'origin api: expected http:// or https://, a host and perhaps a port, got "..."',
    })),
  ])('$origins: $message', async ({ origins, message }) => {
    await expect(started(origins as Record<string, string>)).rejects.toThrow(message);
  });

  test('is missing: that is said at start and on each request, which is answered 502', async () => {
    const edge = await started({});
    const notice =
      'origin api: nothing stands in for api.example.com, which is answered 502: --origin api=<folder or URL>';
    expect(edge.notices).toContain(notice);
    const { status, body } = await ask(edge.url, '/films');
    expect({ status, body }).toMatchObject({ status: 502, body: expect.stringContaining(PAGES.unresolved) });
    expect(edge.lines).toEqual([notice]);
    expect(edge.requests[0]).toMatchObject({ attempts: [{ originId: 'api', result: 'unresolved' }] });
    expect(JSON.parse((await ask(edge.control, '/origins')).body)).toEqual([
      { id: 'api', domainName: 'api.example.com', fault: null },
    ]);
  });
});

const PAGES = {
  unconnected: "CloudFront wasn't able to connect to the origin.",
  unresolved: "CloudFront wasn't able to resolve the origin domain name.",
  closed:
    'CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin closed the connection.',
};

describe("CloudFront's own answer (4.3)", () => {
  /** `wait`: what the edge waits for, in milliseconds; the clock is moved on by that. */
  test.each<{ fault: Fault; wait?: number; status: number; page: string; attempt: string }>([
    { fault: { kind: 'refuse' }, status: 502, page: PAGES.unconnected, attempt: 'refused' },
    { fault: { kind: 'dns' }, status: 502, page: PAGES.unresolved, attempt: 'unresolved' },
    { fault: { kind: 'tls' }, status: 502, page: PAGES.unconnected, attempt: 'untrusted' },
    { fault: { kind: 'reset' }, status: 502, page: PAGES.unconnected, attempt: 'broken' },
    { fault: { kind: 'down' }, wait: 2000, status: 504, page: PAGES.closed, attempt: 'unreachable' },
    { fault: { kind: 'hang' }, wait: 5000, status: 504, page: PAGES.closed, attempt: 'timed-out' },
    { fault: { kind: 'slow', ms: 5001 }, wait: 5000, status: 504, page: PAGES.closed, attempt: 'timed-out' },
  ])('$fault.kind: $status, and the server behind it is not asked', async (row) => {
    const { fault, wait, status, page, attempt } = row;
    const edge = await started({ api: server.url });
    const before = server.received.length;
    expect((await putFault(edge, fault)).status).toBe(200);
    const answering = ask(edge.url, '/films');
    if (wait !== undefined) {
      await edge.clock.whenPending(wait);
      edge.clock.advance(wait);
    }
    const { headers, body, ...answer } = await answering;
    expect(answer.status).toBe(status);
    expect(headers).toMatchObject({
      'x-cache': 'Error from cloudfront',
      server: 'CloudFront',
      'content-type': 'text/html',
    });
    expect(body).toContain(`<H1>${status} ERROR</H1>`);
    expect(body).toContain(page);
    expect(body).toContain(`Request ID: ${headers['x-amz-cf-id']}`);
    expect(edge.requests.at(-1)?.attempts).toEqual([{ originId: 'api', result: attempt }]);
    expect(server.received.length).toBe(before);
  });

  test('repaired, the server is asked again', async () => {
    const edge = await started({ api: server.url });
    await putFault(edge, { kind: 'dns' });
    await ask(edge.control, '/origins/api/fault', { method: 'DELETE' });
    expect((await ask(edge.url, '/films')).body).toBe('GET /films');
  });

  test('slow, but in time, the server answers through the relay', async () => {
    const edge = await started({ api: server.url });
    await putFault(edge, { kind: 'slow', ms: 4000 });
    const answering = ask(edge.url, '/slow', { headers: { host: 'www.example.com' } });
    await edge.clock.whenPending(4000);
    // The relay's wait, and the edge's.
    while (edge.clock.pending() < 2) await new Promise((resolve) => setImmediate(resolve));
    edge.clock.advance(4000);
    expect((await answering).body).toBe('GET /slow');
    expect(server.received.at(-1)?.headers.host).toBe('api.example.com');
  });

  test('truncated, an answer breaks off after half of its body', async () => {
    const edge = await started({ api: server.url });
    await putFault(edge, { kind: 'truncate' });
    await expect(ask(edge.url, '/films')).rejects.toThrow();
  });

  test('a status is the answer of the origin', async () => {
    const edge = await started({ api: server.url });
    await putFault(edge, { kind: 'status', status: 418 });
    expect(await ask(edge.url, '/films')).toMatchObject({ status: 418, body: '418\n' });
  });

  test('a name that has no address: 502', async () => {
    const edge = await started({ api: 'http://nowhere.invalid' });
    const { status, body } = await ask(edge.url, '/films');
    expect(status).toBe(502);
    expect(body).toContain(PAGES.unresolved);
  });

  test.each([
    { name: 'a certificate that nobody vouches for', scheme: 'https' },
    { name: 'a server that speaks no TLS', scheme: 'https', plain: true },
  ])('$name: 502', async ({ plain }) => {
    const secure = await startOriginServer(
      (_, response) => response.end('secure'),
      plain === true ? undefined : readFileSync(LOCALHOST_PEM),
    );
    const edge = await started({ api: secure.url.replace('http:', 'https:') });
    const { status, body } = await ask(edge.url, '/films');
    expect({ status, attempts: edge.requests.at(-1)?.attempts }).toEqual({
      status: 502,
      attempts: [{ originId: 'api', result: 'untrusted' }],
    });
    expect(body).toContain(PAGES.unconnected);
    expect(secure.received).toEqual([]);
    await secure.close();
  });
});

test('a certificate of the server that stands in, from a known authority, is trusted', async () => {
  const secure = await startOriginServer(
    ({ headers }, response) => response.end(headers.host),
    readFileSync(LOCALHOST_PEM),
  );
  const script = fileURLToPath(new URL('../support/ask-origin.ts', import.meta.url));
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: LOCALHOST_PEM };
  const { port } = new URL(secure.url);
  const asked = (host: string) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', script, host, port], { env });
  expect((await asked('localhost')).stdout).toBe('200 api.example.com');
  expect((await asked('127.0.0.1')).stdout).toBe('untrusted');
  await secure.close();
});
