/** Asymmetric tokens, judged as the Lambda@Edge function does, by the modules that ship in it. */
import type { JWK } from 'jose';
import { carriedValues } from '../../shared/access/carriers.ts';
import { visitOf } from '../../shared/access/visit.ts';
import type { ProtectedSection, SectionKeys } from '../../shared/config.ts';
import { credentialRefusal, signatureRefusal, type Viewer } from '../../signing/credential.ts';
import { sha256 } from '../../signing/digests.ts';
import { jwksFault, tokenAlgorithms } from '../../signing/jwks.ts';
import { publicKeys } from '../../signing/public-keys.ts';
import { carriersFound, withToken } from './token-carrier.ts';
import type { TokenCheck } from './token-check.ts';

/** The keys are those that the build finds now; a section that asks for them again may know others. @param now epoch seconds */
export async function publicKeyCheck(
  viewer: Viewer,
  section: ProtectedSection,
  sectionKeys: SectionKeys,
  now: number,
): Promise<TokenCheck> {
  const jwks = sectionKeys.jwks as readonly JWK[];
  const keys = { jwks: async () => jwks, publicKeys: publicKeys(sectionKeys.publicKeys) };
  const found = carriersFound(section.carriers, viewer.request, section, undefined);
  const { file, url } = section.jwks ?? { file: null, url: null };
  return {
    section,
    visit: visitOf(viewer.request, viewer.ip, section, now, sha256),
    values: carriedValues(viewer.request, section, undefined),
    algorithms: tokenAlgorithms(section.algorithms),
    keys: async () => ({
      where: file ?? url ?? '',
      kids: jwks.flatMap(({ kid }) => kid ?? []),
      names: jwks.map(({ kid = 'one without an id', alg }) => (alg === undefined ? kid : `${kid} for ${alg}`)),
      fault: (token) => jwksFault(token, jwks),
      fitsText: () => false,
      revocable: async () => [],
    }),
    reason: await credentialRefusal(viewer, section, keys, now, signatureRefusal),
    refusalOf: (value) => {
      const { request } = withToken(viewer.request, { ...section, carriers: found }, value);
      return credentialRefusal({ ...viewer, request }, section, keys, now, signatureRefusal);
    },
  };
}
