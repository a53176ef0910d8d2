/** AWS's clients, each loaded when it is asked for: a command that asks no AWS stays fast. */
import type { CloudFormationClient, CloudFormationClientConfig } from '@aws-sdk/client-cloudformation';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { lookup } from './loopback-names.ts';

/** CloudFront, its functions and the stack are controlled from here. */
export const STACK_REGION = 'us-east-1';

/** Whose account is meant, and how patiently. */
export interface AwsAccess {
  /** Of the files under `~/.aws`; absent: `AWS_PROFILE`, else the default. */
  readonly profile?: string;
  /** Absent: by the SDK's usual chain. */
  readonly credentials?: NonNullable<CloudFormationClientConfig['credentials']>;
  /** How long an answer may take. */
  readonly timeoutSeconds?: number;
}

/** With the SDK's backoff between them they take about half a minute: longer than a throttled account's burst. */
const MAX_ATTEMPTS = 7;

const CONNECT_MILLISECONDS = 5000;

const TIMEOUT_SECONDS = 20;

export async function cloudFormationClient(access: AwsAccess): Promise<CloudFormationClient> {
  const { CloudFormationClient: Client } = await import('@aws-sdk/client-cloudformation');
  return new Client(settings(access));
}

export async function cloudFrontClient(access: AwsAccess): Promise<CloudFrontClient> {
  const { CloudFrontClient: Client } = await import('@aws-sdk/client-cloudfront');
  return new Client(settings(access));
}

/** Signs for all regions at once (SigV4A), as the store's own API asks. */
export async function keyValueStoreClient(access: AwsAccess): Promise<CloudFrontKeyValueStoreClient> {
  const [{ CloudFrontKeyValueStoreClient: Client }] = await Promise.all([
    import('@aws-sdk/client-cloudfront-keyvaluestore'),
    import('@aws-sdk/signature-v4a'),
  ]);
  return new Client(settings(access));
}

export async function logsClient(access: AwsAccess, region: string): Promise<CloudWatchLogsClient> {
  const { CloudWatchLogsClient: Client } = await import('@aws-sdk/client-cloudwatch-logs');
  return new Client({ ...settings(access), region });
}

function settings({ profile, credentials, timeoutSeconds = TIMEOUT_SECONDS }: AwsAccess) {
  // The advice to whoever runs this code to take a newer Node.js is not for whoever runs the command.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  return {
    region: STACK_REGION,
    ...(profile !== undefined && { profile }),
    ...(credentials !== undefined && { credentials }),
    ...(process.env.AWS_MAX_ATTEMPTS === undefined && { maxAttempts: MAX_ATTEMPTS }),
    requestHandler: {
      connectionTimeout: CONNECT_MILLISECONDS,
      requestTimeout: timeoutSeconds * 1000,
      throwOnRequestTimeout: true,
      httpAgent: { lookup },
    },
  };
}
