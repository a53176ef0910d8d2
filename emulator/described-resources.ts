/** What the AWS CLI prints of the resources that a distribution names by id. */
import { unexpected } from '../config/errors.ts';
import { API_NOTATION, inCloudFormationShape, isObject } from './api-shape.ts';
import { type Properties, properties } from './properties.ts';
import { ANY_ID, type Resources } from './resources.ts';

/** What `aws cloudfront describe-function` tells: everything but the code. */
export interface FunctionSummary {
  readonly name: string;
  readonly runtime: 'cloudfront-js-1.0' | 'cloudfront-js-2.0';
  /** Whether a key value store is associated. */
  readonly hasStore: boolean;
}

export interface DescribedResources {
  /** By type, then by id. */
  readonly resources: ReadonlyMap<string, ReadonlyMap<string, Properties>>;
  /** By name. */
  readonly functionSummaries: ReadonlyMap<string, FunctionSummary>;
}

/** The kinds that are recognized, by the name that their configuration has with `Config` at its end. */
const KINDS = ['CachePolicy', 'OriginRequestPolicy', 'ResponseHeadersPolicy', 'KeyGroup', 'PublicKey'];

/**
 * Recognizes each by its top key: `CachePolicy` and so on, `CachePolicyConfig` and so on, which are printed
 * without their id, or `FunctionSummary`.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for anything else, for two of one id, and for two of one kind
 * without id.
 */
export function describedResources(inputs: readonly unknown[]): DescribedResources {
  const resources = new Map<string, Map<string, Properties>>();
  const functionSummaries = new Map<string, FunctionSummary>();
  inputs.forEach((input, index) => {
    const place = `resource ${index + 1}`;
    const record = isObject(input) ? input : {};
    if (isObject(record.FunctionSummary)) {
      const summary = functionSummaryOf(record.FunctionSummary, place);
      functionSummaries.set(summary.name, summary);
      return;
    }
    const kind = KINDS.find((name) => isObject(record[name]) || isObject(record[`${name}Config`]));
    if (kind === undefined) throw unrecognized(record, place);
    const whole = record[kind] ?? { [`${kind}Config`]: record[`${kind}Config`] };
    const resource = properties(inCloudFormationShape(whole), `${place}.${kind}`, API_NOTATION);
    const id = kind in record ? resource.text('Id') : ANY_ID;
    const ofKind = resources.get(`AWS::CloudFront::${kind}`) ?? new Map<string, Properties>();
    resources.set(`AWS::CloudFront::${kind}`, ofKind);
    if (ofKind.has(id))
      throw unexpected('ERR_TEMPLATE_INVALID', `${place}.${kind}.Id`, 'one that is not given yet', id);
    resource.without(['LastModifiedTime', 'CreatedTime'], '');
    ofKind.set(id, resource);
  });
  return { resources, functionSummaries };
}

/** Those that the AWS CLI printed, beside those of a template. */
export function withDescribed(own: Resources, { resources }: DescribedResources): Resources {
  return (type) => new Map([...own(type), ...(resources.get(type) ?? [])]);
}

function functionSummaryOf(input: unknown, place: string): FunctionSummary {
  const summary = properties(inCloudFormationShape(input), `${place}.FunctionSummary`, API_NOTATION);
  const config = summary.object('FunctionConfig');
  return {
    name: summary.text('Name'),
    runtime: config.oneOf('Runtime', ['cloudfront-js-1.0', 'cloudfront-js-2.0']),
    hasStore: config.objects('KeyValueStoreAssociations').length > 0,
  };
}

function unrecognized(record: Record<string, unknown>, place: string): Error {
  const expected = `one of ${KINDS.join(', ')}, FunctionSummary, as the AWS CLI prints them`;
  return unexpected('ERR_TEMPLATE_INVALID', place, expected, Object.keys(record));
}
