/** A section of `protected`: what its runtime cannot honour is refused here, with the reason. */
import type { Carrier, Cors, JwksSource, ProtectedSection, SignIn } from '../shared/config.ts';
import { ConfigError } from './errors.ts';
import { flag, integer, list, oneOf, record, stringOrNull, text } from './read.ts';

/**
 * Of what CloudFront allows, without the delimiters: `@` is also requested as `%40`, for which
 * CloudFront would select another behavior than the one that is meant to be protected.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
const PATH_PATTERN = /^\/[A-Za-z0-9_\-.*?/~]{0,254}$/;

/** A cookie name that is a parameter name too: nothing in it is ever encoded. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

const ORIGIN = /^https?:\/\/[a-z0-9.-]+(?::\d+)?$/;
const HOST = /^[a-z0-9.-]+$/;
const HTTPS_URL = /^https:\/\/[^\s"<>\\#]+$/;

const DAY_SECONDS = 86_400;

/** In the order in which they are looked at, however the setting has them. */
const CARRIERS: readonly Carrier[] = ['path', 'query', 'header', 'cookie', 'cloudfront'];
const TOKEN_CARRIERS = CARRIERS.slice(0, 4);

const ASYMMETRIC = ['RS256', 'PS256', 'ES256', 'EdDSA'];

const NAMES = [
  'path',
  'runtime',
  'carriers',
  'name',
  'algorithms',
  'issuer',
  'audience',
  'revocation',
  'geo',
  'cors',
  'signIn',
  'jwks',
  'publicKeys',
];

/** @throws {ConfigError} as all readers of settings. */
export function protectedSection(value: unknown, path: string, leewaySeconds: number): ProtectedSection {
  const setting = record(value, path, NAMES);
  const section: ProtectedSection = {
    path: sectionPath(setting.path, `${path}.path`),
    runtime: oneOf(setting.runtime, `${path}.runtime`, ['cloudfront-function', 'lambda-edge']),
    carriers: carriersIn(setting.carriers, `${path}.carriers`),
    name: text(setting.name, `${path}.name`, NAME, 'a name of letters, digits, "_" and "-"'),
    algorithms: list(setting.algorithms ?? [], `${path}.algorithms`, (item, at) =>
      oneOf(item, at, ['HS256', ...ASYMMETRIC]),
    ),
    issuer: stringOrNull(setting.issuer, `${path}.issuer`),
    audience: stringOrNull(setting.audience, `${path}.audience`),
    leewaySeconds,
    revocation: flag(setting.revocation ?? false, `${path}.revocation`),
    geo: flag(setting.geo ?? false, `${path}.geo`),
    cors: cors(setting.cors ?? null, `${path}.cors`),
    signIn: signIn(setting.signIn ?? null, `${path}.signIn`),
    jwks: jwks(setting.jwks ?? null, `${path}.jwks`),
    publicKeys: publicKeys(setting.publicKeys ?? {}, `${path}.publicKeys`),
  };
  if (section.runtime === 'cloudfront-function') checkCloudFrontFunction(section, path);
  else checkLambdaEdge(section, path);
  return section;
}

function checkCloudFrontFunction(section: ProtectedSection, path: string): void {
  const { algorithms, carriers, jwks, publicKeys } = section;
  const only = (what: string) => `${what}, since a CloudFront Function has no public-key cryptography`;
  if (algorithms.join() !== 'HS256') throw new ConfigError(`${path}.algorithms`, only('["HS256"]'), algorithms);
  if (carriers.includes('cloudfront')) {
    throw new ConfigError(`${path}.carriers`, only(`any of ${TOKEN_CARRIERS.join(', ')}`), carriers);
  }
  if (jwks !== null) throw new ConfigError(`${path}.jwks`, only('null'), jwks);
  if (Object.keys(publicKeys).length > 0) throw new ConfigError(`${path}.publicKeys`, only('none'), publicKeys);
}

