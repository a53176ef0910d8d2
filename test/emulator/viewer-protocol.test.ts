/** Viewers with TLS and without: who is redirected, who is refused, and what is known of how they came. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signCustom, signedUrl } from '../../signing/signed-requests.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { askSecurely } from '../support/secure-viewer.ts';
import { ALL_METHODS, type TemplateInit, template } from '../support/template.ts';
import { NOON } from '../support/tokens.ts';

const ANSWERING = 'function handler(e) { console.log("ran"); return e.request; }';

/** One certificate for all: keys take their time. */
const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-tls-'));

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template());
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

const started = (init: TemplateInit): Promise<TestEdge> => bench.start({ template: template(init), https: { folder } });

const withPolicy = (policy: string): TemplateInit => ({
  code: ANSWERING,
  scripts: { 'viewer-response': 'function handler(e) { console.log("ran"); return e.response; }' },
  behavior: {
    ViewerProtocolPolicy: policy,
    TargetOriginId: 'us-east-1',
    AllowedMethods: ALL_METHODS,
  },
});

const portOf = (url: string | undefined) => new URL(url ?? '').port;

describe('without TLS', () => {
  test.each([
    { policy: 'redirect-to-https', method: 'GET', status: 301, see: 'DownloadDistValuesCacheBehavior' },
    { policy: 'redirect-to-https', method: 'HEAD', status: 301, see: 'DownloadDistValuesCacheBehavior' },
    { policy: 'redirect-to-https', method: 'POST', status: 307, see: 'using-https-viewers-to-cloudfront' },
    { policy: 'redirect-to-https', method: 'DELETE', status: 307, see: 'using-https-viewers-to-cloudfront' },
    { policy: 'https-only', method: 'GET', status: 403, see: 'DownloadDistValuesCacheBehavior' },
    { policy: 'https-only', method: 'POST', status: 403, see: 'DownloadDistValuesCacheBehavior' },
  ])('$policy answers $method with $status, and no function runs ($see)', async ({ policy, method, status }) => {
    const edge = await started(withPolicy(policy));
    const { https } = edge;
    const answer = await ask(edge.url, '/film.mp4?a=1&b', { method });
    const location = status === 403 ? undefined : `https://localhost:${portOf(https?.url)}/film.mp4?a=1&b`;
    expect(answer).toMatchObject({ status });
    expect(answer.headers.location).toBe(location);
    expect(answer.headers['x-cache']).toBe(`${status === 403 ? 'Error' : 'Redirect'} from cloudfront`);
    expect(answer.headers.server).toBe('CloudFront');
    expect(edge.lines).toEqual([]);
    expect(edge.requests.map(({ status }) => status)).toEqual([status]);
  });

  test('the page of a redirect is CloudFront’s (observed: 167 bytes)', async () => {
    const { headers, body } = await ask((await started(withPolicy('redirect-to-https'))).url, '/');
    expect(headers['content-length']).toBe('167');
    expect(body).toContain('<center><h1>301 Moved Permanently</h1></center>\r\n<hr><center>CloudFront</center>');
  });

  test('a host without a port is redirected to, as it is', async () => {
    const { url } = await started(withPolicy('redirect-to-https'));
    const { headers } = await ask(url, '/x', { headers: { host: 'www.example.com' } });
    expect(headers.location).toBe('https://www.example.com/x');
  });

  test.each([
    { method: 'GET', line: 'HTTP/1.1 301 Moved Permanently' },
    { method: 'POST', line: 'HTTP/1.1 403 Forbidden' },
  ])('HTTP/1.0 cannot be told to keep its method: $method is $line', async ({ method, line }) => {
    const { url } = await started(withPolicy('redirect-to-https'));
    const socket = connect(Number(portOf(url)), '127.0.0.1');
    socket.end(`${method} / HTTP/1.0\r\nHost: localhost\r\n\r\n`);
    const [chunk] = await once(socket, 'data');
    expect(String(chunk).split('\r\n', 1)).toEqual([line]);
    socket.destroy();
  });

  test.each([
    { policy: 'allow-all', options: { https: { folder } } },
    { policy: 'redirect-to-https', options: {} },
    { policy: 'https-only', options: {} },
  ])('$policy serves without TLS, or where it counts as ended before', async ({ policy, options }) => {
    const edge = await bench.start({ template: template(withPolicy(policy)), ...options });
    expect(await ask(edge.url, '/film.mp4')).toMatchObject({ status: 200 });
    expect(edge.lines).toEqual(['ran', 'ran']);
  });
});

