/**
 * The settings of a service that is about to be packaged: `custom.edgekeeper`, parsed, and held
 * against what the resources can deploy.
 */
import { parseDeployment } from '../config/deployment.ts';
import { ConfigError } from '../config/errors.ts';
import { parseConfig } from '../config/parse.ts';
import type { EdgeConfig, Region } from '../shared/config.ts';
import { bucketName } from './regions.ts';

/** CloudFront takes its Lambda@Edge functions from this region, so the stack is there. */
const STACK_REGION = 'us-east-1';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** What serverless.yml and the command line say of a service. */
export interface Service {
  readonly name: string;
  readonly stage: string;
  readonly region: string;
  /** `custom.edgekeeper` as written. */
  readonly settings: unknown;
}

/** @throws {ConfigError} for the first setting that is wrong, or that cannot be deployed. */
export function deploySettings(service: Service): EdgeConfig {
  const config = parseConfig(service.settings);
  const { deploy } = parseDeployment(service.settings);
  if (service.region !== STACK_REGION) throw new ConfigError('provider.region', STACK_REGION, service.region);
  if (deploy.distribution === 'create') checkBuckets(service, config.regions);
  return config;
}

function checkBuckets({ name, stage }: Service, regions: readonly Region[]): void {
  const primary = regions[0]?.region;
  if (primary !== STACK_REGION) {
    throw new ConfigError('regions[0].region', `${STACK_REGION}, since the stack makes the primary bucket`, primary);
  }
  for (const { region } of regions) {
    if (!BUCKET_NAME.test(`${bucketName(`${name}-${stage}`, region)}-123456789012`)) {
      throw new ConfigError('stage', 'a short name in lower case, as the names of buckets need', stage);
    }
  }
}
