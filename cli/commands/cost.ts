/** Arguments of `edgekeeper cost`. */
import type { Command } from 'commander';
import { ASSUMED } from '../cost/assumed.ts';
import { numberUpTo, repeatable } from './options.ts';

export function costCommand(root: Command): void {
  const command = root
    .command('cost')
    .description('what a month costs, beside the same traffic with Lambda@Edge functions alone')
    .addOption(repeatable('--requests <number>', 'of viewers in the month: 100M (default: 1M, 100M and 1000M)'))
    .option('--free-tier', 'without what AWS charges nobody for')
    .option('--json', 'print JSON');
  for (const { flag, value, most, meaning } of ASSUMED) {
    command.option(`${flag} <number>`, meaning, numberUpTo(most), value);
  }
  command.action(async (options) => (await import('../cost/cost.ts')).cost({ requests: [], ...options }));
}
