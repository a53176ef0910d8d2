/**
 * The policy statement of a signed URL or signed cookie: the text that was signed, as a statement.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
 */
import { asObject } from '../as-object.ts';
import { hasRepeatedNames } from './json-names.ts';
import { readSourceIp } from './source-ip.ts';
import type { Statement } from './statement.ts';

/** The last second that the documentation names, 11 April 2262. Milliseconds are beyond it. */
const MAX_EPOCH_SECONDS = 9_223_372_036;

/** The text that CloudFront rebuilds for a canned policy; a signature over any other byte does not fit. */
export function cannedPolicyText(url: string, expires: string): string {
  return `{"Statement":[{"Resource":"${url}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
}

/** The statement of a canned policy: its URL is compared by the signature itself. Undefined for no time. */
export function cannedStatement(expires: string): Statement | undefined {
  const end = Number(expires);
  if (String(end) !== expires || !isEpoch(end)) return undefined;
  return { resources: undefined, start: 0, end: end, sourceIps: undefined };
}

/**
 * The statement of a custom policy; undefined for what is not exactly one statement of the documented
 * names. A misspelled name is not taken for an absent restriction. Without `Resource` the statement
 * opens every URL.
 */
export function customStatement(text: string): Statement | undefined {
  const policy = objectIn(text);
  const statements = policy && policy.Statement;
  const statement = Array.isArray(statements) && statements.length === 1 ? asObject(statements[0]) : undefined;
  if (!statement || !hasOnly(statement, ['Resource', 'Condition'])) return undefined;
  const condition = asObject(statement.Condition);
  if (!condition || !hasOnly(condition, ['DateLessThan', 'DateGreaterThan', 'IpAddress'])) return undefined;

  const resource = statement.Resource;
  const end = only(condition.DateLessThan, 'AWS:EpochTime');
  const after = only(condition.DateGreaterThan, 'AWS:EpochTime');
  const sourceIp = condition.IpAddress === undefined ? undefined : readIpv4(only(condition.IpAddress, 'AWS:SourceIp'));
  if (resource !== undefined && (typeof resource !== 'string' || resource === '')) return undefined;
  if (!isEpoch(end) || (condition.DateGreaterThan !== undefined && !isEpoch(after))) return undefined;
  if (condition.IpAddress !== undefined && !sourceIp) return undefined;
  return {
    resources: resource === undefined ? undefined : [resource],
    // "On or before" that second is refused.
    start: isEpoch(after) ? after + 1 : 0,
    end: end,
    sourceIps: sourceIp ? [sourceIp] : undefined,
  };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value = asObject(JSON.parse(text));
    return hasRepeatedNames(text) ? undefined : value;
  } catch (_) {
    return undefined;
  }
}

function hasOnly(object: Record<string, unknown>, names: readonly string[]): boolean {
  return Object.keys(object).every((name) => names.indexOf(name) !== -1);
}

/** The value under `name`, when nothing else is there. */
function only(condition: unknown, name: string): unknown {
  const object = asObject(condition);
  return object && hasOnly(object, [name]) ? object[name] : undefined;
}

function isEpoch(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_EPOCH_SECONDS;
}

/** Policies name IPv4 only. */
function readIpv4(text: unknown) {
  const range = readSourceIp(text);
  return range && range.bits === 32 ? range : undefined;
}
