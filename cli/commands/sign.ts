/** Arguments of `edgekeeper sign`. */
import { type Command, Option } from 'commander';
import { repeatable } from './options.ts';

export function signCommands(root: Command): void {
  const sign = root.command('sign').description('sign what lets a viewer in');
  for (const [name, description, action] of [
    ['url', 'a signed URL, for a trusted key group', 'signUrl'],
    ['cookies', 'signed cookies, as Set-Cookie lines', 'signCookies'],
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
      .action(async (url, options) => (await import('../sign-request.ts'))[action](url, options));
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
    .action(async (options) =>
      (await import('../sign-token.ts')).signToken(process.cwd(), {
        path: [],
        not: [],
        ip: [],
        country: [],
        boundHeader: [],
        audience: [],
        ...options,
      }),
    );
}
