/** Arguments of `edgekeeper drain`, `undrain` and `regions`. */
import type { Command } from 'commander';
import { storeCommand } from './options.ts';

export function drainCommands(root: Command): void {
  storeCommand(root, 'drain')
    .description('ask a region last, from the next request on; all others first')
    .argument('<region>', 'an AWS region of the settings, such as eu-west-1')
    .option('--for <duration>', 'for how long, such as 2h (default: until undrain)')
    .option('--reason <text>', 'why, for the others who look')
    .option('--hard', 'do not ask it at all, not even when the others fail')
    .option('--force', 'even if no other region is left')
    .action(async (region, options) => (await import('../drain.ts')).drain(process.cwd(), region, options));
  storeCommand(root, 'undrain')
    .description('ask it as ever')
    .argument('<region>', 'an AWS region of the settings')
    .action(async (region, options) => (await import('../drain.ts')).undrain(process.cwd(), region, options));
  storeCommand(root, 'regions')
    .description('the regions, and which of them are drained, until when, why, by whom')
    .action(async (options) => (await import('../drain.ts')).listRegions(process.cwd(), options));
}
