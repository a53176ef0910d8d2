/** The shipped bundle, run as Lambda runs it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFunctions } from '../../../build/functions.ts';
import { systemClock } from '../../../emulator/clock.ts';
import type { LambdaRuntime } from '../../../emulator/lambda-edge/runtime.ts';
import { builtLambda } from '../../support/built-lambda.ts';
import { type OriginResponseInit, originResponse } from '../../support/events.ts';
import { config } from '../../support/settings.ts';

const ORDER = { 'x-edgekeeper-order': 'us-east-1,eu-west-1' };
const REVERSED = { 'x-edgekeeper-order': 'eu-west-1,us-east-1' };
/** The other one is drained hard: `order` names no second. */
const ALONE = { 'x-edgekeeper-order': 'us-east-1' };
const ID = 'EXAMPLE4TyzHTaYWb1GX1qTfsHhEqV6HUDd==';

let folder: string;
let runtime: LambdaRuntime;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edgekeeper-bundles-'));
  await buildFunctions({ root: process.cwd(), config: config(), outFolder: folder });
  runtime = builtLambda('origin-response', folder, systemClock);
});

afterAll(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true });
});

interface Response {
  readonly status: string;
  readonly statusDescription?: string;
  readonly body?: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly lines: readonly string[];
}

async function respond(init: OriginResponseInit): Promise<Response> {
  const outcome = await runtime.invoke(originResponse(init));
  if ('error' in outcome) throw new Error(outcome.error);
  const value = outcome.value as { status: string; body?: string; headers: Record<string, { value: string }[]> };
  const headers = Object.entries(value.headers).map(([name, lines]) => [name, lines.map((line) => line.value).join()]);
  return { ...value, headers: Object.fromEntries(headers), lines: outcome.lines };
}

describe('who answered', () => {
  test.each<{ name: string; init: OriginResponseInit; region?: string; role?: string }>([
    { name: 'the first of the order', init: { requestHeaders: ORDER }, region: 'us-east-1', role: 'primary' },
    { name: 'the second of the order', init: { requestHeaders: REVERSED }, region: 'us-east-1', role: 'secondary' },
    { name: 'without an order, the first configured', init: {}, region: 'us-east-1', role: 'primary' },
    {
      name: 'without an order, the second configured',
      init: { region: 'eu-west-1' },
      region: 'eu-west-1',
      role: 'secondary',
    },
    {
      name: 'an order of unknown regions is no order',
      init: { requestHeaders: { 'x-edgekeeper-order': 'mars-1,us-east-1' } },
      region: 'us-east-1',
      role: 'primary',
    },
    {
      name: 'by the bucket domain',
      init: { region: null, domainName: 'films.s3.eu-west-1.amazonaws.com' },
      region: 'eu-west-1',
      role: 'secondary',
    },
    {
      name: 'by the older bucket domain',
      init: { region: null, domainName: 'films.s3-eu-west-1.amazonaws.com' },
      region: 'eu-west-1',
      role: 'secondary',
    },
    {
      name: 'by the bucket domain, whatever the host',
      init: {
        region: null,
        domainName: 'films.s3.eu-west-1.amazonaws.com',
        requestHeaders: { host: 'www.example.com' },
      },
      region: 'eu-west-1',
      role: 'secondary',
    },
    {
      name: 'by the host, where the event tells no origin',
      init: { type: 'none', domainName: 'films.s3.eu-west-1.amazonaws.com' },
      region: 'eu-west-1',
      role: 'secondary',
    },
    {
      name: 'by the custom header before the bucket domain',
      init: { region: 'us-east-1', domainName: 'films.s3.eu-west-1.amazonaws.com' },
      region: 'us-east-1',
      role: 'primary',
    },
    {
      name: 'the only one of the order',
      init: { region: 'eu-west-1', requestHeaders: { 'x-edgekeeper-order': 'eu-west-1' } },
      region: 'eu-west-1',
      role: 'primary',
    },
    {
      name: 'the primary, with an error that is no criterion',
      init: { status: '416', requestHeaders: ORDER },
      region: 'us-east-1',
      role: 'primary',
    },
    { name: 'custom origin', init: { type: 'custom', region: 'eu-west-1' }, region: 'eu-west-1', role: 'secondary' },
    { name: 'nobody that is known', init: { region: null } },
    { name: 'a region of another distribution', init: { region: 'ap-south-1' } },
  ])('$name', async ({ init, region, role }) => {
    const { headers, lines } = await respond(init);
    expect(headers['x-origin-region']).toBe(region);
    expect(headers['x-origin-role']).toBe(role);
    expect(lines).toHaveLength(region === undefined ? 1 : 0);
  });

  test('an unknown origin leaves one line in the log, and the answer as it was', async () => {
    const { status, headers, lines } = await respond({ region: null, status: '503', headers: { etag: '"1"' } });
    expect({ status, headers }).toEqual({ status: '503', headers: { etag: '"1"' } });
    expect(lines).toEqual(['{"edgekeeper":1,"warning":"origin-unknown","path":"/film.mp4"}']);
  });
});

