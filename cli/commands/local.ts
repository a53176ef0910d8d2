/** Arguments of `edgekeeper local`. */
import { type Command, Option } from 'commander';
import { port, repeatable } from './options.ts';

export function localCommand(root: Command): void {
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
    .addOption(
      repeatable(
        '--signing-key <file>',
        'a private key as PEM or JWK (-: standard input), to sign what is tried in the inspector with',
      ),
    )
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
    .option('--no-inspector', 'without the page that shows requests as they cross the edge')
    .option('--json', 'print one line of JSON when ready, and nothing else')
    .action(async (options) =>
      (await import('../local.ts')).local(process.cwd(), {
        origin: [],
        function: [],
        parameter: [],
        resource: [],
        signingKey: [],
        ...options,
      }),
    );
}
