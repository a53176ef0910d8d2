import { describe, expect, test } from 'vitest';
import { removeWhatIsGone, viewerRequestOf } from '../../../shared/events/lambda-edge.ts';
import { lambdaViewerRequest } from '../../support/events.ts';

describe('a request as large as CloudFront lets through', () => {
  const asked = (query: string, cookie = '') => {
    const request = lambdaViewerRequest({ query }).Records[0]?.cf.request;
    return { ...request, headers: { cookie: [{ key: 'Cookie', value: cookie }] } } as never;
  };

  /** Of nine runs, so that a machine's hiccup does not count. */
  test.each([
    ['parameters of one name', '&'.repeat(8_000), ''],
    ['parameters of many names', Array.from({ length: 1_500 }, (_, index) => `p${index}`).join('&'), ''],
    ['cookies of one name', '', 'a;'.repeat(16_000)],
  ])('takes no time worth noting: %s', (_, query, cookie) => {
    const times = Array.from({ length: 9 }, () => {
      const request = asked(query, cookie);
      const started = performance.now();
      removeWhatIsGone(request, viewerRequestOf(request));
      return performance.now() - started;
    });
    expect(times.sort((a, b) => a - b)[4]).toBeLessThan(100);
  });
});
