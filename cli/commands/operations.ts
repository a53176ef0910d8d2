/** Arguments of `edgekeeper status` and `logs`. */
import { type Command, Option } from 'commander';
import { profile } from './options.ts';

export function statusCommand(root: Command): void {
  root
    .command('status')
    .description('a deployed stage on one screen: distribution, functions, regions, keys, refusals of the last hour')
    .option('--stage <name>', 'the stage of the service', 'dev')
    .option('--json', 'print JSON')
    .addOption(profile())
    .action(async (options) => (await import('../status/status.ts')).status(process.cwd(), options));
}

export function logsCommand(root: Command): void {
  root
    .command('logs')
    .description('what the functions of a deployed stage said, in all regions that ran them, in order of time')
    .option('--stage <name>', 'the stage of the service', 'dev')
    .option('--since <duration>', 'how far back', '1h')
    .option('--reason <name>', 'only what our functions say for this reason, such as expired')
    .option('--follow', 'go on with what comes, until it is interrupted')
    .addOption(
      new Option('--retention <days>', 'show nothing, and keep the lines so long from now on: 30d').conflicts([
        'reason',
        'follow',
      ]),
    )
    .option('--json', 'print lines of JSON')
    .addOption(profile())
    .action(async (options) => (await import('../logs/logs.ts')).logs(process.cwd(), options));
}
