/** Arguments of `edgekeeper associate`, `promote`, `abort`, `detach` and `rollback`. */
import type { Command } from 'commander';
import { USUAL_EVENTS } from '../../config/edge-events.ts';
import { profile, repeatable } from './options.ts';

export function associateCommands(root: Command): void {
  const described = root
    .command('associate')
    .description('run the deployed functions in behaviors of a distribution that is there already')
    .option('--with-origins', 'add what the functions need and the distribution lacks: origins, a group, policies')
    .option('--replace', "take the place of functions that are somebody else's")
    .option('--staging', 'on a copy of the distribution, which only some viewers get: promote it, or abort')
    .option('--staging-header <value>', 'those who send aws-cf-cd-edgekeeper with this value', 'staging')
    .option('--staging-weight <percent>', 'so many of all viewers instead, 0.1 to 15');
  common(functionOptions(described, USUAL_EVENTS.join())).action(async (options) =>
    options.staging === true
      ? (await import('../associate/staging.ts')).associateStaged(process.cwd(), options)
      : (await import('../associate/associate.ts')).associate(process.cwd(), options),
  );
  staged(
    root.command('promote').description('give the distribution what its staging copy has, and delete the copy'),
  ).action(async (options) => (await import('../associate/staging.ts')).promoteStaged(process.cwd(), options));
  staged(root.command('abort').description('delete the staging copy, and send all viewers to the distribution')).action(
    async (options) => (await import('../associate/staging.ts')).abortStaged(process.cwd(), options),
  );

  const detached = root
    .command('detach')
    .description(
      'take the functions out of a distribution, and put back what was there (default: all behaviors, all events)',
    );
  common(functionOptions(detached)).action(async (options) =>
    (await import('../associate/undo.ts')).detach(process.cwd(), options),
  );

  common(
    root.command('rollback').description('undo the last change that was made here, and keep what others edited since'),
  )
    .option('--to <record>', 'undo all changes since this one, itself included: a name in .edgekeeper/associations')
    .action(async (options) => (await import('../associate/undo.ts')).rollback(process.cwd(), options));
}

function staged(command: Command): Command {
  return common(command).option('--staging-distribution <id>', 'the copy, where it was not made from this folder');
}

/** `events`: without `--events`; absent: that is for the command to say. */
function functionOptions(command: Command, events?: string): Command {
  return command
    .addOption(repeatable('--behavior <pattern>', "a behavior's path pattern, or default"))
    .option('--events <list>', 'at which events, separated by commas', events)
    .addOption(repeatable('--function <event=ARN>', "a function instead of the stack's: viewer-request=arn:aws:..."));
}

function common(command: Command): Command {
  return command
    .requiredOption('--distribution <id>', 'the distribution')
    .option('--stage <name>', 'the stage of serverless.yml whose functions are meant', 'dev')
    .addOption(profile())
    .option('--dry-run', 'show what would be changed, and send nothing')
    .option('--yes', 'do not ask')
    .option('--no-wait', 'do not wait until it is deployed')
    .option('--json', 'print JSON, and nothing else');
}
