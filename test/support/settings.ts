/** Settings that tests share: two regions, one protected section. */
import { parseConfig } from '../../config/parse.ts';
import type { EdgeConfig } from '../../shared/config.ts';

/** As an operator writes them. */
export const SETTINGS = {
  regions: [
    { region: 'us-east-1', originId: 'us-east-1' },
    { region: 'eu-west-1', originId: 'eu-west-1' },
  ],
  protected: [
    {
      path: '/private/*',
      runtime: 'cloudfront-function',
      carriers: ['cookie'],
      name: 'edgekeeper',
      algorithms: ['HS256'],
      issuer: null as string | null,
      audience: null as string | null,
    },
  ],
  leewaySeconds: 30,
  failover: { statusCodes: [403, 404, 500, 502, 503, 504], maxAgeSeconds: 60, retryAfterSeconds: 30 },
};

/** A section of the Lambda@Edge function. */
export const LAMBDA_SECTION = {
  path: '/members/*',
  runtime: 'lambda-edge',
  carriers: ['header', 'cookie'],
  name: 'edgekeeper-member',
  algorithms: ['RS256', 'ES256'],
  issuer: null as string | null,
  audience: null as string | null,
  jwks: { file: 'keys/members.jwks.json' },
  signIn: { url: 'https://app.example.com/sign-in', return: 'return', hosts: ['www.example.com'] },
};

export interface SectionInit {
  readonly issuer?: string;
  readonly audience?: string;
  readonly carriers?: readonly string[];
  readonly revocation?: boolean;
  readonly geo?: boolean;
  readonly cors?: object;
  readonly signIn?: object;
}

/** The section with other carriers, or requirements of issuer and audience. */
export function config(section: SectionInit = {}, leewaySeconds = 30): EdgeConfig {
  return parseConfig({ ...SETTINGS, leewaySeconds, protected: [{ ...SETTINGS.protected[0], ...section }] });
}
