import { expect, test } from 'vitest';
import { withDefaultOriginSettings } from '../../../cli/drill/origin-settings.ts';

test("CloudFront's own defaults hold where the template says nothing of them, and all else stays", () => {
  const origin = (settings: object, s3: object) => ({
    Id: 'a',
    ...settings,
    S3OriginConfig: { OriginAccessIdentity: '', ...s3 },
  });
  const template = (origins: object[]) => ({ Resources: { Distribution: { Properties: { Origins: origins } } } });
  const own = template([
    origin({ ConnectionAttempts: 1, ConnectionTimeout: 2 }, { OriginReadTimeout: 5 }),
    origin({}, {}),
  ]);
  expect(withDefaultOriginSettings(own)).toEqual(template([origin({}, {}), origin({}, {})]));
});
