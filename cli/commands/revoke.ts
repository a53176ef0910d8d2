/** Arguments of `edgekeeper revoke`, `unrevoke` and `revoked`. */
import type { Command } from 'commander';
import { storeCommand } from './options.ts';

export function revokeCommands(root: Command): void {
  storeCommand(root, 'revoke')
    .description('refuse the tokens of a session or a viewer before they expire')
    .option('--sid <id>', 'the sid claim of the tokens')
    .option('--sub <id>', 'the sub claim of the tokens')
    .option('--at <time>', 'tokens issued until then: a date (2030-01-31T12:00:00Z) (default: now)')
    .action(async (options) => (await import('../revoke.ts')).revoke(process.cwd(), options));
  storeCommand(root, 'unrevoke')
    .description('admit them again')
    .option('--sid <id>', 'the sid claim of the tokens')
    .option('--sub <id>', 'the sub claim of the tokens')
    .action(async (options) => (await import('../revoke.ts')).unrevoke(process.cwd(), options));
  storeCommand(root, 'revoked')
    .description('what is revoked, by hash, and since when')
    .option('--sid <id>', 'whether tokens with this sid claim are')
    .option('--sub <id>', 'whether tokens with this sub claim are')
    .option('--prune <duration>', 'remove what is older than the longest life of a token: 7d')
    .action(async (options) => (await import('../revoke.ts')).revoked(process.cwd(), options));
}
