import { setTimeout } from 'node:timers/promises';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { EdgeError } from '../../config/errors.ts';
import { type LiveDistribution, readDistribution } from '../aws/distribution-xml.ts';

/** From one reading to the next: soon at first, then at leisure. CloudFront takes some minutes. */
const PAUSE_SECONDS = [0, 1, 2, 5, 10];

/** Longer than any deployment that CloudFront tells of. */
const MAX_READINGS = 180;

/**
 * Reads a distribution until it is everywhere. Whoever is cut off begins again.
 *
 * @throws {EdgeError} ERR_AWS_UNREACHABLE when it takes half an hour, and what reading throws.
 */
export async function untilDeployed(client: CloudFrontClient, id: string): Promise<LiveDistribution> {
  for (let reading = 0; reading < MAX_READINGS; reading++) {
    await setTimeout(1000 * (PAUSE_SECONDS[reading] ?? 10));
    const live = await readDistribution(client, id);
    if (live.status === 'Deployed') return live;
  }
  const got = 'InProgress for half an hour (the same command waits again)';
  throw new EdgeError('ERR_AWS_UNREACHABLE', `${id}: expected Deployed, got ${got}`);
}
