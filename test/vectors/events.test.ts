/** The events that AWS shows as examples, field by field, beside those that functions are given here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as script from '../../emulator/cloudfront-functions/sample-events.ts';
import * as lambda from '../../emulator/lambda-edge/sample-events.ts';
import { ask, plainBench, type TestBench } from '../support/edge.ts';
import { shapeOf } from '../support/shape.ts';
import { type TemplateInit, template } from '../support/template.ts';

const folder = process.env.EDGEKEEPER_VECTORS;
if (folder === undefined) {
  console.warn('skipped, since EDGEKEEPER_VECTORS names no folder: the events that AWS shows as examples');
}

const LOGGING = 'functions/lambda-edge/logging.handler';
const BUNDLES = {
  'logging.js': `exports.handler = async (event) => {
    const { request, response } = event.Records[0].cf;
    console.log(JSON.stringify(event));
    return response ?? request;
  };`,
  'cookies.js': `exports.handler = async ({ Records: [{ cf: { response } }] }) => {
    response.headers['set-cookie'] = ['ID=id1234; Expires=Wed, 05 Apr 2021 07:28:00 GMT', 'Cookie1=val1; Secure', 'Cookie1=val2; Path=/cat'].map((value) => ({ value }));
    return response;
  };`,
};

const at = (event: string): TemplateInit => ({ lambdas: { [event]: LOGGING } });
const CUSTOM = {
  Origins: ['us-east-1', 'eu-west-1'].map((Id) => ({
    Id,
    DomainName: `${Id}.example.org`,
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
  })),
};

const EXAMPLES: readonly { readonly file: string; readonly init: TemplateInit }[] = [
  { file: 'lambda-edge-01-example-viewer-request.json', init: at('viewer-request') },
  { file: 'lambda-edge-02-example-origin-request.json', init: { ...at('origin-request'), distribution: CUSTOM } },
  { file: 'lambda-edge-03-example-origin-response.json', init: { ...at('origin-response'), distribution: CUSTOM } },
  { file: 'lambda-edge-04-example-viewer-response.json', init: at('viewer-response') },
  {
    file: 'cloudfront-functions-07-note.json',
    init: {
      handler: 'functions/lambda-edge/cookies.handler',
      originRequestPolicy: { CookiesConfig: { CookieBehavior: 'all' } },
      scripts: {
        'viewer-response': 'function handler(event) { console.log(JSON.stringify(event)); return event.response; }',
      },
    },
  },
];

/** With what the viewer sends below, as far as the shape goes. */
const REQUEST = {
  query: 'ID=42&querymv=val1&querymv=val2',
  headers: { 'user-agent': 'curl/7.66.0', accept: ['application/json', 'text/html'] },
};
const RESPONSE = { headers: { date: 'Mon, 13 Jan 2020 20:12:38 GMT' } };
const COOKIES = ['ID=id1234; Expires=Wed, 05 Apr 2021 07:28:00 GMT', 'Cookie1=val1; Secure', 'Cookie1=val2; Path=/cat'];

const SAMPLES: Readonly<Record<string, object>> = {
  'lambda-edge-01-example-viewer-request.json': lambda.viewerRequest(REQUEST),
  'lambda-edge-02-example-origin-request.json': lambda.originRequest(REQUEST),
  'lambda-edge-03-example-origin-response.json': lambda.originResponse({ ...REQUEST, response: RESPONSE }),
  'lambda-edge-04-example-viewer-response.json': lambda.viewerResponse({ ...REQUEST, response: RESPONSE }),
  'cloudfront-functions-07-note.json': script.viewerResponse({
    ...REQUEST,
    cookies: { Cookie1: 'value1', cookiemv: ['value3', 'value4'] },
    response: { headers: { ...RESPONSE.headers, 'set-cookie': COOKIES } },
  }),
};

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template(), BUNDLES);
});
afterAll(() => bench.close());

describe.skipIf(folder === undefined)('an event has the names and types of', () => {
  test.each(EXAMPLES)('$file', async ({ file, init }) => {
    const example: unknown = JSON.parse(readFileSync(join(folder ?? '', 'events/aws-docs', file), 'utf8'));
    const edge = await bench.start({ template: template(init) });
    await ask(edge.url, '/film.mp4?ID=42&querymv=val1&querymv=val2', {
      headers: { host: 'video.example.com', 'user-agent': 'curl/7.66.0', accept: ['application/json', 'text/html'] },
      cookie: 'Cookie1=value1; cookiemv=value3; cookiemv=value4',
    });
    expect(shapeOf(JSON.parse(edge.lines.at(-1) ?? ''))).toEqual(shapeOf(example));
  });

  test.each(Object.entries(SAMPLES))('%s: the one that is made for unit tests', (file, sample) => {
    const example: unknown = JSON.parse(readFileSync(join(folder ?? '', 'events/aws-docs', file), 'utf8'));
    expect(shapeOf(sample)).toEqual(shapeOf(example));
  });
});