const DATE = 'Thu, 01 Jan 2026 12:00:00 GMT';

describe('a failover', () => {
  test('is told as RFC 9209 has it, with the request id', async () => {
    const { headers } = await respond({ requestHeaders: REVERSED });
    expect(headers['proxy-status']).toBe(`edgekeeper;next-hop="us-east-1";details="not eu-west-1; ${ID}"`);
  });

  test('is told after what the origin said itself', async () => {
    const { headers } = await respond({ requestHeaders: REVERSED, headers: { 'Proxy-Status': 'bucket' } });
    expect(headers['proxy-status']).toBe(`bucket, edgekeeper;next-hop="us-east-1";details="not eu-west-1; ${ID}"`);
  });

  test('is not told of the primary', async () => {
    expect((await respond({ requestHeaders: ORDER })).headers).not.toHaveProperty('proxy-status');
  });

  test.each<{
    before: string | undefined;
    after: string | undefined;
    status?: string;
    more?: Record<string, string | string[]>;
  }>([
    { before: undefined, after: 's-maxage=60' },
    { before: 'max-age=61', after: 'max-age=61, s-maxage=60' },
    { before: 'max-age=60', after: 'max-age=60' },
    { before: 'public, s-maxage=61, max-age=5', after: 'public, max-age=5, s-maxage=60' },
    { before: 's-maxage=59, max-age=9999', after: 's-maxage=59, max-age=9999' },
    { before: 'max-age="3600"', after: 'max-age="3600", s-maxage=60' },
    { before: 'no-store', after: 'no-store' },
    { before: 'private="set-cookie, s-maxage=1"', after: 'private="set-cookie, s-maxage=1"' },
    { before: 'no-cache, max-age=3600', after: 'no-cache, max-age=3600' },
    { before: 's-maxage="10', after: 's-maxage="10' },
    { before: 's-maxage = 3600', after: 's-maxage=60' },
    { before: 'max-age=soon', after: 'max-age=soon, s-maxage=0' },
    { before: 'max-age=61, s-maxage=', after: 'max-age=61, s-maxage=0' },
    { before: 'no-store, max-age=61', status: '404', after: 'no-store, max-age=61, s-maxage=60' },
    { before: 'no-store', status: '404', after: 'no-store' },
    { before: 'immutable', after: 'immutable, s-maxage=60' },
    { before: undefined, more: { Expires: 'Thu, 01 Jan 2026 12:01:00 GMT' }, after: undefined },
    { before: undefined, more: { Expires: 'Thu, 01 Jan 2026 12:01:01 GMT' }, after: 's-maxage=60' },
    { before: undefined, more: { Expires: '0' }, after: undefined },
    { before: undefined, more: { Expires: 'never' }, after: undefined },
    { before: undefined, more: { 'Cache-Control': ['max-age=5', 's-maxage=61'] }, after: 'max-age=5, s-maxage=60' },
    { before: 'No-Store', after: 'No-Store' },
    { before: 'Max-Age=59', after: 'Max-Age=59' },
    { before: 'S-MaxAge="61", max-age=5', after: 'max-age=5, s-maxage=60' },
    { before: 'x="a, s-maxage=1", max-age=61', after: 'x="a, s-maxage=1", max-age=61, s-maxage=60' },
    { before: 'x="a\\", s-maxage=1", max-age=61', after: 'x="a\\", s-maxage=1", max-age=61, s-maxage=60' },
    { before: 'max-age=61, , immutable', after: 'max-age=61, immutable, s-maxage=60' },
    { before: undefined, status: '400', after: undefined },
    { before: undefined, status: '404', after: undefined },
    { before: 'max-age=3600', status: '404', after: 'max-age=3600, s-maxage=60' },
    { before: undefined, status: '206', after: 's-maxage=60' },
  ])('$status $before $more becomes $after in the cache', async ({ before, after, status = '200', more = {} }) => {
    const control = before === undefined ? {} : { 'Cache-Control': before };
    const init = { status, requestHeaders: REVERSED, headers: { Date: DATE, ...control, ...more } };
    expect((await respond(init)).headers['cache-control']).toBe(after);
  });

  test('leaves the primary its cache time', async () => {
    const { headers } = await respond({ requestHeaders: ORDER, headers: { 'Cache-Control': 'max-age=3600' } });
    expect(headers['cache-control']).toBe('max-age=3600');
  });
});

