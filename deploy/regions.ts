/** What the settings say of the regions, where serverless.yml cannot: more than two of them, and their prefixes. */
import type { EdgeConfig, Region } from '../shared/config.ts';
import { ORIGIN_HEADER } from '../shared/failover/provenance.ts';
import type { Template } from './template.ts';

interface Origin {
  readonly Id: string;
  OriginPath?: string;
}

interface StackSet {
  readonly StackInstancesGroup: readonly { readonly Regions: string[] }[];
}

interface Rule {
  readonly Id: string;
  readonly Priority: number;
}

interface Statement {
  Resource: unknown;
}

/** Of the metrics of all requests to a bucket. */
export const REQUEST_METRICS = 'requests';

/** Name of the bucket of a region, but for the account id that follows it. */
export function bucketName(service: string, region: string): string {
  return `${service}-${region}`;
}

/**
 * Gives the distribution an origin for every region after the second, which is as the second's, and the region a
 * bucket, to which the primary's is replicated; and every origin the prefix of its region. The origin group of
 * the distribution keeps its two members: more it cannot have.
 *
 * @param service name and stage
 */
export function addRegions(template: Template, service: string, { regions }: EdgeConfig): void {
  const origins = originsOf(template);
  const [, second, ...others] = regions;
  const example = origins.find(({ Id }) => Id === second?.originId);
  if (second === undefined || example === undefined) return;
  for (const region of others) {
    if (!origins.some(({ Id }) => Id === region.originId)) origins.push(originOf(example, service, region));
  }
  for (const { originId, prefix } of regions) {
    const origin = origins.find(({ Id }) => Id === originId);
    if (origin !== undefined && prefix !== undefined) origin.OriginPath = prefix;
  }
  if (others.length > 0) addBuckets(template, service, second, others);
}

/** Has S3 count the requests to the buckets of all regions. */
export function addRequestMetrics({ Resources }: Template): void {
  const inside = Resources.SecondaryRegion?.Properties.TemplateBody as Template | undefined;
  for (const bucket of [Resources.PrimaryBucket, inside?.Resources.SecondaryBucket]) {
    if (bucket !== undefined) bucket.Properties.MetricsConfigurations = [{ Id: REQUEST_METRICS }];
  }
}

function originsOf(template: Template): Origin[] {
  const distribution = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::CloudFront::Distribution');
  return (distribution?.Properties.DistributionConfig as { Origins: Origin[] } | undefined)?.Origins ?? [];
}

function originOf(example: Origin, service: string, { region, originId }: Region): Origin {
  return {
    ...example,
    Id: originId,
    DomainName: {
      'Fn::Sub': `${bucketName(service, region)}-\${AWS::AccountId}.s3.${region}.\${AWS::URLSuffix}`,
    },
    OriginCustomHeaders: [{ HeaderName: ORIGIN_HEADER, HeaderValue: region }],
  } as Origin;
}

function addBuckets(template: Template, service: string, second: Region, others: readonly Region[]): void {
  const { SecondaryRegion, PrimaryBucket, ReplicationRole, StackSetExecutionRole } = template.Resources;
  const stackSet = SecondaryRegion?.Properties as StackSet | undefined;
  const replication = PrimaryBucket?.Properties.ReplicationConfiguration as { Rules: Rule[] } | undefined;
  const [rule] = replication?.Rules ?? [];
  if (stackSet === undefined || replication === undefined || rule === undefined) return;
  others.forEach(({ region }, index) => {
    stackSet.StackInstancesGroup[0]?.Regions.push(region);
    const Destination = { Bucket: arnOf(service, region) };
    replication.Rules.push({ ...rule, Id: region, Priority: rule.Priority + index + 1, Destination } as Rule);
  });
  for (const role of [ReplicationRole, StackSetExecutionRole]) {
    for (const { PolicyDocument } of (role?.Properties.Policies ?? []) as {
      PolicyDocument: { Statement: Statement[] };
    }[]) {
      for (const statement of PolicyDocument.Statement) widen(statement, service, second, others);
    }
  }
}

/** What is allowed on the second region's bucket is allowed on the others'. */
function widen(statement: Statement, service: string, { region: second }: Region, others: readonly Region[]): void {
  const { 'Fn::Sub': text } = Object(statement.Resource) as { 'Fn::Sub'?: string };
  const name = `:${bucketName(service, second)}-\${AWS::AccountId}`;
  if (!text?.includes(name)) return;
  const widened = others.map(({ region }) => text.replace(name, `:${bucketName(service, region)}-\${AWS::AccountId}`));
  statement.Resource = [text, ...widened].map((resource) => ({ 'Fn::Sub': resource }));
}

function arnOf(service: string, region: string): object {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${bucketName(service, region)}-\${AWS::AccountId}` };
}
