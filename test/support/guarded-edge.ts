/** A distribution that asks for every kind of asymmetric credential, and the files of the keys that open it. */
import type { KeyObject } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildLambdaEdge } from '../../build/lambda-edge.ts';
import { requestSigner } from '../../cli/request-signer.ts';
import { type Guarded, guardedBy, keyPairs } from '../../cli/signing-ways.ts';
import { parseConfig } from '../../config/parse.ts';
import { memoryStore } from '../../emulator/key-value-store.ts';
import type { RequestSigner } from '../../emulator/request-signer.ts';
import { plainBench, type TestBench } from './edge.ts';
import { MEMBERS } from './member-function.ts';
import { ALGORITHMS, memberKeys, SIGNER } from './member-keys.ts';
import { SETTINGS } from './settings.ts';
import { EC, RSA } from './signed-requests.ts';
import { template } from './template.ts';

export interface GuardedBench extends TestBench {
  readonly guarded: Guarded;
  /** Of the private keys, by the name of the file. */
  readonly keyTexts: Readonly<Record<string, string>>;
  /**
   * @param served as the signer has it, whatever the edge serves
   * @param names of files; default: all
   */
  signer(served?: () => Guarded, names?: readonly string[]): RequestSigner;
}

/** `/members/*` is for viewers whom Lambda@Edge lets in, `/signed/*` for those whom a trusted key group does. */
export async function guardedBench(): Promise<GuardedBench> {
  const sectionKeys = { '/members/*': await memberKeys() };
  const config = { ...parseConfig({ ...SETTINGS, protected: [...SETTINGS.protected, MEMBERS] }), sectionKeys };
  const code = await buildLambdaEdge('functions/lambda-edge/viewer-request.ts', config);
  const guardedTemplate = templateOf({ [RSA.id]: RSA.publicPem, [EC.id]: EC.publicPem });
  const bench = await plainBench(guardedTemplate, { 'viewer-request.js': code });
  for (const bucket of Object.values(bench.folders)) {
    await mkdir(join(bucket, 'signed'));
    await writeFile(join(bucket, 'signed', 'film.mp4'), 'a film');
  }
  const guarded = guardedBy({ source: { template: guardedTemplate }, config });
  const folder = await mkdtemp(join(tmpdir(), 'edgekeeper-guarded-'));
  const keyTexts = textsOfKeys();
  for (const [name, text] of Object.entries(keyTexts)) await writeFile(join(folder, name), text);
  return {
    ...bench,
    guarded,
    keyTexts,
    signer(served = () => guarded, names = Object.keys(keyTexts)) {
      return requestSigner(folder, memoryStore(), keyPairs(names.map((name) => join(folder, name))), served);
    },
    async close() {
      await bench.close();
      await rm(folder, { recursive: true });
    },
  };
}

function templateOf(pems: Readonly<Record<string, string>>) {
  const CacheBehaviors = [
    {
      PathPattern: '/signed/*',
      TargetOriginId: 'regional',
      ViewerProtocolPolicy: 'allow-all',
      CachePolicyId: { Ref: 'CachePolicy' },
      TrustedKeyGroups: [{ Ref: 'KeyGroup' }],
    },
  ];
  const guarded = template({
    viewerHandler: 'functions/lambda-edge/viewer-request.handler',
    distribution: { CacheBehaviors },
  });
  const keys = Object.entries(pems).map(([id, EncodedKey]) => [
    id,
    {
      Type: 'AWS::CloudFront::PublicKey',
      Properties: { PublicKeyConfig: { CallerReference: id, Name: id, EncodedKey } },
    },
  ]);
  const KeyGroup = {
    Type: 'AWS::CloudFront::KeyGroup',
    Properties: { KeyGroupConfig: { Name: 'x', Items: Object.keys(pems).map((Ref) => ({ Ref })) } },
  };
  return { ...guarded, Resources: { ...guarded.Resources, ...Object.fromEntries(keys), KeyGroup } };
}

/** One of them is a JWK. */
function textsOfKeys(): Record<string, string> {
  const pem = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }));
  const { ES256, ...others } = ALGORITHMS;
  const members = Object.entries(others).map(([name, { privateKey }]) => [`${name}.pem`, pem(privateKey)]);
  return {
    ...Object.fromEntries(members),
    'ES256.json': JSON.stringify(ES256.privateKey.export({ format: 'jwk' })),
    'members.pem': pem(SIGNER.privateKey),
    'rsa.pem': RSA.privatePem,
    'ec.pem': EC.privatePem,
  };
}
