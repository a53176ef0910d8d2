/** Events for unit tests of handlers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as script from '../../emulator/cloudfront-functions/sample-events.ts';
import * as lambda from '../../emulator/lambda-edge/sample-events.ts';
import { shapeOf } from '../support/shape.ts';

const CONFIG = {
  distributionDomainName: 'd111111abcdef8.cloudfront.net',
  distributionId: 'EDFDVBD6EXAMPLE',
  requestId: 'EXAMPLE4TyzHTaYWb1GX1qTfsHhEqV6HUDd==',
};
const HOST = { host: [{ key: 'Host', value: 'www.example.com' }] };

describe('an event of Lambda@Edge', () => {
  test('is complete by default', () => {
    const request = { clientIp: '203.0.113.7', headers: HOST, method: 'GET', querystring: '', uri: '/' };
    const response = { status: '200', statusDescription: 'OK', headers: {} };
    expect(lambda.viewerRequest().Records[0]?.cf).toEqual({
      config: { ...CONFIG, eventType: 'viewer-request' },
      request,
    });
    expect(lambda.viewerResponse().Records[0]?.cf).toEqual({
      config: { ...CONFIG, eventType: 'viewer-response' },
      request,
      response,
    });
    const origin = {
      custom: {
        customHeaders: {},
        domainName: 'origin.example.com',
        keepaliveTimeout: 5,
        path: '',
        port: 443,
        protocol: 'https',
        readTimeout: 30,
        responseCompletionTimeout: 30,
        sslProtocols: ['TLSv1.2'],
      },
    };
    const bound = { ...request, headers: { host: [{ key: 'Host', value: 'origin.example.com' }] }, origin };
    expect(lambda.originRequest().Records[0]?.cf).toEqual({
      config: { ...CONFIG, eventType: 'origin-request' },
      request: bound,
    });
    expect(lambda.originResponse().Records[0]?.cf).toEqual({
      config: { ...CONFIG, eventType: 'origin-response' },
      request: bound,
      response,
    });
  });

  test('has what a test says of the request', () => {
    const { request } = lambda.viewerRequest({
      method: 'POST',
      uri: '/films',
      query: 'page=2',
      headers: { 'X-Kind': ['a', 'b'], host: 'films.example.com' },
      cookies: { theme: 'dark', id: ['1', '2'] },
      ip: '198.51.100.11',
      body: 'a body',
    }).Records[0]?.cf ?? { request: null };
    expect(request).toEqual({
      clientIp: '198.51.100.11',
      method: 'POST',
      uri: '/films',
      querystring: 'page=2',
      headers: {
        host: [{ key: 'Host', value: 'films.example.com' }],
        'x-kind': [
          { key: 'X-Kind', value: 'a' },
          { key: 'X-Kind', value: 'b' },
        ],
        cookie: [{ key: 'Cookie', value: 'theme=dark; id=1; id=2' }],
      },
      body: { action: 'read-only', data: 'YSBib2R5', encoding: 'base64', inputTruncated: false },
    });
  });

  test.each([
    { event: lambda.viewerRequest, name: 'viewer request', bytes: 40 * 1024, isTruncated: false },
    { event: lambda.viewerRequest, name: 'viewer request', bytes: 40 * 1024 + 1, isTruncated: true },
    { event: lambda.originRequest, name: 'origin request', bytes: 1024 ** 2, isTruncated: false },
    { event: lambda.originRequest, name: 'origin request', bytes: 1024 ** 2 + 1, isTruncated: true },
  ])('the $name shows a body of $bytes bytes as CloudFront does: cut is $isTruncated', (row) => {
    const { body } = row.event({ body: Buffer.alloc(row.bytes, 'x') }).Records[0]?.cf.request ?? {};
    expect(body?.inputTruncated).toBe(row.isTruncated);
    expect(Buffer.from(body?.data ?? '', 'base64').length).toBe(row.bytes - (row.isTruncated ? 1 : 0));
  });

  test('has the origin and its answer', () => {
    const { request, response } = lambda.originResponse({
      origin: { type: 's3', domainName: 'films.s3.us-east-1.amazonaws.com', customHeaders: { 'X-From': 'us' } },
      response: { status: 403, headers: { 'Content-Type': 'application/xml' } },
    }).Records[0]?.cf ?? { request: null, response: null };
    expect(request?.origin).toMatchObject({
      s3: {
        authMethod: 'none',
        domainName: 'films.s3.us-east-1.amazonaws.com',
        customHeaders: { 'x-from': [{ key: 'X-From', value: 'us' }] },
      },
    });
    expect(response).toEqual({
      status: '403',
      statusDescription: 'Forbidden',
      headers: { 'content-type': [{ key: 'Content-Type', value: 'application/xml' }] },
    });
  });
});

describe('an event of a CloudFront Function', () => {
  test('is complete by default', () => {
    const event = {
      version: '1.0',
      context: { ...CONFIG, eventType: 'viewer-request' },
      viewer: { ip: '203.0.113.7' },
      request: {
        method: 'GET',
        uri: '/',
        querystring: {},
        headers: { host: { value: 'www.example.com' } },
        cookies: {},
      },
    };
    expect(script.viewerRequest()).toEqual(event);
    expect(script.viewerResponse()).toEqual({
      ...event,
      context: { ...CONFIG, eventType: 'viewer-response' },
      response: { statusCode: 200, statusDescription: 'OK', headers: {}, cookies: {} },
    });
  });

  test('has what a test says of the request and the answer', () => {
    const { request, response } = script.viewerResponse({
      query: 'a=1&a=2&b',
      headers: { Accept: ['*/*', 'text/html'] },
      cookies: { theme: 'dark' },
      response: { status: 404, headers: { ETag: '"x"', 'set-cookie': ['id=1; Secure; Path=/', 'id=2'] } },
    });
    expect(request).toMatchObject({
      querystring: { a: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] }, b: { value: '' } },
      headers: { accept: { value: '*/*', multiValue: [{ value: '*/*' }, { value: 'text/html' }] } },
      cookies: { theme: { value: 'dark' } },
    });
    expect(response).toEqual({
      statusCode: 404,
      statusDescription: 'Not Found',
      headers: { etag: { value: '"x"' } },
      cookies: {
        id: {
          value: '1',
          attributes: 'Secure; Path=/',
          multiValue: [{ value: '1', attributes: 'Secure; Path=/' }, { value: '2' }],
        },
      },
    });
  });

  test.each([undefined, '', 'a=%20b'])('has the query string %j as it was sent', (query) => {
    const event = script.viewerRequest(query === undefined ? {} : { query });
    expect(event.request.rawQueryString()).toBe(query);
    expect(JSON.stringify(event)).not.toContain('rawQueryString');
  });
});

