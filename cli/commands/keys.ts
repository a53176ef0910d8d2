/** Arguments of `edgekeeper keys`. */
import type { Command } from 'commander';
import { storeCommand } from './options.ts';

export function keyCommands(root: Command): void {
  const keys = root.command('keys').description('the signing keys in the key value store');
  storeCommand(keys, 'add')
    .description('add a key, a new one unless --secret gives it; keys that are there stay good')
    .option('--kid <id>', 'its id (default: one that says the day)')
    .option('--secret <file>', 'the key as base64url; - reads standard input')
    .action(async (options) => (await import('../keys.ts')).addKey(process.cwd(), options));
  storeCommand(keys, 'retire')
    .description('remove a key: tokens signed with it are refused from the next request')
    .argument('<kid>', 'its id')
    .option('--force', 'even if it is the last one')
    .action(async (kid, options) => (await import('../keys.ts')).retireKey(process.cwd(), kid, options));
  storeCommand(keys, 'list')
    .description('the keys in the store and on this machine')
    .action(async (options) => (await import('../keys.ts')).listKeys(process.cwd(), options));
}
