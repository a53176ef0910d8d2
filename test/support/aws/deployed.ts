/** A service that is deployed as its stage `prod`, and the folder it was deployed from. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, runCommand } from '../command.ts';
import { AWS_ENVIRONMENT } from './access.ts';
import { type DistributionEndpoint, startDistributionEndpoint } from './distribution.ts';
import { STORE_ARN, type StoreEndpoint, startStoreEndpoint } from './key-value-store.ts';
import { type LogsEndpoint, startLogsEndpoint } from './logs.ts';
import { type StackEndpoint, startStackEndpoint } from './stack-outputs.ts';

export interface Deployed {
  readonly folder: string;
  readonly store: StoreEndpoint;
  readonly formation: StackEndpoint;
  readonly logs: LogsEndpoint;
  readonly cloudFront: DistributionEndpoint;
  /** By which clients find the endpoints. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs the command there; `input` is its standard input. */
  run(args: readonly string[], input?: string): Promise<Ended>;
  close(): Promise<void>;
}

/** The actions of AWS's policies that were asked for so far. */
export function actionsAsked({ formation, store, logs, cloudFront }: Deployed): string[] {
  const services = {
    cloudformation: formation,
    'cloudfront-keyvaluestore': store,
    cloudfront: cloudFront,
    logs,
  };
  const actions = Object.entries(services).flatMap(([service, { asked }]) =>
    asked.map(({ operation }) => `${service}:${operation}`),
  );
  return [...new Set(actions)].sort();
}

export const OUTPUTS = {
  KeyValueStoreArn: STORE_ARN,
  ViewerRequestFunctionArn: 'arn:aws:cloudfront::111122223333:function/edgekeeper-prod-viewer-request',
  DistributionId: 'E1EXAMPLE',
  OriginRequestLambdaFunctionQualifiedArn:
    'arn:aws:lambda:us-east-1:111122223333:function:edgekeeper-prod-originRequest:3',
  OriginResponseLambdaFunctionQualifiedArn:
    'arn:aws:lambda:us-east-1:111122223333:function:edgekeeper-prod-originResponse:7',
} as const;

/** @param folder of the service; absent: one with the name of a service, and nothing else */
export async function deployedService(state: string, folder?: string): Promise<Deployed> {
  const own = folder ?? (await mkdtemp(join(tmpdir(), 'edgekeeper-deployed-')));
  if (folder === undefined) await writeFile(join(own, 'serverless.yml'), "service: 'edgekeeper' # ours\n");
  const formation = await startStackEndpoint({ 'edgekeeper-prod': OUTPUTS });
  const store = await startStoreEndpoint({ state });
  const logs = await startLogsEndpoint();
  const cloudFront = await startDistributionEndpoint();
  const environment = {
    ...AWS_ENVIRONMENT,
    AWS_ENDPOINT_URL_CLOUDFORMATION: formation.url,
    AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: store.url,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url,
    AWS_ENDPOINT_URL_CLOUDFRONT: cloudFront.url,
  };
  return {
    folder: own,
    store,
    formation,
    logs,
    cloudFront,
    environment,
    run: (args, input) => runCommand(args, own, input, environment),
    async close() {
      await Promise.all([formation, store, logs, cloudFront].map((endpoint) => endpoint.close()));
      if (folder === undefined) await rm(own, { recursive: true });
    },
  };
}
