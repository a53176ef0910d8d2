import { COMMANDS, policyOf } from './permissions.ts';

/** The section "Permissions" of docs/operations.md. */
export function permissionsSection(): string {
  const commands = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];
  const policies = commands.map((command) => {
    const statements = policyOf(command).Statement.map((statement) => `  ${JSON.stringify(statement)}`);
    return `### ${command}\n\n\`\`\`json\n{ "Version": "2012-10-17", "Statement": [\n${statements.join(',\n')}\n] }\n\`\`\`\n`;
  });
  return `## Permissions

What each command asks of AWS, and no more. Put the account, the service, the stage and the ids in the place of the names in
angle brackets; \`KeyValueStoreArn\` and \`DistributionId\` are outputs of the stack. With \`--store <arn>\` no stack is read, so that
\`cloudformation:DescribeStacks\` is not needed. Whoever may read \`state\` (\`GetKey\`, \`ListKeys\`) can sign tokens, since the keys are in it.
An error that names an action which is denied names one of these. Deploying itself needs far more.

The key value store is asked with Signature Version 4A: a session token has to be one that all regions take, as regional STS endpoints
give.

${policies.join('\n')}`;
}
