/** Which staging distribution `promote` and `abort` are about. */
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { EdgeError } from '../../config/errors.ts';
import { text } from '../aws/config-xml.ts';
import { stagingOf } from '../aws/continuous-deployment.ts';
import type { LiveDistribution } from '../aws/distribution-xml.ts';
import { readStaged, type Staged } from './staged-record.ts';

/**
 * What was staged from this folder, as long as the distribution names its policy, or none yet, or none any more. What
 * somebody else staged only by its name.
 *
 * @param named id of a staging distribution
 * @throws {EdgeError} ERR_ASSOCIATION_REFUSED when there is none, or it is somebody else's and not named.
 */
export async function stagedOf(
  client: CloudFrontClient,
  root: string,
  { id, config }: LiveDistribution,
  named: string | undefined,
): Promise<Staged> {
  const known = readStaged(root, id);
  const policy = text(config, 'ContinuousDeploymentPolicyId');
  const isOurs = policy === '' || policy === known?.policy;
  if (known !== null && isOurs && (named === undefined || named === known.staging)) return known;
  const staging = policy === '' ? null : await stagingOf(client, policy);
  if (staging !== null && staging === named) return { staging, policy, changes: [], primary: null };
  const here = known === null ? 'nothing' : `${known.staging} by ${known.policy ?? 'no policy yet'}`;
  const expected = `${named ?? 'a staging distribution'} beside it (staged from this folder: ${here})`;
  const got = policy === '' ? 'none' : `${staging ?? 'none'} by ${policy}`;
  const advice = staging === null ? '' : `; --staging-distribution ${staging} if that is meant`;
  throw new EdgeError('ERR_ASSOCIATION_REFUSED', `${id}: expected ${expected}, got ${got}${advice}`);
}
