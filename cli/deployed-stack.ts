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
