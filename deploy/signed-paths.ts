/** The behavior whose viewers CloudFront itself asks for a signature, when the settings name public keys. */
import { createHash } from 'node:crypto';
import { ConfigError } from '../config/errors.ts';
import { matchesWildcard } from '../shared/access/wildcard.ts';
import type { EdgeConfig, SignedPaths } from '../shared/config.ts';
import { readPublicKey } from './section-keys.ts';
import type { Template } from './template.ts';

interface Behavior {
  readonly PathPattern: string;
  readonly FunctionAssociations?: readonly unknown[];
}

/**
 * Adds a public key for each file, a key group of them, and a behavior that trusts it. The id of a key
 * comes from its content: CloudFront never changes a key, it takes another.
 *
 * The behavior is the first that runs the CloudFront Function but for its path: the function routes there,
 * and asks for no token.
 *
 * @throws {ConfigError} for a file that holds no key which CloudFront takes, and for paths that
 * another behavior has, or would answer before this one.
 */
export function addSignedPaths(template: Template, root: string, service: string, { signed }: EdgeConfig): void {
  if (signed === null) return;
  const keys = signed.publicKeys.map((file, index) => {
    const pem = readPublicKey(root, file, `signed.publicKeys[${index}]`);
    return { pem, hash: createHash('sha256').update(pem).digest('hex').slice(0, 8) };
  });
  for (const { pem, hash } of keys) {
    const name = `${service}-${hash}`;
    template.Resources[`PublicKey${hash}`] = {
      Type: 'AWS::CloudFront::PublicKey',
      Properties: { PublicKeyConfig: { CallerReference: name, Name: name, EncodedKey: pem } },
    };
  }
  template.Resources.SignedKeyGroup = {
    Type: 'AWS::CloudFront::KeyGroup',
    Properties: {
      KeyGroupConfig: { Name: `${service}-signed`, Items: keys.map(({ hash }) => ({ Ref: `PublicKey${hash}` })) },
    },
  };
  const distributions = Object.values(template.Resources).filter(
    ({ Type }) => Type === 'AWS::CloudFront::Distribution',
  );
  for (const { Properties } of distributions) addBehavior(Properties.DistributionConfig, signed);
}

function addBehavior(config: unknown, signed: SignedPaths): void {
  const { CacheBehaviors: behaviors } = config as { CacheBehaviors: Behavior[] };
  const example = behaviors.find(({ FunctionAssociations = [] }) => FunctionAssociations.length > 0);
  const earlier = behaviors.find(({ PathPattern }) => matchesWildcard(PathPattern, signed.path));
  if (example === undefined || earlier !== undefined) {
    const expected = 'a path pattern that no behavior covers before it';
    throw new ConfigError('signed.path', `${expected} (${earlier?.PathPattern ?? 'none to copy'} does)`, signed.path);
  }
  behaviors.push({ ...example, PathPattern: signed.path, TrustedKeyGroups: [{ Ref: 'SignedKeyGroup' }] } as Behavior);
}
