/** What `serverless remove` leaves behind, why, and how it is deleted for good. */
import type { Deployment } from '../config/deployment.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { bucketName } from './regions.ts';

export interface RemovedService {
  /** Of service and stage. */
  readonly name: string;
  /** Names of its Lambda@Edge functions. */
  readonly functions: readonly string[];
}

/** In lines, with commands for a shell. What of it was there at all, only AWS knows. */
export function remains({ name, functions }: RemovedService, config: EdgeConfig, deployment: Deployment): string[] {
  const { logs, deploy } = deployment;
  const hasBuckets = deploy.distribution === 'create';
  const buckets = [
    ...config.regions.map(({ region }) => ({ region, bucket: bucketName(name, region) })),
    ...(logs === null ? [] : [{ region: 'us-east-1', bucket: `${name}-logs` }]),
  ];
  return [
    'What stays:',
    ...(hasBuckets ? bucketLines(buckets.map(({ bucket }) => bucket)) : []),
    '',
    `Lambda@Edge functions ${functions.join(', ')}: CloudFront deletes their replicas some hours after the distribution,`,
    'and until then they cannot be deleted. Before the next deploy of this stage:',
    ...functions.map((each) => `  aws lambda delete-function --region us-east-1 --function-name ${each}`),
    '',
    'Logs of functions, which cost little and expire never: log groups in each region that ran one,',
    `  /aws/lambda/us-east-1.${name}-* and, in us-east-1, /aws/cloudfront/function/${name}-viewer-request`,
    '',
    'What is gone: the key value store with its signing keys and revocations. Tokens signed with these are refused from now on.',
    ...(hasBuckets ? ['', 'To delete a bucket for good, with all versions of all objects:', ...deletion(buckets)] : []),
  ];
}

function bucketLines(buckets: readonly string[]): string[] {
  return [
    ...buckets.map((bucket) => `  bucket ${bucket}-<account>`),
    'since only you know whether their objects may go. The next deploy of this stage takes them over:',
    '  npx serverless deploy --param buckets=existing',
  ];
}

/** Versions go a thousand at a time, until none is left. */
function deletion(buckets: readonly { readonly region: string; readonly bucket: string }[]): string[] {
  return [
    '  account=$(aws sts get-caller-identity --query Account --output text)',
    '  empty_and_delete() {',
    '    while versions=$(aws s3api list-object-versions --region "$1" --bucket "$2" --max-items 1000 --output json \\',
    "      --query '{Objects: [Versions, DeleteMarkers][][].{Key: Key, VersionId: VersionId}, Quiet: `true`}') &&",
    '      echo "$versions" | grep -q VersionId',
    '    do aws s3api delete-objects --region "$1" --bucket "$2" --delete "$versions" || return; done',
    '    aws s3api delete-bucket --region "$1" --bucket "$2"',
    '  }',
    ...buckets.map(({ region, bucket }) => `  empty_and_delete ${region} ${bucket}-$account`),
  ];
}
