import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { afterAll, describe, expect, test } from 'vitest';
import { openLocalStore } from '../../cli/local-keys.ts';
import { requestSigner } from '../../cli/request-signer.ts';
import type { Carrier, ProtectedSection } from '../../shared/config.ts';
import { NOON } from '../support/tokens.ts';

const root = mkdtempSync(join(tmpdir(), 'edgekeeper-signer-'));
afterAll(() => rmSync(root, { recursive: true }));

const section = (fields: Partial<ProtectedSection>): ProtectedSection => ({
  ...{ path: '/private/*', runtime: 'cloudfront-function', carriers: ['header'], name: 'edgekeeper' },
  ...{ algorithms: ['HS256'], issuer: 'me', audience: null, leewaySeconds: 30, revocation: false, geo: false },
  ...{ cors: null, signIn: null, jwks: null, publicKeys: {} },
  ...fields,
});

const { store, keys } = openLocalStore(root);
const claims = { exp: NOON + 60, res: '/private/*' };
const signed = (carriers: readonly Carrier[], path = '/private/x?a=1') =>
  requestSigner(root, store, () => [section({ carriers })]).sign(path, claims, NOON);

describe('a request is signed', () => {
  test('with a key of this machine, and what the section wants', async () => {
    const { path, headers } = await signed(['path', 'query', 'header', 'cookie']);
    const secret = Buffer.from(keys[0]?.secret ?? '', 'base64url');
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    const { payload, protectedHeader } = await jwtVerify(token, secret, { currentDate: new Date(NOON * 1000) });
    expect({ path, payload }).toEqual({ path: '/private/x?a=1', payload: { ...claims, iss: 'me', iat: NOON } });
    expect(protectedHeader).toMatchObject({ alg: 'HS256', kid: 'local' });
  });

  test.each<{ carriers: Carrier[]; path: RegExp; headers: string[] }>([
    { carriers: ['path', 'query', 'cookie'], path: /^\/private\/x\?a=1$/, headers: ['cookie'] },
    { carriers: ['path', 'query'], path: /^\/private\/x\?a=1&edgekeeper=eyJ[\w.-]+$/, headers: [] },
    { carriers: ['path'], path: /^\/~eyJ[\w.-]+\/private\/x\?a=1$/, headers: [] },
  ])('where the section looks: $carriers', async ({ carriers, path, headers }) => {
    const request = await signed(carriers);
    expect(request.path).toMatch(path);
    expect(Object.keys(request.headers)).toEqual(headers);
  });

  test('for no other path, and with no key that the store does not know', async () => {
    await expect(signed(['header'], '/public')).rejects.toThrow('path: expected one of /private/*');
    store.set('state', '{"drained":{},"keys":{}}');
    await expect(signed(['header'])).rejects.toThrow('expected a key that the store knows');
  });

  test('of a CloudFront Function alone', () => {
    const sections = [section({}), section({ path: '/members/*', runtime: 'lambda-edge', algorithms: ['RS256'] })];
    expect(requestSigner(root, store, () => sections).paths()).toEqual(['/private/*']);
  });
});
