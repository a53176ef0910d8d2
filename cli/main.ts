/** Arguments to a command; exit codes: 1 for the operator's mistake and for a drill that missed an objective, 2 for wrong usage. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EdgeError, unexpected } from '../config/errors.ts';
import packageJson from '../package.json' with { type: 'json' };
import { profile, stage } from './aws-options.ts';
import { build } from './build.ts';
import { check } from './check.ts';
import { drain, listRegions, undrain } from './drain.ts';
import { drill } from './drill/drill.ts';
import { observe } from './drill/observe.ts';
import { explain } from './explain/explain.ts';
import { explainRequest } from './explain/explain-request.ts';
import { invalidate } from './invalidate.ts';
import { addKey, listKeys, retireKey } from './keys.ts';
import { local } from './local.ts';
import { logs } from './logs/logs.ts';
import { revoke, revoked, unrevoke } from './revoke.ts';
import { signCookies, signUrl } from './sign-request.ts';
import { signToken } from './sign-token.ts';
import { status } from './status/status.ts';
import { printVerbs } from './verbs.ts';

const { version } = packageJson;

export async function main(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error, argv.includes('--verbose'));
  }
}

function program(): Command {
  const root = new Command('edgekeeper')
    .description('Signed access and regional failover at the CloudFront edge')
    .version(version, '--version', 'print the version')
    .option('--verbose', 'show the stack of an error')
    .exitOverride()
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
    logsCommand,
    statusCommand,
    invalidateCommand,
  ]) {
    add(root);
  }
  root.command('verbs', { hidden: true }).action(() => printVerbs(root));
  return root;
}

function localCommand(root: Command): void {
  root
    .command('local')
    .description('serve a distribution on this machine: the one of serverless.yml, or any other')
    .option('--port <number>', 'port for viewers; 0: any free one', port, 8080)
    .option('--control-port <number>', 'port of the control API; 0: any free one', port, 8081)
    .option('--https', 'listen with TLS, too: HTTP/1.1 and HTTP/2; what comes without is redirected or refused')
    .option('--https-port <number>', 'port for viewers with TLS; 0: any free one', port, 8443)
    .option('--known-hosts-only', "refuse hosts other than the distribution's, as CloudFront does")
    .option(
      '--edge-location <region>',
      'AWS region of the regional edge cache that viewers go through whose place is not known',
      'us-east-1',
    )
    .option('--viewer-country <code>', 'where viewers are, for policies that ask CloudFront: DE, or US-CA')
    .option('--viewer-map <file>', 'which addresses of viewers are where, as JSON: {"127.0.0.2": "Tokyo"}')
    .addOption(
      repeatable(
        '--origin <id=folder|URL>',
        'the folder, or the server (http://localhost:3000), that stands in for an origin',
      ),
    )
    .addOption(
      repeatable(
        '--function <name=file>',
        'the code of a function, by its name, ARN or logical id: JavaScript or TypeScript',
      ),
    )
    .option('--template <file>', 'serve the distribution of a compiled CloudFormation template, as JSON')
    .option('--distribution <logical id>', 'which one, where the template has several')
    .addOption(
      repeatable('--parameter <name=value>', "a value for a parameter of the template, or another stack's export"),
    )
    .addOption(
      new Option(
        '--distribution-config <file>',
        'serve what "aws cloudfront get-distribution-config" or "get-distribution" printed',
      ).conflicts(['template', 'distribution', 'parameter']),
    )
    .addOption(
      repeatable(
        '--resource <file>',
        'what "aws cloudfront get-cache-policy" and its like printed of what the distribution names by id',
      ),
    )
    .option('--store-delay <duration>', 'how long a change of the key value store takes to reach the functions', '0s')
    .option('--health', 'probe the regions, drain those that fail and restore them, as the settings say')
    .addOption(
      new Option('--response-headers-policy <order>', 'when it applies, where a function is at the viewer response')
        .choices(['after-viewer-response', 'before-viewer-response'])
        .default('after-viewer-response'),
    )
    .addOption(
      new Option(
        '--cache <kind>',
        'cloudfront: by the cache policy; rfc9111: a strict HTTP cache, whatever the policy says',
      )
        .choices(['cloudfront', 'rfc9111'])
        .default('cloudfront'),
    )
    .addOption(
      new Option('--engine <name>', 'what CloudFront Functions run in').choices(['realm', 'njs']).default('realm'),
    )
    .option('--access-log <file>', "append CloudFront's standard log; -: to standard output")
    .option('--access-log-raw', 'with tokens, signatures and cookies, as CloudFront writes it')
    .option(
      '--no-watch',
      'serve on what was there at the start; otherwise what is saved counts from the next request on',
    )
    .option('--json', 'print one line of JSON when ready, and nothing else')
    .action((options) => local(process.cwd(), { origin: [], function: [], parameter: [], resource: [], ...options }));
}

function buildCommand(root: Command): void {
  root
    .command('build')
    .description('compile the functions to dist/, exactly as they are deployed')
    .action(() => build(process.cwd()));
}

function signCommands(root: Command): void {
  const sign = root.command('sign').description('sign what lets a viewer in');
  for (const [name, description, action] of [
    ['url', 'a signed URL, for a trusted key group', signUrl],
    ['cookies', 'signed cookies, as Set-Cookie lines', signCookies],
  ] as const) {
    sign
      .command(name)
      .description(description)
      .argument('<url>', 'the URL as viewers request it')
      .requiredOption('--key-pair-id <id>', 'the id of the public key')
      .requiredOption('--private-key <file>', 'the private key as PEM; - reads standard input')
      .option('--expires <time>', 'until when: a duration (2h), a date (2030-01-31T12:00:00Z) or epoch seconds', '1h')
      .option('--from <time>', 'not before, likewise (-5m: five minutes ago); makes a custom policy')
      .option('--ip <address or range>', "the viewer's IPv4 address; makes a custom policy")
      .option('--resource <pattern>', 'what it opens, instead of the URL alone; makes a custom policy')
      .option('--hash-algorithm <name>', 'SHA1, which CloudFront assumes, or SHA256', 'SHA1')
      .option('--json', 'print JSON')
      .addOption(new Option('--curl', 'print a curl command that requests the URL').conflicts('json'))
      .action((url, options) => action(url, options));
  }
  sign
    .command('token')
    .description('a token: HS256 with a local key, or with --private-key RS256, ES256 or EdDSA')
    .addOption(
      repeatable('--path <pattern>', 'what it opens: a path pattern such as /private/* (default: the whole host)'),
    )
    .addOption(repeatable('--not <pattern>', 'what of that it does not open'))
    .option('--expires <time>', 'until when: a duration (2h), a date (2030-01-31T12:00:00Z) or epoch seconds', '1h')
    .option('--not-before <time>', 'valid only from then on, likewise')
    .addOption(repeatable('--ip <address or range>', "the viewer's address"))
    .addOption(repeatable('--country <code>', 'where the viewer is, DE or US-CA, for sections with geo'))
    .addOption(repeatable('--bound-header <line>', 'a header that has to be sent as it is here: "User-Agent: x"'))
    .option('--sid <id>', 'the session, by which the token can be revoked')
    .option('--sub <id>', 'the viewer, likewise')
    .option('--issuer <text>', 'the iss claim, where the settings require one')
    .addOption(repeatable('--audience <text>', 'the aud claim, likewise'))
    .option('--kid <id>', 'which key of .edgekeeper/local/keys, where there are several; with --private-key its id')
    .option('--private-key <file>', 'a private key as PEM or JWK, instead of a local key; - reads standard input')
    .option('--name <name>', 'the name of the cookie', 'edgekeeper')
    .addOption(new Option('--json', 'print JSON').conflicts(['setCookie', 'curl']))
    .addOption(new Option('--set-cookie', 'print a Set-Cookie line').conflicts('curl'))
    .option('--curl <url>', 'print a curl command that requests the URL')
    .action((options) =>
      signToken(process.cwd(), { path: [], not: [], ip: [], country: [], boundHeader: [], audience: [], ...options }),
    );
}

function explainCommand(root: Command): void {
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
    .action((url: string | undefined, options) =>
      url === undefined
        ? explain(options)
        : explainRequest(process.cwd(), url, { publicKey: [], cookie: [], header: [], ...options }),
    );
}

function keyCommands(root: Command): void {
  const keys = root.command('keys').description('the signing keys in the key value store');
  storeCommand(keys, 'add')
    .description('add a key, a new one unless --secret gives it; keys that are there stay good')
    .option('--kid <id>', 'its id (default: one that says the day)')
    .option('--secret <file>', 'the key as base64url; - reads standard input')
    .action((options) => addKey(process.cwd(), options));
  storeCommand(keys, 'retire')
    .description('remove a key: tokens signed with it are refused from the next request')
    .argument('<kid>', 'its id')
    .option('--force', 'even if it is the last one')
    .action((kid, options) => retireKey(process.cwd(), kid, options));
  storeCommand(keys, 'list')
    .description('the keys in the store and on this machine')
    .action((options) => listKeys(process.cwd(), options));
}

function revokeCommands(root: Command): void {
  storeCommand(root, 'revoke')
    .description('refuse the tokens of a session or a viewer before they expire')
    .option('--sid <id>', 'the sid claim of the tokens')
    .option('--sub <id>', 'the sub claim of the tokens')
    .option('--at <time>', 'tokens issued until then: a date (2030-01-31T12:00:00Z) (default: now)')
    .action((options) => revoke(process.cwd(), options));
  storeCommand(root, 'unrevoke')
    .description('admit them again')
    .option('--sid <id>', 'the sid claim of the tokens')
    .option('--sub <id>', 'the sub claim of the tokens')
    .action((options) => unrevoke(process.cwd(), options));
  storeCommand(root, 'revoked')
    .description('what is revoked, by hash, and since when')
    .option('--sid <id>', 'whether tokens with this sid claim are')
    .option('--sub <id>', 'whether tokens with this sub claim are')
    .option('--prune <duration>', 'remove what is older than the longest life of a token: 7d')
    .action((options) => revoked(process.cwd(), options));
}

function drainCommands(root: Command): void {
  storeCommand(root, 'drain')
    .description('ask a region last, from the next request on; all others first')
    .argument('<region>', 'an AWS region of the settings, such as eu-west-1')
    .option('--for <duration>', 'for how long, such as 2h (default: until undrain)')
    .option('--reason <text>', 'why, for the others who look')
    .option('--hard', 'do not ask it at all, not even when the others fail')
    .option('--force', 'even if no other region is left')
    .action((region, options) => drain(process.cwd(), region, options));
  storeCommand(root, 'undrain')
    .description('ask it as ever')
    .argument('<region>', 'an AWS region of the settings')
    .action((region, options) => undrain(process.cwd(), region, options));
  storeCommand(root, 'regions')
    .description('the regions, and which of them are drained, until when, why, by whom')
    .action((options) => listRegions(process.cwd(), options));
}

function drillCommand(root: Command): void {
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
        url === undefined ? await drill(process.cwd(), given) : await observe(process.cwd(), url, given);
    });
}

function checkCommand(root: Command): void {
  root
    .command('check')
    .description('what is wrong with a template: of serverless.yml, or of any stack')
    .option('--template <file>', 'a compiled CloudFormation template, as JSON')
    .option('--strict', 'exit with 1 for warnings, too')
    .option('--sarif <file>', 'write the findings for code scanning')
    .option('--json', 'print JSON')
    .action((options) => check(process.cwd(), options));
}

function logsCommand(root: Command): void {
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
    .action((options) => logs(process.cwd(), options));
}

function statusCommand(root: Command): void {
  root
    .command('status')
    .description('a deployed stage on one screen: distribution, functions, regions, keys, refusals of the last hour')
    .option('--stage <name>', 'the stage of the service', 'dev')
    .option('--json', 'print JSON')
    .addOption(profile())
    .action((options) => status(process.cwd(), options));
}

function invalidateCommand(root: Command): void {
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
    .action((paths, options) => invalidate(process.cwd(), paths, options));

  for (const command of [root, ...root.commands, ...root.commands.flatMap((inner) => inner.commands)]) {
    command.exitOverride();
  }
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

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}.`);
  };
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65_535) return number;
  throw new InvalidArgumentError('expected a port from 0 to 65535.');
}

/** A command over a store: the one of an edge on this machine, or one that is deployed. */
function storeCommand(parent: Command, name: string): Command {
  return parent
    .command(name)
    .addOption(control().conflicts(['stage', 'store', 'profile']))
    .addOption(stage().conflicts('store'))
    .option('--store <arn>', 'the key value store that is deployed under this ARN, instead')
    .addOption(profile())
    .option('--json', 'print JSON');
}

function control(): Option {
  return new Option(
    '--control <url>',
    'control API of the edge whose store is meant (default: the one that runs here)',
  );
}

/** An option that may be given several times, and then is a list. */
function repeatable(flags: string, description: string): Option {
  const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];
  return new Option(flags, `${description}; repeatable`).argParser(collect);
}
