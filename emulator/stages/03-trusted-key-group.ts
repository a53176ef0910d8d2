import { type SignedCode, signedVerdict } from '../../shared/access/signed-verdict.ts';
import { type PublicKeys, verifyWith } from '../../signing/public-keys.ts';
import { cookiePairs } from '../cookies.ts';
import type { CacheBehavior } from '../distribution.ts';
import { ERROR } from '../error-page.ts';
import type { EdgeRequest, ViewerAnswer } from '../exchange.ts';
import { headerOf } from '../headers.ts';
import { REASON_HEADER } from '../reason-header.ts';

/** As people report them; AWS documents the codes of S3 only. */
const MESSAGES: Readonly<Record<SignedCode, string>> = {
  MissingKey: 'Missing Key-Pair-Id query parameter or cookie value',
  InvalidKey: 'Unknown Key',
  AccessDenied: 'Access denied',
  MalformedPolicy: 'Malformed Policy',
  MalformedSignature: 'Could not unencode Signature',
};

/**
 * CloudFront's own refusal by signed URLs and signed cookies, before any function sees the request; null
 * when it lets the request in.
 * `now` is epoch milliseconds; a function at the viewer request still sees the signing parameters.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PrivateContent.html
 */
export function trustedKeyGroup(
  behavior: CacheBehavior,
  keys: PublicKeys,
  request: EdgeRequest,
  now: number,
): ViewerAnswer | null {
  const { trustedKeys } = behavior;
  if (trustedKeys === null) return null;
  const trusted = new Map([...keys].filter(([id]) => trustedKeys.includes(id)));
  const verdict = signedVerdict(
    {
      scheme: request.scheme,
      host: headerOf(request.headers, 'host') ?? '',
      path: request.uri,
      query: request.query,
      cookies: cookiePairs(request.headers),
      viewerIp: request.viewerIp,
      now: now / 1000,
    },
    verifyWith(trusted),
  );
  return verdict.allow ? null : refusalFor(verdict.code, verdict.reason);
}

function refusalFor(code: SignedCode, reason: string): ViewerAnswer {
  const message = MESSAGES[code];
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status: 403,
    headers: [
      ['server', 'CloudFront'],
      ['content-type', 'text/xml'],
      [REASON_HEADER, reason],
    ],
    body: Buffer.from(body),
    xCache: ERROR,
  };
}
