/** Nothing that a viewer sent is in what the functions at the origin events say. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseList, Token } from 'structured-headers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildFunctions } from '../../../build/functions.ts';
import { systemClock } from '../../../emulator/clock.ts';
import type { LambdaRuntime } from '../../../emulator/lambda-edge/runtime.ts';
import { builtLambda } from '../../support/built-lambda.ts';
import { originResponse } from '../../support/events.ts';
import { config } from '../../support/settings.ts';

const REGIONS = ['us-east-1', 'eu-west-1'];
const MARK = 'eVil7';

let folder: string;
let atRequest: LambdaRuntime;
let atResponse: LambdaRuntime;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edgekeeper-bundles-'));
  await buildFunctions({ root: process.cwd(), config: config(), outFolder: folder });
  atRequest = builtLambda('origin-request', folder, systemClock);
  atResponse = builtLambda('origin-response', folder, systemClock);
});
afterAll(async () => {
  await Promise.all([atRequest.close(), atResponse.close()]);
  rmSync(folder, { recursive: true });
});

/** Text with the mark in it, and what breaks out of headers, quotes, lists and pages. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        '\\',
        ',',
        ';',
        '\r\n',
        '\0',
        '<script>',
        '%0d%0a',
        '$&',
        '=',
        '.s3.eu-west-1.amazonaws.com',
      ),
      fc.constantFrom(...REGIONS, 'us-east-1,eu-west-1', 'eu-west-1,us-east-1', '__proto__', '.json'),
      fc.string({ maxLength: 8, unit: 'binary' }),
    ),
    { maxLength: 6 },
  )
  .chain((parts) => fc.nat(parts.length).map((at) => [...parts.slice(0, at), MARK, ...parts.slice(at)].join('')));

const order = fc.oneof(hostile, fc.constantFrom('us-east-1,eu-west-1', 'eu-west-1,us-east-1', ''));

const sent = fc.record({
  uri: hostile.map((text) => `/${text}`),
  method: fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'POST'),
  status: fc.constantFrom('200', '206', '304', '403', '404', '416', '500', '503', '504'),
  region: fc.constantFrom(...REGIONS),
  requestHeaders: fc.record({
    'x-edgekeeper-order': order,
    'x-edgekeeper-origin': hostile,
    'proxy-status': hostile,
    'user-agent': hostile,
    host: hostile,
  }),
});

interface Made {
  readonly status: string;
  readonly body?: string;
  readonly headers: Readonly<Record<string, readonly { readonly value: string }[]>>;
}

async function made(runtime: LambdaRuntime, event: object): Promise<Made> {
  const outcome = await runtime.invoke(event);
  if ('error' in outcome) throw new Error(outcome.error);
  return outcome.value as Made;
}

test('the origin response says regions, statuses and the request id, as structured fields', async () => {
  await fc.assert(
    fc.asyncProperty(sent, async (init) => {
      const { headers, body = '' } = await made(atResponse, originResponse(init));
      const text = JSON.stringify([headers, body]);
      expect(text).not.toContain(MARK);
      for (const { value } of Object.values(headers).flat()) expect(value).toMatch(/^[\x20-\x7e]*$/);

      const region = headers['x-origin-region']?.[0]?.value;
      if (region !== undefined) expect(region).toBe(init.region);
      const status = headers['proxy-status']?.[0]?.value;
      if (status === undefined) return;
      const [member, ...more] = parseList(status);
      expect(more).toEqual([]);
      expect(member?.[0]).toEqual(new Token('edgekeeper'));
      expect(REGIONS).toContain(member?.[1].get('next-hop'));
    }),
    { numRuns: 1000 },
  );
});

test('the origin request has a page and a 404, and nothing else', async () => {
  const known = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(hostile, fc.constant('')).map((text) => `/_edgekeeper/unavailable.html${text}`),
      sent,
      async (uri, init) => {
        known.add(JSON.stringify(await made(atRequest, originResponse({ ...init, uri }))));
      },
    ),
    { numRuns: 500 },
  );
  expect([...known].map((text) => (JSON.parse(text) as Made).status).sort()).toEqual(['200', '404']);
});
