/** What a refused request would have had to be, in one sentence. */
import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { explainVisit } from '../../../cli/explain/signed-steps.ts';
import { encodeCloudFrontBase64 } from '../../../shared/access/cloudfront-base64.ts';
import { cannedPolicyText } from '../../../shared/access/policy-statement.ts';
import { type SigningParameters, signCanned, signCustom, signedUrl } from '../../../signing/signed-requests.ts';
import { asCookies, EC, KEYS, RSA, visitOf, type Wire, wireOf } from '../../support/signed-requests.ts';
import { NOON } from '../../support/tokens.ts';

const explained = (wire: Wire) => explainVisit(visitOf(wire), KEYS);

describe('the nearest miss', () => {
  const FILM = 'https://www.example.com/my%20film%C3%A9.mp4?a=x+y&b=2';
  const canned = (resource: string, hash: 'SHA1' | 'SHA256' = 'SHA1', key = RSA): SigningParameters =>
    signCanned({ resource, dateLessThan: NOON + 60 }, key.signer(hash));
  /** The request for one URL with a signature over another. */
  const instead = (url: string, resource: string): Wire => wireOf(signedUrl(url, canned(resource)));
  const changed = (parameters: SigningParameters, name: string, change: (value: string) => string): SigningParameters =>
    parameters.map(([own, value]) => [own, own === name ? change(value) : value]);
  const standard = (text: string): string => text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/');

  test.each([
    { count: 50, nearest: 'the signature fits the URL without utm, but the request has it' },
    { count: 51, nearest: null },
  ])('of $count parameters each is left out in turn, of more none: the edge waits meanwhile', ({ count, nearest }) => {
    const own = Array.from({ length: count - 1 }, (_, index) => `p${index}=1`).join('&');
    const wire = instead(`https://www.example.com/a?${own}&utm=x`, `https://www.example.com/a?${own}`);
    expect(explained(wire).nearest).toBe(nearest);
  });

  test.each<[signed: string, asked: string, nearest: string]>([
    ['/my%20film', '/my+film', 'the URL with %20, but the request has +'],
    ['/my+film', '/my%20film', 'the URL with +, but the request has %20'],
    ['/my film', '/my%20film', 'the URL with a space, but the request has %20'],
    ['/a?b=c%20d', '/a?b=c+d', 'the URL with %20, but the request has +'],
    ['/a?b=c%2Bd', '/a?b=c+d', 'the URL with %2B, but the request has +'],
    ['/%C3%A9', '/%c3%a9', 'the URL with upper-case %XX, but the request has lower-case %xx'],
    ['/%c3%a9', '/%C3%A9', 'the URL with lower-case %xx, but the request has upper-case %XX'],
    ['/é', '/%C3%A9', 'the URL with characters as they are, but the request has percent-encoded ones'],
    ['/%C3%A9', '/é', 'the URL with percent-encoded characters, but the request has them as they are'],
    ['/a~b', '/a%7Eb', 'the URL with plain letters, digits and -._~, but the request has them percent-encoded'],
    ['/a%2Cb', '/a,b', 'the URL with more characters percent-encoded, but the request has them as they are'],
    ['/a%28b%29', '/a(b)', "the URL with percent-encoded ! * ' ( ), but the request has them as they are"],
    ['/a%2520b', '/a%20b', 'the URL with %25, but the request has %'],
    ['/a', '/a/', 'the URL with no slash at the end of the path, but the request has one'],
    ['/a/', '/a', 'the URL with a slash at the end of the path, but the request has none'],
    ['/a?b=1&c=2', '/a?c=2&b=1', 'the query string in the order b, c, but the request has another'],
    ['/a', '/a?utm_source=x', 'the URL without its query string, but the request has one'],
    ['/a?b=1', '/a?b=1&utm_source=x', 'the URL without utm_source, but the request has it'],
    ['/a?', '/a', 'the URL with "?" at its end, but the request has none'],
  ])('%s signed, %s requested', (signed, asked, nearest) => {
    const host = 'https://www.example.com';
    expect(explained(instead(host + asked, host + signed)).nearest).toBe(`the signature fits ${nearest}`);
  });

  test.each<[what: string, wire: Wire, nearest: string | null]>([
    [
      'another scheme',
      instead(FILM.replace('https', 'http'), FILM),
      'the signature fits the URL with https://, but the request has http://',
    ],
    [
      'a host in upper case',
      { ...instead(FILM, FILM), host: 'WWW.Example.com' },
      'the signature fits the URL with the host www.example.com, but the request has WWW.Example.com',
    ],
    [
      'a host with a port',
      { ...instead(FILM, FILM), host: 'www.example.com:443' },
      'the signature fits the URL with the host www.example.com, but the request has www.example.com:443',
    ],
    [
      'two things at once',
      instead(FILM.replace('https', 'http').replace('%20', '+'), FILM),
      'the signature fits the URL with https:// and the URL with %20, but the request has http://, and the request has +',
    ],
    [
      'SHA-256 unsaid',
      wireOf(
        signedUrl(
          FILM,
          canned(FILM, 'SHA256').filter(([name]) => name !== 'Hash-Algorithm'),
        ),
      ),
      'the signature fits Hash-Algorithm=SHA256, but the request has no Hash-Algorithm, which stands for SHA1',
    ],
    [
      'SHA-256 said of SHA-1',
      wireOf(signedUrl(FILM, [...canned(FILM), ['Hash-Algorithm', 'SHA256']])),
      'the signature fits SHA1, but the request has Hash-Algorithm=SHA256',
    ],
    [
      'another key',
      wireOf(
        signedUrl(
          FILM,
          changed(canned(FILM), 'Key-Pair-Id', () => EC.id),
        ),
      ),
      'the signature fits the key K2RSA, but the request names K2EC',
    ],
    [
      'an unknown key',
      wireOf(
        signedUrl(
          FILM,
          changed(canned(FILM), 'Key-Pair-Id', () => 'K9'),
        ),
      ),
      'the signature fits the key K2RSA, but the request names K9',
    ],
    [
      'Expires in milliseconds',
      wireOf(
        signedUrl(
          FILM,
          changed(canned(FILM), 'Expires', (text) => `${text}000`),
        ),
      ),
      'the signature fits Expires in seconds, but the request has milliseconds',
    ],
    [
      'standard base64',
      wireOf(signedUrl(FILM, changed(canned(FILM), 'Signature', standard))),
      "the signature fits CloudFront's base64 (- _ ~ for + = /), but the request has standard base64",
    ],
    [
      'standard base64, percent-encoded',
      wireOf(
        signedUrl(
          FILM,
          changed(canned(FILM), 'Signature', (text) => encodeURIComponent(standard(text))),
        ),
      ),
      "the signature fits CloudFront's base64 (- _ ~ for + = /), but the request has standard base64",
    ],
    [
      'base64url',
      wireOf(
        signedUrl(
          FILM,
          changed(
            signCustom({ resource: FILM, dateLessThan: NOON + 60, ipAddress: '203.0.113.7' }, RSA.signer('SHA1')),
            'Signature',
            (text) => Buffer.from(standard(text), 'base64').toString('base64url'),
          ),
        ),
      ),
      "the signature fits CloudFront's base64 (- _ ~ for + = /), but the request has base64url",
    ],
    [
      'names in lower case',
      wireOf(
        signedUrl(
          FILM,
          canned(FILM).map(([name, value]) => [name.toLowerCase(), value]),
        ),
      ),
      "the signature fits names in CloudFront's upper and lower case, but the request has others",
    ],
    [
      'cookies behind a signing parameter',
      wireOf(`${FILM}&Expires=1`, { cookie: asCookies(canned(FILM)) }),
      'the signature fits the cookies, but the URL has a signing parameter, for which cookies are not looked at',
    ],
    [
      'a policy for another path',
      wireOf(
        signedUrl(
          FILM.replace('https', 'http'),
          signCustom({ resource: 'https://www.example.com/*', dateLessThan: NOON + 60 }, EC.signer('SHA1')),
        ),
      ),
      'the policy covers the URL with https://, but the request has http://',
    ],
    ['nothing near', instead(FILM, 'https://www.example.com/other'), null],
    ['no credential', wireOf(FILM), null],
    ['expired', { ...instead(FILM, FILM), now: NOON + 60 }, null],
    ['allowed', instead(FILM, FILM), null],
  ])('%s', (_, wire, nearest) => {
    expect(explained(wire).nearest).toBe(nearest);
  });

  test.each<[form: string, change: (text: string) => string]>([
    ['a policy with spaces behind ":" and ","', (text) => text.replace(/":/g, '": ').replace('","', '", "')],
    ['a policy with "\\/" for "/"', (text) => text.replaceAll('/', '\\/')],
    ['a policy with a line break at its end', (text) => `${text}\n`],
    ['a policy on several lines', (text) => JSON.stringify(JSON.parse(text), null, 2)],
  ])('%s', (form, change) => {
    // As a custom policy the text is signed as it is; only its signature is kept.
    const text = change(cannedPolicyText(FILM, `${NOON + 60}`));
    const signature = encodeCloudFrontBase64(signatureOver(text));
    const wire = wireOf(
      signedUrl(
        FILM,
        changed(canned(FILM), 'Signature', () => signature),
      ),
    );
    expect(explained(wire).nearest).toBe(`the signature fits ${form}, but CloudFront rebuilds it without`);
  });

  function signatureOver(text: string): Buffer {
    return sign('sha1', Buffer.from(text), RSA.signer('SHA1').privateKey);
  }
});
