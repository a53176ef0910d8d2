/**
 * The command line: each command loads what it does when it is called. Exit codes: 1 for the operator's mistake and for a
 * drill that missed an objective, 2 for wrong usage.
 */
import { Command, CommanderError } from 'commander';
import { EdgeError } from '../config/errors.ts';
import packageJson from '../package.json' with { type: 'json' };
import { associateCommands } from './commands/associate.ts';
import { costCommand } from './commands/cost.ts';
import { drainCommands } from './commands/drain.ts';
import { drillCommand } from './commands/drill.ts';
import { explainCommand } from './commands/explain.ts';
import { invalidateCommand } from './commands/invalidate.ts';
import { keyCommands } from './commands/keys.ts';
import { localCommand } from './commands/local.ts';
import { logsCommand, statusCommand } from './commands/operations.ts';
import { revokeCommands } from './commands/revoke.ts';
import { signCommands } from './commands/sign.ts';
import { buildCommand, checkCommand } from './commands/template.ts';
import { printVerbs } from './verbs.ts';

const { version } = packageJson;

export async function main(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error, argv.includes('--verbose'));
  }
}

/** All commands, with their options. */
export function program(): Command {
  const root = new Command('edgekeeper')
    .description('Signed access and regional failover at the CloudFront edge')
    .version(version, '--version', 'print the version')
    .option('--verbose', 'show the stack of an error')
    .showHelpAfterError('(--help lists the options)');
  for (const add of [
    localCommand,
    buildCommand,
    signCommands,
    explainCommand,
    keyCommands,
    revokeCommands,
    drainCommands,
    drillCommand,
    checkCommand,
    associateCommands,
    costCommand,
    statusCommand,
    logsCommand,
    invalidateCommand,
  ]) {
    add(root);
  }
  root.command('verbs', { hidden: true }).action(() => printVerbs(root));
  for (const command of [root, ...root.commands, ...root.commands.flatMap((inner) => inner.commands)]) {
    command.exitOverride();
  }
  return root;
}

function report(error: unknown, verbose: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const stack = error instanceof Error && verbose ? `\n${error.stack}` : '';
  if (error instanceof EdgeError) {
    process.stderr.write(`${error.code}: ${error.message}${stack}\n`);
    return 1;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`unexpected error: ${message} (--verbose shows where)${stack}\n`);
  return 1;
}