describe('an error', () => {
  test.each<{ status: string; order: Record<string, string>; method?: string; type?: 'custom'; becomes: string }>([
    { status: '403', order: ORDER, becomes: '403' },
    { status: '403', order: REVERSED, becomes: '404' },
    { status: '403', order: REVERSED, type: 'custom', becomes: '403' },
    { status: '404', order: REVERSED, becomes: '404' },
    { status: '500', order: REVERSED, becomes: '503' },
    { status: '502', order: REVERSED, becomes: '503' },
    { status: '503', order: REVERSED, becomes: '503' },
    { status: '504', order: REVERSED, becomes: '503' },
    { status: '501', order: REVERSED, becomes: '501' },
    { status: '503', order: ORDER, becomes: '503' },
    { status: '500', order: ORDER, becomes: '500' },
    { status: '500', order: ALONE, becomes: '503' },
    { status: '403', order: ALONE, becomes: '404' },
    { status: '500', order: ORDER, method: 'HEAD', becomes: '500' },
    { status: '500', order: ORDER, method: 'OPTIONS', becomes: '503' },
    { status: '500', order: ORDER, method: 'POST', becomes: '503' },
    { status: '416', order: REVERSED, becomes: '416' },
    { status: '304', order: REVERSED, becomes: '304' },
  ])('$status with the order $order $method $type becomes $becomes', async ({ status, order, becomes, ...init }) => {
    expect((await respond({ status, requestHeaders: order, ...init })).status).toBe(becomes);
  });

  test('of the primary that is about to fail over is left alone', async () => {
    const { headers, body } = await respond({ status: '503', requestHeaders: ORDER, headers: { etag: '"1"' } });
    expect(headers).toEqual({ etag: '"1"' });
    expect(body).toBeUndefined();
  });

  test('of a bucket that may not be listed is a plain 404', async () => {
    expect(await respond({ status: '403', requestHeaders: REVERSED, headers: { etag: '"1"' } })).toMatchObject({
      status: '404',
      statusDescription: 'Not Found',
      headers: { 'content-type': 'text/plain; charset=utf-8', 'proxy-status': expect.not.stringContaining('received') },
      body: 'Not found\n',
    });
  });

  test.each([
    { uri: '/film.mp4', type: 'text/html; charset=utf-8', begins: '<!doctype html>' },
    { uri: '/json', type: 'text/html; charset=utf-8', begins: '<!doctype html>' },
    { uri: '/api/films.json', type: 'application/json', begins: '{"error":"unavailable"' },
  ])('of both regions is one defined answer: $type for $uri', async ({ uri, type, begins }) => {
    const { status, statusDescription, headers, body } = await respond({
      uri,
      status: '500',
      requestHeaders: REVERSED,
      headers: {
        'Content-Type': 'application/xml',
        'Content-Length': '243',
        'Content-Encoding': 'gzip',
        'Content-Range': 'bytes 0-242/243',
        'Accept-Ranges': 'bytes',
        'Last-Modified': DATE,
        ETag: '"1"',
        'Transfer-Encoding': 'chunked',
      },
    });
    expect({ status, statusDescription }).toEqual({ status: '503', statusDescription: 'Service Unavailable' });
    expect(body?.startsWith(begins)).toBe(true);
    expect(headers).toEqual({
      'cache-control': 'no-store',
      'content-type': type,
      'proxy-status': `edgekeeper;next-hop="us-east-1";received-status=500;details="not eu-west-1; ${ID}"`,
      'retry-after': '30',
      'transfer-encoding': 'chunked',
      'x-origin-region': 'us-east-1',
      'x-origin-role': 'secondary',
    });
  });
});
