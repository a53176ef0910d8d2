/** Arguments of `edgekeeper invalidate`. */
import type { Command } from 'commander';
import { control, profile, stage } from './options.ts';

export function invalidateCommand(root: Command): void {
  root
    .command('invalidate')
    .description('remove objects from the cache of the edge on this machine, or of a distribution, before their time')
    .argument(
      '<path...>',
      'paths, with their query string where that is in the cache key; * at the end covers the rest',
    )
    .option('--json', 'print JSON')
    .addOption(control().conflicts(['stage', 'profile']))
    .addOption(stage())
    .addOption(profile())
    .action(async (paths, options) => (await import('../invalidate.ts')).invalidate(process.cwd(), paths, options));
}