function checkLambdaEdge(section: ProtectedSection, path: string): void {
  const { algorithms, carriers, jwks, publicKeys } = section;
  const refuse = (name: keyof ProtectedSection, expected: string) => {
    throw new ConfigError(`${path}.${name}`, expected, section[name]);
  };
  exactlyWhatCloudFrontMatches(section.path, `${path}.path`);
  if (algorithms.includes('HS256')) {
    refuse(
      'algorithms',
      `any of ${ASYMMETRIC.join(', ')}, since the code of a Lambda@Edge function is no place for a secret`,
    );
  }
  if (carriers.includes('path')) {
    refuse('carriers', 'no path, since the behavior /~* runs the CloudFront Function');
  }
  if (section.revocation) refuse('revocation', 'false, since Lambda@Edge has no key value store');
  if (section.geo) {
    refuse('geo', "false, since at a Lambda@Edge viewer request the country could be the viewer's own claim");
  }
  const takesTokens = carriers.some((carrier) => carrier !== 'cloudfront');
  if (takesTokens && jwks === null) refuse('jwks', 'a file or a URL of public keys, since tokens are taken');
  if (takesTokens && algorithms.length === 0) refuse('algorithms', `any of ${ASYMMETRIC.join(', ')}`);
  if (!takesTokens && (jwks !== null || algorithms.length > 0)) {
    refuse('carriers', 'query, header or cookie too, since there are keys for tokens');
  }
  if (carriers.includes('cloudfront') !== Object.keys(publicKeys).length > 0) {
    refuse('publicKeys', 'a file for each key pair id where "cloudfront" is among the carriers, and only there');
  }
}

function sectionPath(value: unknown, path: string): string {
  const pattern = pathPattern(value, path);
  if (pattern.startsWith('/~')) {
    throw new ConfigError(path, 'a pattern that does not begin as a path token does ("/~")', pattern);
  }
  return pattern;
}

export function pathPattern(value: unknown, path: string): string {
  return text(value, path, PATH_PATTERN, 'a path pattern of "/", letters, digits, "_-.~*?"');
}

/** CloudFront matches `?` with `@` but not with `%40`; the function that only sees what matched cannot make up for it. */
export function exactlyWhatCloudFrontMatches(pattern: string, path: string): void {
  if (pattern.includes('?')) {
    throw new ConfigError(path, 'a pattern without "?", which an encoded character does not match', pattern);
  }
}

function carriersIn(value: unknown, path: string): Carrier[] {
  const named = list(value, path, (item, at) => oneOf(item, at, CARRIERS));
  if (named.length === 0) throw new ConfigError(path, `at least one of ${CARRIERS.join(', ')}`, value);
  return CARRIERS.filter((carrier) => named.includes(carrier));
}

function cors(value: unknown, path: string): Cors | null {
  if (value === null) return null;
  const setting = record(value, path, ['origins', 'credentials', 'maxAgeSeconds']);
  const origins = list(setting.origins, `${path}.origins`, (item, at) =>
    text(item, at, ORIGIN, 'an origin such as https://app.example.com'),
  );
  if (origins.length === 0) throw new ConfigError(`${path}.origins`, 'at least one origin', origins);
  return {
    origins,
    credentials: flag(setting.credentials ?? true, `${path}.credentials`),
    maxAgeSeconds: integer(setting.maxAgeSeconds ?? 600, `${path}.maxAgeSeconds`, 0, DAY_SECONDS),
  };
}

function signIn(value: unknown, path: string): SignIn | null {
  if (value === null) return null;
  const setting = record(value, path, ['url', 'return', 'hosts']);
  const hosts = list(setting.hosts, `${path}.hosts`, (item, at) =>
    text(item, at, HOST, 'a host such as www.example.com'),
  );
  if (hosts.length === 0) throw new ConfigError(`${path}.hosts`, 'at least one host of the distribution', hosts);
  return {
    url: text(setting.url, `${path}.url`, HTTPS_URL, 'an https:// address without a fragment'),
    return: text(setting.return ?? 'return', `${path}.return`, NAME, 'the name of a query string parameter'),
    hosts,
  };
}

function jwks(value: unknown, path: string): JwksSource | null {
  if (value === null) return null;
  const setting = record(value, path, ['file', 'url', 'refresh']);
  const file = setting.file === undefined ? null : text(setting.file, `${path}.file`, FILE, 'the path of a file');
  const url = setting.url === undefined ? null : text(setting.url, `${path}.url`, HTTPS_URL, 'an https:// address');
  const refresh = oneOf(setting.refresh ?? 'build', `${path}.refresh`, ['build', 'runtime']);
  if ((file === null) === (url === null)) throw new ConfigError(path, 'either file or url', value);
  if (refresh === 'runtime' && url === null)
    throw new ConfigError(`${path}.refresh`, 'build, since it has no url', refresh);
  return { file, url, refresh };
}

export const FILE = /\S/;

function publicKeys(value: unknown, path: string): Record<string, string> {
  const files = record(value, path, Object.keys(Object(value)));
  for (const [id, file] of Object.entries(files)) text(file, `${path}.${id}`, FILE, 'the path of a file');
  return files as Record<string, string>;
}
