/**
 * What a bucket policy lets CloudFront do.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
 */
import { matchesWildcard } from '../../shared/access/wildcard.ts';

/** Unsigned, signed by an origin access control, or by the origin's origin access identity. */
export type Requester = 'anonymous' | 'service' | 'identity';

/** The statements that apply to each requester. */
export type BucketPolicy = Readonly<Record<Requester, readonly Rule[]>>;

export interface Rule {
  readonly allows: boolean;
  readonly actions: readonly string[];
  /** Patterns of keys; null: the bucket itself. */
  readonly keys: readonly (string | null)[];
}

/** Who asks for an origin's objects, in the words of policies. */
export interface Asking {
  /** Whether the ARN of a condition is that of the distribution; wildcards are in it. */
  isDistribution(arn: string): boolean;
  /** Whether a principal of a policy is the origin's origin access identity. */
  isIdentity(principal: string): boolean;
}

/**
 * The policy, as it is for one origin. `onUnknown` is told of each part that is not evaluated: an `Allow`
 * holds without it, a `Deny` does not.
 */
export function bucketPolicyOf(
  document: unknown,
  asking: Asking,
  where: string,
  onUnknown: (notice: string) => void,
): BucketPolicy {
  const statements = listed(fieldsOf(document).Statement).map((statement, index) =>
    statementOf(fieldsOf(statement), asking, `${where}.Statement[${index}]`, onUnknown),
  );
  const rulesFor = (requester: Requester): Rule[] =>
    statements.filter(({ requesters }) => requesters.includes(requester)).map(({ rule }) => rule);
  return { anonymous: rulesFor('anonymous'), service: rulesFor('service'), identity: rulesFor('identity') };
}

/** Whether some rule allows it, and none denies it. Without a key: the bucket itself. */
export function isAllowed(rules: readonly Rule[], action: string, key: string | null): boolean {
  const meant = rules.filter(
    ({ actions, keys }) =>
      actions.some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase())) &&
      keys.some((pattern) => (pattern === null || key === null ? pattern === key : matchesWildcard(pattern, key))),
  );
  return meant.length > 0 && meant.every(({ allows }) => allows);
}

const REQUESTERS: readonly Requester[] = ['anonymous', 'service', 'identity'];

/** Their opposites are rare, and are not evaluated. */
const NOT_EVALUATED = ['NotPrincipal', 'NotAction', 'NotResource'];

function statementOf(
  statement: Record<string, unknown>,
  asking: Asking,
  where: string,
  onUnknown: (notice: string) => void,
): { rule: Rule; requesters: readonly Requester[] } {
  const allows = statement.Effect === 'Allow';
  const unknown = NOT_EVALUATED.find((name) => statement[name] !== undefined);
  if (unknown !== undefined) onUnknown(`${where}.${unknown}: not evaluated, the statement is left out`);
  const isMeant = unknown === undefined ? principalOf(statement.Principal, asking) : () => false;
  const holds = conditionOf(fieldsOf(statement.Condition), asking, allows, `${where}.Condition`, onUnknown);
  const keys = texts(statement.Resource).flatMap(keysOf);
  return {
    rule: { allows, actions: texts(statement.Action), keys },
    requesters: REQUESTERS.filter((requester) => isMeant(requester) && holds(requester)),
  };
}

function principalOf(principal: unknown, asking: Asking): (requester: Requester) => boolean {
  const { Service, AWS, CanonicalUser } = fieldsOf(principal);
  const users = [...texts(AWS), ...texts(CanonicalUser)];
  if (principal === '*' || users.includes('*')) return () => true;
  const isService = texts(Service).includes('cloudfront.amazonaws.com');
  const isIdentity = users.some(asking.isIdentity);
  return (requester) => (requester === 'service' && isService) || (requester === 'identity' && isIdentity);
}

/** What is behind the bucket in an ARN; a bare `*` is the bucket and every key. */
function keysOf(resource: string): (string | null)[] {
  if (resource === '*') return [null, '*'];
  const path = resource.replace(/^arn:[^:]*:s3:::/, '');
  const slash = path.indexOf('/');
  return slash === -1 ? (path.endsWith('*') ? [null, '*'] : [null]) : [path.slice(slash + 1)];
}

const OPERATOR = /^(?:String|Arn)(Not)?(?:Equals|Like)(?:IfExists)?$|^Bool(?:IfExists)?$/;

function conditionOf(
  condition: Record<string, unknown>,
  asking: Asking,
  allows: boolean,
  where: string,
  onUnknown: (notice: string) => void,
): (requester: Requester) => boolean {
  const tests = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(fieldsOf(keys)).map(([name, value]): ((requester: Requester) => boolean) => {
      const known = OPERATOR.exec(operator);
      const matches = known === null ? null : matcherOf(name.toLowerCase(), texts(value), asking);
      if (matches === null) onUnknown(`${where}.${operator}.${name}: not evaluated`);
      return (requester) => (matches === null ? allows : matches(requester) !== (known?.[1] === 'Not'));
    }),
  );
  return (requester) => tests.every((holds) => holds(requester));
}

/** Requests to S3 are encrypted; the account of a policy is taken for the right one. */
function matcherOf(
  name: string,
  values: readonly string[],
  asking: Asking,
): ((requester: Requester) => boolean) | null {
  switch (name) {
    case 'aws:securetransport':
      return () => values.includes('true');
    case 'aws:sourcearn':
      return (requester) => requester === 'service' && values.some(asking.isDistribution);
    case 'aws:sourceaccount':
      return (requester) => requester === 'service';
    default:
      return null;
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** JSON has `true` where IAM means the text. */
function texts(value: unknown): string[] {
  return listed(value).map(String);
}
