import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageService } from '../deploy/package.ts';
import { localFolder } from './local-keys.ts';
import { progress } from './progress.ts';
import { readPackage } from './service.ts';

interface Resources {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: { readonly PublicKeyConfig: { EncodedKey: string } } }>
  >;
}

/**
 * The public keys of `signed.publicKeys` as PEM, by the ids that they have in the emulator; none without
 * serverless.yml. CloudFront gives them other ids.
 */
export async function serviceKeys(root: string): Promise<Record<string, string>> {
  if (!existsSync(join(root, 'serverless.yml'))) return {};
  const outFolder = join(localFolder(root), 'package');
  const { template } = await progress('Packaging serverless.yml', async () =>
    readPackage(root, await packageService({ root, outFolder })),
  );
  const keys = Object.entries((template as Resources).Resources).filter(
    ([, { Type }]) => Type === 'AWS::CloudFront::PublicKey',
  );
  return Object.fromEntries(keys.map(([id, { Properties }]) => [id, Properties.PublicKeyConfig.EncodedKey]));
}
