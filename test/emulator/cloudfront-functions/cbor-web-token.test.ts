/** `cf.cwt`, against tokens put together here byte by byte (RFC 9052, section 6; RFC 8949). */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { evaluated } from '../../support/function-run.ts';
import { describeNjs } from '../../support/njs.ts';

const KEY = 'key';
const HS256 = 'a10105';
/** {1: "me", 4: 1740000000, 401: {1: ".net"}} */
const CLAIMS = 'a301626d65041a67b64b00190191a101642e6e6574';

/** A byte string of less than 256 bytes. */
function bytes(hex: string): string {
  const length = hex.length / 2;
  return (length < 24 ? (0x40 + length).toString(16) : `58${length.toString(16).padStart(2, '0')}`) + hex;
}

function token({
  tags = 'd83dd1',
  headers = HS256,
  unprotected = 'a0',
  claims = CLAIMS,
  key = KEY,
  mac = '',
} = {}): string {
  const input = `84${'644d414330'}${bytes(headers)}40${bytes(claims)}`;
  const made = createHmac('sha256', key).update(Buffer.from(input, 'hex')).digest('hex');
  return `${tags}84${bytes(headers)}${unprotected}${bytes(claims)}${bytes(mac || made)}`;
}

const validated = (hex: string, key = '"key"') => `cf.cwt.validateToken(Buffer.from("${hex}", "hex"), { key: ${key} })`;
const TOKEN = '{ 1: "me", 4: 1740000000, 401: { 1: ".net" } }';
const generated = (object: string, context: string) => `cf.cwt.generateToken(${object}, ${context}).toString("hex")`;

const SAME = [
  {
    name: 'with both tags',
    expression: generated(
      `{ protected: { 1: 5 }, unprotected: {}, payload: ${TOKEN} }`,
      '{ cwtTag: true, coseTag: "MAC0", key: "key" }',
    ),
    value: token(),
  },
  {
    name: 'without the CWT tag',
    expression: generated(`{ protected: { 1: 5 }, payload: ${TOKEN} }`, '{ coseTag: "MAC0", key: Buffer.from("key") }'),
    value: token({ tags: 'd1' }),
  },
  {
    name: 'context first',
    expression: generated('{ coseTag: "MAC0", key: "key" }', `{ protectedHeaders: { 1: 5 }, payload: ${TOKEN} }`),
    value: token({ tags: 'd1' }),
  },
  {
    name: 'read',
    expression: validated(token()),
    value: {
      protectedHeaders: { 1: 5 },
      unprotectedHeaders: {},
      payload: { 1: 'me', 4: 1740000000, 401: { 1: '.net' } },
    },
  },
  {
    name: 'read with a key id',
    expression: `${validated(token({ tags: 'd1', unprotected: 'a104426162' }))}.unprotectedHeaders[4].toString()`,
    value: 'ab',
  },
  {
    name: 'of every kind of value',
    expression: `cf.cwt.validateToken(cf.cwt.generateToken({ protected: { 1: 5 }, payload: { a: [0, 23, 24, 255, 256, 65536, 4294967296, -1, -25, 1.5, true, false, null, "ä"] } }, { coseTag: "MAC0", key: "k" }), { key: "k" }).payload.a`,
    value: [0, 23, 24, 255, 256, 65536, 4294967296, -1, -25, 1.5, true, false, null, 'ä'],
  },
];

const REFUSED = [
  { name: 'another key', expression: validated(token(), '"other"'), error: 'the MAC does not match' },
  {
    name: 'a shortened MAC',
    expression: validated(token({ mac: '0102030405060708' })),
    error: 'the MAC does not match',
  },
  {
    name: 'another algorithm',
    expression: validated(token({ headers: 'a10104' })),
    error: 'the algorithm must be HS256',
  },
  { name: 'no algorithm', expression: validated(token({ headers: 'a0' })), error: 'the algorithm must be HS256' },
  { name: 'no COSE tag', expression: validated(token({ tags: '' })), error: 'the token is malformed' },
  { name: 'more behind it', expression: validated(`${token()}00`), error: 'the token is malformed' },
  { name: 'less', expression: validated(token().slice(0, -2)), error: 'the token is malformed' },
  { name: 'claims that are no map', expression: validated(token({ claims: '01' })), error: 'the token is malformed' },
  {
    name: '1,025 bytes',
    expression: 'cf.cwt.validateToken(Buffer.alloc(1025), { key: "key" })',
    error: 'the token is larger than 1 KB',
  },
  {
    name: '1,024 bytes of nothing',
    expression: 'cf.cwt.validateToken(Buffer.alloc(1024), { key: "key" })',
    error: 'the token is malformed',
  },
  { name: 'a text', expression: 'cf.cwt.validateToken("x", { key: "key" })', error: 'the token must be a Buffer' },
  { name: 'no key', expression: validated(token(), 'undefined'), error: 'key must be a string or a Buffer' },
  {
    name: 'no tag to make',
    expression: generated(`{ protected: { 1: 5 }, payload: ${TOKEN} }`, '{ key: "key" }'),
    error: 'coseTag must be MAC0',
  },
  {
    name: 'too much to make',
    expression: generated(
      '{ protected: { 1: 5 }, payload: { a: "x".repeat(1024) } }',
      '{ coseTag: "MAC0", key: "key" }',
    ),
    error: 'the token is larger than 1 KB',
  },
];

function cases(engine: 'realm' | 'njs') {
  test.each(SAME)('a token $name', async ({ expression, value }) => {
    expect(await evaluated(expression, { engine })).toEqual(value);
  });
  test.each(REFUSED)('refuses $name', async ({ expression, error }) => {
    await expect(evaluated(expression, { engine })).rejects.toThrow(error);
  });
}

describe('cf.cwt in the realm (reference 2.4, cwt-support-cloudfront-functions)', () => cases('realm'));
describeNjs('cf.cwt in njs', () => cases('njs'));
