/**
 * The events that AWS shows as examples, field by field, beside those that functions are given here for the
 * same requests and answers. They are no part of this project.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EdgeOptions } from '../../emulator/edge.ts';
import { type Asked, ask, plainBench, type TestBench } from '../support/edge.ts';
import { type OriginServer, startOriginServer } from '../support/origin-server.ts';
import { customOrigin, type TemplateInit, template } from '../support/template.ts';

const folder = process.env.EDGEKEEPER_VECTORS;
if (folder === undefined) {
  console.warn('skipped, since EDGEKEEPER_VECTORS names no folder: the events that AWS shows as examples');
}

const read = (file: string): string => readFileSync(join(folder ?? '', 'events/aws-docs', file), 'utf8');
const json = (file: string) => JSON.parse(read(file));

const LOGGING = 'functions/lambda-edge/logging.handler';
const BUNDLES = {
  'logging.js': `exports.handler = async (event) => {
    const { request, response } = event.Records[0].cf;
    console.log(JSON.stringify(event));
    return response ?? request;
  };`,
};
const scriptFor = (event: string) =>
  `function handler(event) { console.log(JSON.stringify(event)); return event.${event.slice('viewer-'.length)}; }`;

let bench: TestBench;
let origin: OriginServer;
/** What the origin answers. */
let answered: { headers: Record<string, string | string[]>; body: string };
beforeAll(async () => {
  bench = await plainBench(template(), BUNDLES);
  origin = await startOriginServer((request, response) => {
    response.sendDate = false;
    request.resume().on('end', () => response.writeHead(200, answered.headers).end(answered.body));
  });
});
afterAll(() => Promise.all([bench.close(), origin.close()]));

/** An edge in front of an origin at `example.org` that forwards what the examples forward. */
async function edgeWith(init: TemplateInit, options: Partial<EdgeOptions> = {}) {
  const properties = { DomainName: 'example.org', CustomOriginConfig: { OriginProtocolPolicy: 'https-only' } };
  const input = template({
    behavior: { TargetOriginId: 'custom' },
    originRequestPolicy: {
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Cache-Control', 'CloudFront-Viewer-Country'] },
      CookiesConfig: { CookieBehavior: 'all' },
    },
    distribution: { Origins: [customOrigin('custom', properties)], OriginGroups: undefined },
    ...init,
  });
  return bench.start({ template: input, origins: { custom: origin.url }, ...options });
}

/** The last event that was logged, once the requests are answered; `age`: seconds between two of them. */
async function eventFor(init: TemplateInit, target: string, asked: Asked, age?: number, viewerCountry?: string) {
  const edge = await edgeWith(init, viewerCountry === undefined ? {} : { viewerCountry });
  await ask(edge.url, target, asked);
  if (age !== undefined) {
    edge.clock.advance(age * 1000);
    await ask(edge.url, target, asked);
  }
  return JSON.parse(edge.lines.at(-1) ?? '');
}

const REQUEST_ID = expect.stringMatching(/^[\w-]{54}==$/);
const HERE = '127.0.0.1';

describe.skipIf(folder === undefined)('Lambda@Edge is given what AWS shows in', () => {
  type Headers = Record<string, { key: string; value: string }[]>;
  const sentBy = (headers: Headers, names: readonly string[]) =>
    Object.fromEntries(names.flatMap((name) => (headers[name] ?? []).map(({ key, value }) => [key, value])));

  test.each([
    { file: 'lambda-edge-01-example-viewer-request.json', event: 'viewer-request' },
    { file: 'lambda-edge-02-example-origin-request.json', event: 'origin-request' },
    { file: 'lambda-edge-03-example-origin-response.json', event: 'origin-response' },
    { file: 'lambda-edge-04-example-viewer-response.json', event: 'viewer-response' },
  ])('$file', async ({ file, event }) => {
    const example = json(file);
    const { config, request, response } = example.Records[0].cf;
    const isAtOrigin = event.startsWith('origin');
    const viewers = isAtOrigin ? ['cache-control'] : ['host', 'user-agent', 'accept'];
    const shown: Headers = response?.headers ?? {};
    const { age, 'content-length': length, ...others } = shown;
    answered = {
      headers: sentBy(others, Object.keys(others)),
      body: 'x'.repeat(Number(length?.[0]?.value ?? 0)),
    };
    answered.headers['Content-Length'] = String(answered.body.length);
    const seen = await eventFor(
      { lambdas: { [event]: LOGGING } },
      request.uri,
      { headers: sentBy(request.headers, viewers) },
      age === undefined ? undefined : Number(age[0]?.value),
    );

    config.requestId = REQUEST_ID;
    request.clientIp = HERE;
    if (isAtOrigin) {
      const via = expect.stringMatching(/^2\.0 \S+\.cloudfront\.net \(CloudFront\)$/);
      request.headers.via[0].value = via;
      request.headers['x-forwarded-for'][0].value = HERE;
      // As this origin is set up.
      const { custom } = request.origin;
      for (const name of ['readTimeout', 'responseCompletionTimeout']) custom[name] = expect.any(Number);
      custom.sslProtocols = expect.arrayContaining(['TLSv1.2']);
    }
    expect(seen).toStrictEqual(example);
  });
});

