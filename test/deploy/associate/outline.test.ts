/** Configurations as an operator is shown them. */
import { describe, expect, test } from 'vitest';
import { difference } from '../../../deploy/associate/outline.ts';
import { elementIn } from '../../../deploy/aws/config-xml.ts';
import { complete, planned } from '../../support/associate/planned.ts';
import { VIEWER_REQUEST } from '../../support/associate/wanted.ts';
import { bucketOrigin, configurationXml, serverOrigin } from '../../support/aws/cloudfront/configuration.ts';

describe('what is shown', () => {
  const secret = serverOrigin('eu-west-1', { CustomHeaders: [{ HeaderName: 'x-proof', HeaderValue: 'letmein' }] });
  const xml = complete({ Origins: [bucketOrigin('us-east-1'), secret] });

  test('is the difference, without what origins are sent in custom headers', () => {
    const { live, planned: after } = planned(xml);
    const text = difference(live, after, 'E1EXAMPLE');
    expect(text).toContain(`+      FunctionAssociation viewer-request\n+        FunctionARN ${VIEWER_REQUEST}\n`);
    expect(text).toMatch(/^@@ .* @@ CacheBehaviors > CacheBehavior \/media\/\*$/m);
    expect(text).not.toContain('letmein');
    expect(text.split('\n').filter((line) => /^-(?!--)/.test(line))).toEqual([]);
  });

  test('is without it also beside a line that changes', () => {
    const { live, planned: after } = planned(xml, { withOrigins: true });
    expect(difference(live, after, 'E1EXAMPLE')).toContain('HeaderValue (not shown)');
  });

  test('says of a hidden value that it is another one, and not which', () => {
    const server = (HeaderValue: string, HeaderName = 'x-proof') =>
      serverOrigin('eu-west-1', { CustomHeaders: [{ HeaderName, HeaderValue }] });
    const config = (...Origins: object[]) => elementIn(configurationXml({ Origins }), 'DistributionConfig');
    const before = config(server('letmein'));
    const text = difference(before, config(server('rotated')), 'E1EXAMPLE');
    expect(text).toMatch(/^-\s+HeaderValue \(not shown\)\n\+\s+HeaderValue \(not shown, changed\)$/m);
    expect(text).not.toMatch(/letmein|rotated/);
    expect(difference(before, config(server('letmein')), 'E1EXAMPLE')).toBe('');
    expect(difference(before, config(server('letmein', 'x-other')), 'E1EXAMPLE')).not.toContain('changed');
  });

  test('is nothing where nothing changes', () => {
    const { live } = planned(xml);
    expect(difference(live, live, 'E1EXAMPLE')).toBe('');
  });
});
