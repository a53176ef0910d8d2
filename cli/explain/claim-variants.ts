/** Plausible claims: what the signer may have meant, or what the viewer may have meant to request. */
import { queryStart } from '../../shared/access/resource.ts';
import type { TokenCheck } from './token-check.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Claims or visit with one thing changed, and the sentence for it when that fits. */
export interface ClaimVariant {
  readonly sentence: string;
  readonly claims?: Claims;
  readonly visit?: Partial<TokenCheck['visit']>;
}

/** For the reason of the check. */
export function claimVariants(claims: Claims, check: TokenCheck): ClaimVariant[] {
  switch (check.reason) {
    case 'claims':
      return numberVariants(claims);
    case 'issuer':
      return slashVariants(claims, 'iss', check.section.issuer);
    case 'audience':
      return slashVariants(claims, 'aud', check.section.audience);
    case 'not-yet-valid':
      return millisecondVariants(claims);
    case 'resource':
      return resourceVariants(claims, check);
    default:
      return [];
  }
}

const TIMES = ['exp', 'nbf', 'iat'];

/** Times as texts of digits or as dates. */
function numberVariants(claims: Claims): ClaimVariant[] {
  return TIMES.filter((name) => typeof claims[name] === 'string').map((name) => {
    const text = claims[name] as string;
    const number = /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000;
    const sentence = `the claims are good with ${name} as a number of seconds, but it is a text`;
    return { sentence, claims: { ...claims, [name]: number } };
  });
}

function millisecondVariants(claims: Claims): ClaimVariant[] {
  const large = TIMES.filter((name) => (claims[name] as number) > 1e11);
  const seconds = Object.fromEntries(large.map((name) => [name, (claims[name] as number) / 1000]));
  if (large.length === 0) return [];
  const sentence = `the claims are good with ${large.join(', ')} in seconds, but the token has milliseconds`;
  return [{ sentence, claims: { ...claims, ...seconds } }];
}

/** A value that has a slash at its end, or has none, where it is the other way round in the settings. */
function slashVariants(claims: Claims, name: string, required: string | null): ClaimVariant[] {
  const values = [claims[name]].flat();
  return values.flatMap((value) => {
    if (typeof value !== 'string' || withOtherEnd(value) !== required) return [];
    const end = value.endsWith('/') ? 'without a slash at its end, but the token has one' : SLASH_LACKING;
    return [{ sentence: `${name} fits ${end}`, claims: { ...claims, [name]: required } }];
  });
}

const SLASH_LACKING = 'with a slash at its end, but the token has none';

function withOtherEnd(text: string): string {
  return text.endsWith('/') ? text.slice(0, -1) : `${text}/`;
}

/** Each pattern in other spellings, and then the request for another host. */
function resourceVariants(claims: Claims, { visit }: TokenCheck): ClaimVariant[] {
  const patterns = [claims.res].flat().filter((item) => typeof item === 'string');
  return patterns.flatMap((pattern): ClaimVariant[] => {
    const start = queryStart(pattern);
    const [path, query] = [pattern.slice(0, start), pattern.slice(start)];
    const [, scheme, host] = /^([^:/]*):\/\/([^/]*)/.exec(pattern) ?? [];
    const as = (res: string, words: string): ClaimVariant => ({
      sentence: `res ${pattern} fits ${words}`,
      claims: { ...claims, res },
    });
    return [
      path.endsWith('/')
        ? as(path.slice(0, -1) + query, 'without a slash at the end of its path, but has one')
        : as(`${path}/${query}`, 'with a slash at the end of its path, but has none'),
      ...(scheme === undefined || scheme === 'https'
        ? []
        : [
            as(
              pattern.replace(/^[^:]*/, 'https'),
              `with https, as every request is taken at the edge, but has ${scheme}`,
            ),
          ]),
      ...(host === undefined
        ? []
        : [{ sentence: `res ${pattern} fits the host ${host}, but the request has ${visit.host}`, visit: { host } }]),
      {
        sentence: `res ${pattern} fits in lower case, but the request and it differ in case`,
        claims: { ...claims, res: pattern.toLowerCase() },
        visit: lowerCase(visit),
      },
      as(`/${pattern}`, 'with "/" before it, but has none'),
      {
        sentence: `res ${pattern} fits the URL without its query string, but the request has one (a "*" at the end of the path covers it)`,
        visit: { query: undefined },
      },
      as(`${pattern}*`, 'with "*" at its end, but has none'),
    ];
  });
}

function lowerCase({ host, path, query }: TokenCheck['visit']): Partial<TokenCheck['visit']> {
  return { host: host.toLowerCase(), path: path.toLowerCase(), query: query?.toLowerCase() };
}