describe.skipIf(folder === undefined)('a CloudFront Function is given what AWS shows in', () => {
  type Field = { value: string; attributes?: string; multiValue?: Field[] };
  type Fields = Record<string, Field>;
  const all = (field: Field): Field[] => field.multiValue ?? [field];
  const pairs = (fields: Fields) =>
    Object.entries(fields).flatMap(([name, field]) => all(field).map(({ value }) => [name, value] as const));
  /** Header lines as the viewer or the origin sends them. */
  const linesOf = (fields: Fields) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [
        name,
        field.multiValue === undefined ? field.value : all(field).map(({ value }) => value),
      ]),
    );

  test.each(['viewer-request', 'viewer-response'])('cloudfront-functions-07-note.json, at the %s', async (event) => {
    const example = json('cloudfront-functions-07-note.json');
    const { context, viewer, request, response } = example;
    const setCookies = Object.entries(response.cookies as Fields).flatMap(([name, field]) =>
      all(field).map(({ value, attributes }) => `${name}=${value}; ${attributes}`),
    );
    answered = {
      headers: { ...linesOf(response.headers), 'set-cookie': setCookies },
      body: 'x'.repeat(Number(response.headers['content-length'].value)),
    };
    const { 'cloudfront-viewer-country': country, ...headers } = request.headers;
    const query = pairs(request.querystring).map(([name, value]) => (value === '' ? name : `${name}=${value}`));
    const cookie = pairs(request.cookies).map((pair) => pair.join('='));
    const seen = await eventFor(
      { scripts: { [event]: scriptFor(event) } },
      `${request.uri}?${query.join('&')}`,
      { headers: linesOf(headers), cookie: cookie.join('; ') },
      undefined,
      country.value,
    );

    context.requestId = REQUEST_ID;
    context.eventType = event;
    viewer.ip = HERE;
    if (event === 'viewer-request') delete example.response;
    expect(seen).toStrictEqual(example);
  });

  test('cloudfront-functions-01-cloudfront-functions-event-structure.txt: its parts', async () => {
    answered = { headers: {}, body: '' };
    const seen = await eventFor({ scripts: { 'viewer-response': scriptFor('viewer-response') } }, '/', {});
    const names = read('cloudfront-functions-01-cloudfront-functions-event-structure.txt').match(/"\w+"(?=:)/g);
    expect(Object.keys(seen)).toEqual(names?.map((name) => name.slice(1, -1)));
  });

  test.each([
    { file: 'cloudfront-functions-02-example.json', headers: { Host: 'video.example.com' } },
    {
      file: 'cloudfront-functions-03-example.json',
      headers: { Accept: ['application/json', 'application/xml', 'text/html'] },
    },
    {
      file: 'cloudfront-functions-04-example.json',
      headers: { Accept: 'application/json, application/xml, text/html' },
    },
  ])('$file, of a header in one line or several', async ({ file, headers }) => {
    const seen = await eventFor({ code: scriptFor('viewer-request') }, '/', { headers });
    for (const [name, field] of Object.entries(json(file).headers)) expect(seen.request.headers[name]).toEqual(field);
  });

  test('cloudfront-functions-05-example.json, of a cookie that an origin sets', async () => {
    const { cookie1 } = json('cloudfront-functions-05-example.json');
    answered = { headers: { 'Set-Cookie': `cookie1=${cookie1.value}; ${cookie1.attributes}` }, body: '' };
    const seen = await eventFor({ scripts: { 'viewer-response': scriptFor('viewer-response') } }, '/', {});
    expect(seen.response.cookies).toEqual({ cookie1 });
  });

  test.each(['viewer-request', 'viewer-response'])(
    'cloudfront-functions-06-example-response-object.json, and may return it at the %s',
    async (event) => {
      const { response } = json('cloudfront-functions-06-example-response-object.json');
      answered = { headers: {}, body: 'of the origin' };
      const code = `function handler() { return ${JSON.stringify(response)}; }`;
      const edge = await edgeWith({ scripts: { [event]: code } });
      const { status, headers, body } = await ask(edge.url, '/');
      const { 'content-length': _, ...sent } = linesOf(response.headers);
      expect({ status, body }).toEqual({ status: 200, body: response.body.data });
      expect(headers).toMatchObject({
        ...sent,
        'content-length': String(response.body.data.length),
        'set-cookie': Object.entries(response.cookies as Fields).flatMap(([name, field]) =>
          all(field).map(({ value, attributes }) => `${name}=${value}; ${attributes}`),
        ),
      });
    },
  );
});