const vectors = process.env.EDGEKEEPER_VECTORS;

describe.skipIf(vectors === undefined)('an event has the names and types of the example of AWS', () => {
  const request = {
    query: 'ID=42&querymv=val1&querymv=val2',
    headers: { 'user-agent': 'curl/7.66.0', accept: ['application/json', 'text/html'] },
  };
  const response = { headers: { date: 'Mon, 13 Jan 2020 20:12:38 GMT' } };
  const cookies = ['ID=id1234; Path=/', 'Cookie1=val1; Secure', 'Cookie1=val2; Path=/cat'];
  const samples: Readonly<Record<string, object>> = {
    'lambda-edge-01-example-viewer-request.json': lambda.viewerRequest(request),
    'lambda-edge-02-example-origin-request.json': lambda.originRequest(request),
    'lambda-edge-03-example-origin-response.json': lambda.originResponse({ ...request, response }),
    'lambda-edge-04-example-viewer-response.json': lambda.viewerResponse({ ...request, response }),
    'cloudfront-functions-07-note.json': script.viewerResponse({
      ...request,
      cookies: { Cookie1: 'value1', cookiemv: ['value3', 'value4'] },
      response: { headers: { ...response.headers, 'set-cookie': cookies } },
    }),
  };

  test.each(Object.entries(samples))('%s', (file, sample) => {
    const example: unknown = JSON.parse(readFileSync(join(vectors ?? '', 'events/aws-docs', file), 'utf8'));
    expect(shapeOf(sample)).toEqual(shapeOf(example));
  });
});
