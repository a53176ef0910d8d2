/** The functions of a service that is deployed, and what its settings say of them. */
import { EDGE_EVENTS } from '../../config/edge-events.ts';
import type { EdgeConfig } from '../../shared/config.ts';
import type { DeployedStack } from '../aws/stack.ts';
import { bucketName } from '../regions.ts';
import type { Wanted, WantedFunction } from './wanted.ts';

/** A Lambda@Edge function is named after its event. */
export function functionsOf({ viewerRequestFunctionArn, lambdaVersions }: DeployedStack): WantedFunction[] {
  const lambdas = EDGE_EVENTS.flatMap((event) => {
    const name = event.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    const arn = lambdaVersions[name];
    return arn === undefined ? [] : [{ event, arn }];
  });
  const own =
    viewerRequestFunctionArn === undefined ? [] : [{ event: 'viewer-request' as const, arn: viewerRequestFunctionArn }];
  return [...own, ...lambdas];
}

/** @param name of service and stage */
export function wantedOf(
  name: string,
  config: EdgeConfig,
  functions: readonly WantedFunction[],
): Pick<Wanted, 'config' | 'buckets' | 'functions'> {
  return { config, functions, buckets: config.regions.map(({ region }) => bucketName(name, region)) };
}
