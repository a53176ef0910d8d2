/** Where the distribution comes from that is served. */
import { unexpected } from '../config/errors.ts';
import { readDistributionConfig } from './distribution-config.ts';
import type { DistributionReading } from './distribution-reading.ts';
import { readTemplate } from './template.ts';

/** Either a template or a configuration; each parsed from its JSON. */
export interface DistributionSource {
  /** A compiled CloudFormation template. */
  readonly template?: unknown;
  /** What `aws cloudfront get-distribution-config`, or `get-distribution`, prints. */
  readonly distributionConfig?: unknown;
  /** The logical id of the distribution, where the template has several. */
  readonly distribution?: string;
  /** Values for the template's parameters, by name; also for pseudo parameters and exports of other stacks. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What `aws cloudfront get-cache-policy` and its like print of what is named by id alone. */
  readonly resources?: readonly unknown[];
}

/** @throws {EdgeError} ERR_OPTION_INVALID unless there is one of the two; ERR_TEMPLATE_INVALID. */
export function readDistribution(source: DistributionSource): DistributionReading {
  const { template, distributionConfig, distribution, parameters, resources } = source;
  if ((template === undefined) === (distributionConfig === undefined)) {
    const got = template === undefined ? 'neither' : 'both';
    throw unexpected('ERR_OPTION_INVALID', 'template, distribution config', 'one of them', got);
  }
  if (distributionConfig === undefined) {
    return readTemplate(template, {
      ...(distribution !== undefined && { distribution }),
      ...(parameters !== undefined && { parameters }),
      ...(resources !== undefined && { resources }),
    });
  }
  const [name] = Object.keys({ ...(distribution !== undefined && { distribution }), ...parameters });
  if (name === undefined) return readDistributionConfig(distributionConfig, resources);
  throw unexpected('ERR_OPTION_INVALID', name, 'nothing beside a distribution config, which has neither', name);
}
