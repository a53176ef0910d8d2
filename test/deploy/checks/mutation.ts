/** Each change of the packaged service that a rule is to find. */
import type { Beside } from '../../../deploy/checks/finding.ts';
import type { EdgeConfig } from '../../../shared/config.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template is changed at any place
export type Changed = any;

export interface Mutation {
  readonly rule: string;
  readonly what: string;
  /** Changes the template. */
  change?(resources: Changed, distribution: Changed): void;
  /** Other settings, beside the template of those of serverless.yml. */
  settings?(settings: EdgeConfig): EdgeConfig;
  readonly zips?: Beside['zips'];
  /** Resource and property. */
  readonly at: string;
}

export const DISTRIBUTION = 'Distribution DistributionConfig';