describe('with TLS', () => {
  test.each(['allow-all', 'redirect-to-https', 'https-only'])('%s serves', async (policy) => {
    const edge = await started(withPolicy(policy));
    const answer = await askSecurely(edge, '/film.mp4');
    expect(answer).toMatchObject({ status: 200, body: 'film.mp4 from us-east-1' });
    expect(edge.lines).toEqual(['ran', 'ran']);
  });
});

test('how a viewer came is in the headers that a policy asks for, whatever it claims (6.1)', async () => {
  const names = ['CloudFront-Forwarded-Proto', 'CloudFront-Viewer-Http-Version'];
  const code = `function handler(e) { var h = e.request.headers;
    console.log(h['cloudfront-forwarded-proto'].value + ' ' + h['cloudfront-viewer-http-version'].value);
    return e.request; }`;
  const headers = { HeadersConfig: { HeaderBehavior: 'whitelist', Headers: names } };
  const edge = await started({ code, originRequestPolicy: headers });
  const claimed = { 'cloudfront-forwarded-proto': 'gopher' };
  await ask(edge.url, '/x', { headers: claimed });
  await askSecurely(edge, '/x', claimed);
  expect(edge.lines).toEqual(['http 1.1', 'https 1.1']);
});

describe('the scheme of a signed URL’s resource (5.2)', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signer = { keyPairId: 'PublicKey', privateKey, hashAlgorithm: 'SHA1' } as const;
  const made = template({ behavior: { TrustedKeyGroups: [{ Ref: 'Group' }], TargetOriginId: 'us-east-1' } });
  const signing = {
    PublicKey: {
      Type: 'AWS::CloudFront::PublicKey',
      Properties: {
        PublicKeyConfig: { Name: 'key', EncodedKey: publicKey.export({ type: 'spki', format: 'pem' }) },
      },
    },
    Group: {
      Type: 'AWS::CloudFront::KeyGroup',
      Properties: { KeyGroupConfig: { Name: 'group', Items: [{ Ref: 'PublicKey' }] } },
    },
  };

  test.each([
    { signed: 'http', withTls: false, status: 200 },
    { signed: 'http', withTls: true, status: 403 },
    { signed: 'https', withTls: false, status: 403 },
    { signed: 'https', withTls: true, status: 200 },
  ])('$signed, with TLS: $withTls is $status', async ({ signed, withTls, status }) => {
    const { Resources } = made;
    const edge = await bench.start({ template: { Resources: { ...Resources, ...signing } }, https: { folder } });
    const policy = { resource: `${signed}://localhost:*/film.mp4`, dateLessThan: NOON + 60 };
    const target = signedUrl('/film.mp4', signCustom(policy, signer));
    const answer = withTls ? await askSecurely(edge, target) : await ask(edge.url, target);
    expect(answer.status).toBe(status);
  });
});

describe('a host', () => {
  test.each([
    { host: 'd111111abcdef8.cloudfront.net', status: 200 },
    { host: 'WWW.example.com', status: 200 },
    { host: 'www.example.com:8080', status: 200 },
    { host: 'a.films.example.com', status: 200 },
    { host: 'localhost:8080', status: 200 },
    { host: '[::1]:8080', status: 200 },
    { host: 'films.example.com', status: 403 },
    { host: 'www.example.com.evil.test', status: 403 },
    { host: 'd2222222abcdef8.cloudfront.net', status: 403 },
  ])('$host is $status, and served where nobody asks for strictness (http-403-permission-denied)', async (row) => {
    const { host, status } = row;
    const Aliases = ['www.example.com', '*.films.example.com'];
    const made = template({ distribution: { Aliases } });
    const strict = await bench.start({ template: made, knownHostsOnly: true });
    expect((await ask(strict.url, '/film.mp4', { headers: { host } })).status).toBe(status);
    const lenient = await bench.start({ template: made });
    expect((await ask(lenient.url, '/film.mp4', { headers: { host } })).status).toBe(200);
  });

  test('comes to functions as it was sent', async () => {
    const code = 'function handler(e) { console.log(e.request.headers.host.value); return e.request; }';
    const edge = await started({ code });
    await askSecurely(edge, '/film.mp4', { host: 'WWW.example.com:1' });
    expect(edge.lines).toEqual(['WWW.example.com:1']);
  });

  test('that is an alternate domain name is in the certificate', async () => {
    const edge = await started({ distribution: { Aliases: ['www.example.com'] } });
    const { port } = new URL(edge.https?.url ?? '');
    const socket = connectTls({ port: Number(port), ca: edge.https?.authority, servername: 'www.example.com' });
    await once(socket, 'secureConnect');
    expect(socket.authorized).toBe(true);
    socket.destroy();
  });
});
