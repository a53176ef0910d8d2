/** Arguments of `edgekeeper drill`. */
import { type Command, Option } from 'commander';
import { unexpected } from '../../config/errors.ts';
import { repeatable, wholeNumber } from './options.ts';

export function drillCommand(root: Command): void {
  root
    .command('drill')
    .description(
      'break regions in many ways, one after the other, under viewers in many cities: a game day on this machine',
    )
    .addOption(new Option('--short', 'all of it in less than a minute').conflicts('secondsPerPhase'))
    .option(
      '--seconds-per-phase <number>',
      "how long each takes (default: 15; with CloudFront's origin settings 60)",
      wholeNumber(2, 120),
    )
    .option('--rate <number>', 'requests a second (default: 40; with --url 1)', wholeNumber(1, 100))
    .option('--seed <text>', 'the same requests as in the drill that printed it')
    .addOption(repeatable('--phase <name>', 'only this phase'))
    .addOption(
      new Option('--origin-settings <which>', "the template's attempts and timeouts, or CloudFront's defaults")
        .choices(['own', 'cloudfront'])
        .default('own'),
    )
    .addOption(
      new Option(
        '--url <url>',
        'observe the distribution there instead: it is asked at a low rate, and nothing is broken',
      ).conflicts(['short', 'secondsPerPhase', 'seed', 'phase', 'originSettings']),
    )
    .addOption(repeatable('--path <path>', 'with --url: what is asked for (default: /)'))
    .option('--for <duration>', 'with --url: for how long', '1m')
    .option('--report <file>', 'where the report goes', '.edgekeeper/drill.html')
    .option('--json', 'print JSON')
    .action(async (options) => {
      const { url } = options;
      const given = { phase: [], path: [], ...options };
      if (url === undefined && given.path.length > 0) {
        throw unexpected('ERR_OPTION_INVALID', '--path', '--url beside it', given.path.join(' '));
      }
      process.exitCode =
        url === undefined
          ? await (await import('../drill/drill.ts')).drill(process.cwd(), given)
          : await (await import('../drill/observe.ts')).observe(process.cwd(), url, given);
    });
}
