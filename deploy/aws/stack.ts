/** What is deployed, as the stack of the service tells it. */
import { EdgeError } from '../../config/errors.ts';
import { type AwsAccess, cloudFormationClient, STACK_REGION } from './clients.ts';
import { awsFailure, isNamed } from './failure.ts';

export interface DeployedStack {
  readonly name: string;
  /** As CloudFormation says it: `UPDATE_COMPLETE`. */
  readonly status: string;
  /** Undefined where a stack does without it. */
  readonly distributionId: string | undefined;
  readonly keyValueStoreArn: string | undefined;
  readonly viewerRequestFunctionArn: string | undefined;
  /** ARNs of numbered Lambda@Edge versions, by function: `OriginResponse`. */
  readonly lambdaVersions: Readonly<Record<string, string>>;
}

/** As the Serverless Framework names the output of a version. */
const QUALIFIED_ARN = 'LambdaFunctionQualifiedArn';

/**
 * The stack of a service and a stage.
 *
 * @param name `<service>-<stage>`
 * @throws {EdgeError} ERR_AWS_NOT_FOUND when there is none, and what `awsFailure` makes.
 */
export async function deployedStack(access: AwsAccess, name: string): Promise<DeployedStack> {
  const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = await cloudFormationClient(access);
  const stack = await client
    .send(new DescribeStacksCommand({ StackName: name }))
    .then(({ Stacks: [found] = [] }) => found)
    .catch((error) => {
      // What CloudFormation answers to the name of a stack that is not there.
      if (isNamed(error, 'ValidationError')) return undefined;
      throw awsFailure(error, { action: 'cloudformation:DescribeStacks', resource: stackArn(name) });
    });
  if (stack === undefined) {
    const expected = `one that is deployed in ${STACK_REGION} of this account`;
    throw new EdgeError('ERR_AWS_NOT_FOUND', `stack ${name}: expected ${expected}, got none`);
  }
  const outputs = new Map(stack.Outputs?.map(({ OutputKey: key = '', OutputValue: value = '' }) => [key, value]));
  const versions = [...outputs].filter(([key]) => key.endsWith(QUALIFIED_ARN));
  return {
    name,
    status: stack.StackStatus ?? 'unknown',
    distributionId: outputs.get('DistributionId'),
    keyValueStoreArn: outputs.get('KeyValueStoreArn'),
    viewerRequestFunctionArn: outputs.get('ViewerRequestFunctionArn'),
    lambdaVersions: Object.fromEntries(versions.map(([key, arn]) => [key.slice(0, -QUALIFIED_ARN.length), arn])),
  };
}

function stackArn(name: string): string {
  return `arn:aws:cloudformation:${STACK_REGION}:*:stack/${name}/*`;
}
