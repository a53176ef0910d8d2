import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EdgeError } from '../config/errors.ts';
import type { AwsAccess } from '../deploy/aws/clients.ts';
import { type DeployedStack, deployedStack } from '../deploy/aws/stack.ts';
import { requireService } from './service.ts';

/** `service: name`, as the Serverless Framework takes names. */
const SERVICE = /^service:[ \t]*(['"]?)([A-Za-z][0-9A-Za-z-]*)\1[ \t]*(?:#.*)?$/m;

/**
 * The stack of a stage of the service in `root`. Its name is read as it is written, without packaging: what is
 * deployed can be operated while the service here cannot be packaged.
 *
 * @throws {EdgeError} ERR_FILE_MISSING without serverless.yml, ERR_OPTION_INVALID for a service whose name is not in it,
 * and what `deployedStack` throws.
 */
export async function stackOf(root: string, stage: string, access: AwsAccess): Promise<DeployedStack> {
  requireService(root);
  const [, , service] = SERVICE.exec(readFileSync(join(root, 'serverless.yml'), 'utf8')) ?? [];
  if (service !== undefined) return deployedStack(access, `${service}-${stage}`);
  throw new EdgeError('ERR_OPTION_INVALID', '--stage: expected the name of the service in serverless.yml, got none');
}

/** Outputs as the template calls them. */
const OUTPUTS = { distributionId: 'DistributionId', keyValueStoreArn: 'KeyValueStoreArn' } as const;

/** An output, which the stack has when it has the resource. @throws {EdgeError} ERR_AWS_NOT_FOUND */
export function outputOf(stack: DeployedStack, name: keyof typeof OUTPUTS): string {
  const { [name]: output } = stack;
  if (output !== undefined) return output;
  throw new EdgeError('ERR_AWS_NOT_FOUND', `stack ${stack.name}: expected the output ${OUTPUTS[name]}, got none`);
}
