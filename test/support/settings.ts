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

/** The section with other requirements of issuer and audience. */
export function config(section: { issuer?: string; audience?: string } = {}, leewaySeconds = 30): EdgeConfig {
  return parseConfig({ ...SETTINGS, leewaySeconds, protected: [{ ...SETTINGS.protected[0], ...section }] });
}
