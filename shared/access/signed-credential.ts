/**
 * What a request shows to prove that it was signed: a signed URL, or else signed cookies. Nothing is
 * verified here.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-choosing-canned-custom-policy.html
 */

/** The values as they were sent; undefined where there is none. */
export interface SignedCredential {
  readonly keyPairId: string | undefined;
  readonly signature: string | undefined;
  /** Of a custom policy. */
  readonly policy: string | undefined;
  /** Of a canned policy. */
  readonly expires: string | undefined;
  readonly hashAlgorithm: string | undefined;
  /** A name that came more than once: then nobody can say which value counts. */
  readonly repeated: string | undefined;
  /** The URL that a canned policy has to name: as requested, without the signing parameters. */
  readonly url: string;
  /** The query string without the signing parameters; undefined when nothing remains. */
  readonly query: string | undefined;
}

/** Case-sensitive. Applications may not use these names for parameters of their own. */
export const SIGNING_PARAMETERS = ['Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm'];

/** Name and value, as sent. */
export type Pair = readonly [name: string, value: string];

export interface SignedRequest {
  readonly scheme: string;
  /** The `Host` header, as sent. */
  readonly host: string;
  /** From `/` up to the query string, as on the wire. */
  readonly path: string;
  /** Without `?`, as on the wire; undefined when there is none. */
  readonly query: string | undefined;
  /** In the order in which they came. */
  readonly cookies: readonly Pair[];
}

/** One signing parameter in the URL makes it a signed URL, and the cookies are not looked at. */
export function signedCredential(request: SignedRequest): SignedCredential {
  const pairs = request.query === undefined ? [] : request.query.split('&').map(pairOf);
  const signing = pairs.filter((pair) => SIGNING_PARAMETERS.indexOf(pair[0]) !== -1);
  const query = withoutSigningParameters(request.query);
  const isUrl = signing.length > 0;
  const values = isUrl
    ? signing
    : request.cookies.filter((pair) => SIGNING_PARAMETERS.indexOf(cookieName(pair)) !== -1);
  const named = (name: string): string | undefined => {
    const found = values.find((pair) => pair[0] === (isUrl ? name : `CloudFront-${name}`));
    return found && found[1];
  };
  return {
    keyPairId: named('Key-Pair-Id'),
    signature: named('Signature'),
    policy: named('Policy'),
    expires: named('Expires'),
    hashAlgorithm: named('Hash-Algorithm'),
    repeated: isUrl ? repeatedName(signing) : undefined,
    url: `${request.scheme}://${request.host}${request.path}${query === undefined ? '' : `?${query}`}`,
    query: query,
  };
}

/** What the application sees of a signed URL's query string; undefined when nothing remains. */
export function withoutSigningParameters(query: string | undefined): string | undefined {
  const pairs = query === undefined ? [] : query.split('&');
  const own = pairs.filter((pair) => SIGNING_PARAMETERS.indexOf(pairOf(pair)[0]) === -1);
  return own.length === 0 ? undefined : own.join('&');
}

/** Empty for a cookie that is not CloudFront's. */
function cookieName(pair: Pair): string {
  return pair[0].indexOf('CloudFront-') === 0 ? pair[0].slice('CloudFront-'.length) : '';
}

function pairOf(text: string): Pair {
  const equals = text.indexOf('=');
  return equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

function repeatedName(pairs: readonly Pair[]): string | undefined {
  const names = pairs.map((pair) => pair[0]);
  return names.find((name, index) => names.indexOf(name) !== index);
}
