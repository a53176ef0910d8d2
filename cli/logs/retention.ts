import { EdgeError, unexpected } from '../../config/errors.ts';
import type { LogGroup, Logs } from '../../deploy/aws/logs.ts';
import { secondsOf } from '../moment.ts';

const DAY = 86_400;

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/**
 * Sets how long the groups keep their lines; those that come into being later keep them for ever.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for a time that CloudWatch does not take; what a region says when some
 * could not be set, after all others were.
 */
export async function retain(logs: Logs, groups: readonly LogGroup[], time: string, json: boolean): Promise<void> {
  const days = secondsOf('--retention', time) / DAY;
  if (!DAYS.includes(days)) throw unexpected('ERR_OPTION_INVALID', '--retention', `days, of ${DAYS.join(', ')}`, time);
  const outcomes = await Promise.allSettled(groups.map((group) => logs.retain(group, days)));
  const set = groups.filter((_, i) => outcomes[i]?.status === 'fulfilled' && outcomes[i].value);
  for (const { region, name } of set) {
    process.stdout.write(json ? `${JSON.stringify({ region, name, days })}\n` : `${region} ${name}: ${days} days\n`);
  }
  const failures = new Map<string, EdgeError>();
  outcomes.forEach((outcome, i) => {
    if (outcome.status === 'rejected') failures.set(groups[i]?.region ?? '', outcome.reason);
  });
  const [first] = failures.values();
  if (first === undefined) return;
  throw new EdgeError(first.code, `${[...failures.keys()].join(', ')}: not set: ${first.message}`);
}
