import { unexpected } from '../config/errors.ts';
import { API_NOTATION, inCloudFormationShape, isObject } from './api-shape.ts';
import { describedResources, withDescribed } from './described-resources.ts';
import { type DistributionReading, distributionOf, EXAMPLE_DOMAIN_NAME, EXAMPLE_ID } from './distribution-reading.ts';
import { properties } from './properties.ts';

/**
 * The distribution of a configuration as `aws cloudfront get-distribution-config` prints it, bare or with
 * its ETag, or as `get-distribution` does, with its own id and domain name. `resources` are what
 * other commands printed of what it names by id.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for what is none of these, or cannot be served.
 */
export function readDistributionConfig(input: unknown, resources: readonly unknown[] = []): DistributionReading {
  const { place, config, id, domainName } = configIn(input);
  const described = describedResources(resources);
  return distributionOf({
    logicalId: '',
    id,
    domainName,
    config: properties(inCloudFormationShape(config), place, API_NOTATION),
    resources: withDescribed(() => new Map(), described),
    functionSummaries: described.functionSummaries,
  });
}

function configIn(input: unknown) {
  const example = { id: EXAMPLE_ID, domainName: EXAMPLE_DOMAIN_NAME };
  const record = isObject(input) ? input : {};
  const { Distribution: distribution, DistributionConfig: config } = record;
  if (isObject(distribution) && isObject(distribution.DistributionConfig)) {
    const { text } = properties(distribution, 'Distribution');
    const own = { id: text('Id'), domainName: text('DomainName') };
    return { ...own, place: 'Distribution.DistributionConfig', config: distribution.DistributionConfig };
  }
  if (isObject(config)) return { ...example, place: 'DistributionConfig', config };
  if ('Origins' in record) return { ...example, place: 'DistributionConfig', config: record };
  const expected = 'what "aws cloudfront get-distribution-config" or "get-distribution" prints';
  throw unexpected('ERR_TEMPLATE_INVALID', 'distribution config', expected, Object.keys(record));
}
