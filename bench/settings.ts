import { parseConfig } from '../config/parse.ts';
import type { EdgeConfig } from '../shared/config.ts';

/** Settings with these protected sections, as an operator writes them. */
export function configWith(...sections: readonly object[]): EdgeConfig {
  return parseConfig({
    regions: [
      { region: 'us-east-1', originId: 'us-east-1' },
      { region: 'eu-west-1', originId: 'eu-west-1' },
    ],
    protected: sections,
    failover: { statusCodes: [403, 404, 500, 502, 503, 504], maxAgeSeconds: 60, retryAfterSeconds: 30 },
  });
}
