import type { ProtectedSection } from '../config.ts';
import { headerText, type ViewerRequest } from '../events/cloudfront-functions.ts';
import { normalPath } from './canonical-path.ts';
import { ownParameters, queryWithout } from './carriers.ts';
import type { Sha256 } from './revocation.ts';
import type { TokenVisit } from './statement.ts';

/** What a token is asked about: a request to a section, at `now` in epoch seconds. Its path is canonical. */
export function visitOf(
  request: ViewerRequest,
  viewerIp: string,
  section: ProtectedSection,
  now: number,
  sha256: Sha256,
): TokenVisit {
  return {
    scheme: 'https',
    host: headerText(request, 'host'),
    path: normalPath(request.uri),
    query: queryWithout(request.rawQueryString(), ownParameters(section)),
    viewerIp: viewerIp,
    now: now,
    header: (name) => headerText(request, name),
    sha256: sha256,
  };
}
