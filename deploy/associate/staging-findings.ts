/** What a distribution has that does not go with a staging copy of it. */
import type { Element } from '@xmldom/xmldom';
import { text } from '../aws/config-xml.ts';
import { originsOf } from './behaviors.ts';
import { type AssociationFinding, refusal, warning } from './finding.ts';
import type { Staged } from './staged-record.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/continuous-deployment-quotas-considerations.html */
export function stagingFindings(config: Element, staged: Staged | null): AssociationFinding[] {
  const found: AssociationFinding[] = [];
  if (text(config, 'Staging') === 'true') {
    found.push(refusal('staging-copy', 'distribution: expected a primary one, got a staging distribution'));
  }
  const there = staged?.staging ?? text(config, 'ContinuousDeploymentPolicyId');
  if (there !== '') {
    const expected = 'nothing staged yet (edgekeeper promote, or edgekeeper abort)';
    found.push(refusal('staging-exists', `distribution: expected ${expected}, got ${there}`));
  }
  const version = text(config, 'HttpVersion');
  if (version.includes('3')) {
    const expected = 'http2, since continuous deployment does not go with HTTP/3';
    found.push(refusal('staging-http3', `HttpVersion: expected ${expected}, got ${version}`));
  }
  for (const [id, origin] of originsOf(config)) {
    const timeout = text(origin, 'ResponseCompletionTimeout');
    if (timeout !== '' && timeout !== '0') {
      const expected = 'no ResponseCompletionTimeout, which continuous deployment does not take';
      found.push(refusal('staging-completion-timeout', `origin ${id}: expected ${expected}, got ${timeout}`));
    }
    if (text(origin, 'OriginAccessControlId') !== '') {
      const expected = "a bucket policy that allows the staging distribution's ARN, too";
      found.push(
        warning('staging-bucket-policy', `origin ${id}: expected ${expected}, got one that was not looked at`),
      );
    }
  }
  return found;
}
