/** A service whose sections ask for the country, for other sites' pages and for CloudFront's own signatures. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFunctions } from '../../build/functions.ts';
import { readPackage } from '../../cli/service.ts';
import { packageService } from '../../deploy/package.ts';
import { validateTemplate } from '../../deploy/validate.ts';
import { type Edge, type EdgeOptions, startEdge } from '../../emulator/edge.ts';
import { memoryStore } from '../../emulator/key-value-store.ts';
import { signCustom } from '../../signing/signed-requests.ts';
import { ask } from '../support/edge.ts';
import { memberKeys, memberToken, SIGNER, SIGNER_ID } from '../support/member-keys.ts';
import { copyService, editService } from '../support/service-copy.ts';
import { asCookies, asQuery } from '../support/signed-requests.ts';
import { STATE, token } from '../support/tokens.ts';

const SOON = Math.floor(Date.now() / 1000) + 3600;
const ORIGIN = { origin: 'https://app.example.com' };
const CORS = 'cors: { origins: [https://app.example.com] }';

const EDITS: readonly (readonly [from: string, to: string])[] = [
  ['        revocation: true\n', `        revocation: true\n        geo: true\n        ${CORS}\n`],
  [
    '        carriers: [header, cookie]\n',
    `        carriers: [header, cookie, cloudfront]\n        publicKeys: { ${SIGNER_ID}: keys/members.pem }\n        ${CORS}\n`,
  ],
];

let root: string;
let file: string;
let options: EdgeOptions;
const open: Edge[] = [];

beforeAll(async () => {
  root = await copyService();
  await editService(root, EDITS);
  const { jwks, publicKeys } = await memberKeys();
  writeFileSync(join(root, 'keys', 'members.jwks.json'), JSON.stringify({ keys: jwks }));
  writeFileSync(join(root, 'keys', 'members.pem'), publicKeys[SIGNER_ID] ?? '');

  file = await packageService({ root, outFolder: join(root, 'package') });
  const { template, config } = await readPackage(root, file);
  await buildFunctions({ root, config, outFolder: 'dist' });
  const sample = join(root, 'emulator', 'sample');
  options = {
    template,
    bundles: join(root, 'dist'),
    origins: { 'us-east-1': sample, 'eu-west-1': sample },
    store: memoryStore({ state: STATE }),
  };
}, 60_000);
afterAll(async () => {
  await Promise.all(open.map((edge) => edge.close()));
  rmSync(root, { recursive: true });
});

async function edgeIn(viewerCountry?: string): Promise<Edge> {
  const edge = await startEdge({ ...options, ...(viewerCountry !== undefined && { viewerCountry }) });
  open.push(edge);
  return edge;
}

test("AWS's validator has nothing against the template", () => {
  expect(validateTemplate(file)).toEqual([]);
}, 30_000);

test('no name of a policy is there twice', () => {
  const { Resources } = options.template as { Resources: Record<string, { Properties: Record<string, unknown> }> };
  const names = Object.values(Resources)
    .flatMap(({ Properties }) => [Properties.OriginRequestPolicyConfig, Properties.ResponseHeadersPolicyConfig])
    .flatMap((policy) => (policy === undefined ? [] : [(policy as { Name: string }).Name]));
  expect(names.sort()).toEqual([
    'edgekeeper-dev-cors-0',
    'edgekeeper-dev-order',
    'edgekeeper-dev-protected',
    'edgekeeper-dev-public',
    'edgekeeper-dev-with-country',
  ]);
});

describe('a token for a country', () => {
  /** Every object of the sample that is not there is a 404 of the bucket: who comes in sees that. */
  test.each([
    { viewer: 'DE', geo: 'DE', expected: 404 },
    { viewer: 'US-CA', geo: ['DE', 'US-CA'], expected: 404 },
    { viewer: 'US-NY', geo: 'US-CA', expected: '403 country' },
    { viewer: 'FR', geo: 'DE', expected: '403 country' },
    { viewer: undefined, geo: 'DE', expected: '403 country' },
  ])('$geo, of a viewer in $viewer who says to be in Germany: $expected', async ({ viewer, geo, expected }) => {
    const edge = await edgeIn(viewer);
    const bearer = await token({ claims: { exp: SOON, geo } });
    const headers = { 'cloudfront-viewer-country': 'DE', 'cloudfront-viewer-country-region': 'CA' };
    for (const target of [`/private/none?edgekeeper=${bearer}`, `/~${bearer}/private/none`]) {
      const { status, headers: answered } = await ask(edge.url, target, { headers });
      const reason = answered['x-edgekeeper-reason'];
      expect(reason === undefined ? status : `${status} ${reason}`).toBe(expected);
    }
  });
});

describe("another site's page", () => {
  test.each<{ name: string; shown: () => Promise<string>; headers?: () => Promise<object> }>([
    { name: '/private/*', shown: async () => `/private/none?edgekeeper=${await token({ claims: { exp: SOON } })}` },
    { name: '/~*', shown: async () => `/~${await token({ claims: { exp: SOON } })}/private/none` },
    {
      name: '/members/*',
      shown: async () => '/members/none',
      headers: async () => ({ authorization: `Bearer ${await memberToken({ exp: SOON })}` }),
    },
  ])('reads what it is let in to, and why it is not, at $name', async ({ shown, headers }) => {
    const edge = await edgeIn();
    const target = await shown();
    const own = (await headers?.()) ?? {};
    const answers = [
      await ask(edge.url, target, { headers: { ...ORIGIN, ...own } }),
      await ask(edge.url, target.replace(/eyJ\w/g, 'x'), { headers: ORIGIN }),
      await ask(edge.url, target.replace(/^\/~[^/]*/, '').replace(/\?.*/, ''), {
        method: 'OPTIONS',
        headers: { ...ORIGIN, 'access-control-request-method': 'GET' },
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, headers === undefined ? 403 : 401, 204]);
    for (const { headers: answered } of answers) {
      expect(answered).toMatchObject({
        'access-control-allow-origin': 'https://app.example.com',
        'access-control-allow-credentials': 'true',
      });
    }
    const stranger = await ask(edge.url, target, { headers: { ...own, origin: 'https://evil.example' } });
    expect(stranger.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe("CloudFront's own signature", () => {
  test.each([
    { name: 'of the key in the settings', keyPairId: SIGNER_ID, expected: 404 },
    { name: 'of another', keyPairId: 'KOTHER', expected: 403 },
  ])('$name: $expected', async ({ keyPairId, expected }) => {
    const edge = await edgeIn();
    const resource = `${edge.url.replace('http:', 'https:')}/members/*`;
    const signer = { keyPairId, privateKey: SIGNER.privateKey, hashAlgorithm: 'SHA256' as const };
    const parameters = signCustom({ resource, dateLessThan: SOON }, signer);
    expect((await ask(edge.url, '/members/none', { cookie: asCookies(parameters) })).status).toBe(expected);
    expect((await ask(edge.url, `/members/none?${asQuery(parameters)}`)).status).toBe(expected);
  });
});

test('the zip of the function holds the keys, the script of the other function none', () => {
  const { Resources } = options.template as { Resources: Record<string, { Properties: { FunctionCode?: string } }> };
  const lambda = readFileSync(join(root, 'dist', 'lambda-edge', 'viewer-request.js'), 'utf8');
  const script = Resources.ViewerRequestFunction?.Properties.FunctionCode;
  expect(lambda).toContain('BEGIN PUBLIC KEY');
  expect(script).not.toContain('PUBLIC KEY');
  expect(script).not.toContain('crv');
});
