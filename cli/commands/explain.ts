/** Arguments of `edgekeeper explain`. */
import type { Command } from 'commander';
import { control, repeatable } from './options.ts';

export function explainCommand(root: Command): void {
  root
    .command('explain')
    .description('why a request is allowed or refused, step by step; without a URL: for many, lines of JSON in and out')
    .argument('[url]', 'what was requested; - reads one request as a line of JSON from standard input')
    .addOption(repeatable('--public-key <id=file>', 'a trusted public key as PEM; <id>=- reads standard input'))
    .option('--token <file>', 'a token, judged as if the request had it; - reads standard input')
    .addOption(repeatable('--cookie <name=value>', 'a cookie of the request; @file reads them from a file'))
    .addOption(repeatable('--header <line>', 'a header of the request, such as "Cookie: name=value"'))
    .option('--ip <address>', "the viewer's address")
    .option('--time <time>', 'when: epoch seconds, a date, or a duration from now (-2h); otherwise now')
    .option('--method <name>', 'the method of the request')
    .option('--json', 'print JSON')
    .option('--jsonl', 'one request a line on standard input, one verdict a line on standard output')
    .option('--tokens', 'lines hold tokens instead of requests with signed URLs or signed cookies')
    .addOption(control())
    .action(async (url: string | undefined, options) => {
      if (url === undefined) return (await import('../explain/explain.ts')).explain(options);
      const given = { publicKey: [], cookie: [], header: [], ...options };
      return (await import('../explain/explain-request.ts')).explainRequest(process.cwd(), url, given);
    });
}
