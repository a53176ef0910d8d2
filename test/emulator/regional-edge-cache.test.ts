/** What goes past the regional edge cache. */
import { expect, test } from 'vitest';
import { edgeLocationAt } from '../../emulator/edge-location.ts';
import { skipsRegionalEdgeCache } from '../../emulator/regional-edge-cache.ts';
import { sampleRequest } from '../../emulator/sample-request.ts';
import { readTemplate } from '../../emulator/template.ts';
import { decided, documented, type Row } from '../support/rows.ts';
import { template } from '../support/template.ts';

interface Asked {
  readonly method?: string;
  readonly domainName?: string;
  readonly isCustom?: boolean;
  readonly shieldRegion?: string;
  readonly isUncached?: boolean;
}

const SEE = 'HowCloudFrontWorks';
const HERE = 'films.s3.eu-west-2.amazonaws.com';

test.each([
  ...documented<Row<Asked, boolean>>([
    { request: {}, expected: false, see: SEE },
    { request: { method: 'HEAD' }, expected: false, see: SEE },
    ...['PUT', 'POST', 'PATCH', 'OPTIONS', 'DELETE'].map((method) => ({
      request: { method },
      expected: true,
      see: SEE,
    })),
    { request: { domainName: HERE }, expected: true, see: SEE },
    { request: { domainName: 'films.s3-eu-west-2.amazonaws.com' }, expected: true, see: SEE },
    { request: { domainName: 'films.s3.eu-west-1.amazonaws.com' }, expected: false, see: SEE },
    { request: { domainName: HERE, isCustom: true }, expected: false, see: SEE },
  ]),
  ...decided<Row<Asked, boolean>>([
    { request: { isUncached: true }, expected: true, see: 'fidelity' },
    { request: { domainName: 'films.s3.amazonaws.com' }, expected: false, see: 'fidelity' },
    { request: { domainName: HERE, shieldRegion: 'us-east-1' }, expected: false, see: 'fidelity' },
  ]),
])('$kind: $request: $expected ($see)', ({ request, expected }) => {
  const { method = 'GET', domainName = 'www.example.com', isCustom = false, shieldRegion = null, isUncached } = request;
  const cachePolicy = isUncached ? { MinTTL: 0, DefaultTTL: 0, MaxTTL: 0 } : {};
  const { distribution } = readTemplate(template({ cachePolicy }));
  const [behavior] = distribution.behaviors;
  const [origin] = distribution.origins.values();
  if (behavior === undefined || origin === undefined) throw new Error('unreachable: the template has both');
  const asked = { ...origin, type: isCustom ? ('custom' as const) : ('s3' as const), domainName, shieldRegion };
  const skips = skipsRegionalEdgeCache({
    request: sampleRequest({ method }),
    behavior,
    location: edgeLocationAt('eu-west-2'),
    origin: () => asked,
  });
  expect(skips).toBe(expected);
});
