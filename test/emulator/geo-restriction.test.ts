/** Viewers that CloudFront refuses by their country. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench } from '../support/edge.ts';
import { template } from '../support/template.ts';

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template());
});
afterAll(() => bench.close());

const restricted = (RestrictionType: string, Locations?: string[], more = {}) =>
  template({ distribution: { Restrictions: { GeoRestriction: { RestrictionType, Locations } }, ...more } });

describe('a geo restriction', () => {
  test.each<{ type: string; countries?: string[]; viewerCountry?: string; status: number }>([
    { type: 'whitelist', countries: ['DE', 'US'], viewerCountry: 'US-CA', status: 200 },
    { type: 'whitelist', countries: ['DE'], viewerCountry: 'US', status: 403 },
    { type: 'blacklist', countries: ['DE'], viewerCountry: 'DE', status: 403 },
    { type: 'blacklist', countries: ['DE'], viewerCountry: 'US', status: 200 },
    { type: 'none', viewerCountry: 'DE', status: 200 },
    { type: 'whitelist', countries: ['DE'], status: 200 },
  ])('$type of $countries, viewer in $viewerCountry: $status', async ({ type, countries, viewerCountry, status }) => {
    const edge = await bench.start({
      template: restricted(type, countries),
      ...(viewerCountry !== undefined && { viewerCountry }),
    });
    const answer = await ask(edge.url, '/film.mp4');
    expect(answer.status).toBe(status);
    if (status === 200) return;
    expect(answer.headers['x-cache']).toBe('Error from cloudfront');
    expect(answer.body).toContain(
      'The Amazon CloudFront distribution is configured to block access from your country.',
    );
    expect(edge.buckets.get('us-east-1')?.received).toEqual([]);
  });

  test('that nothing can decide on is named at start', async () => {
    const edge = await bench.start({ template: restricted('whitelist', ['DE']) });
    expect(edge.notices).toEqual([
      'Restrictions.GeoRestriction: nobody is refused, since nothing says where viewers are: --viewer-country <code>',
    ]);
    const known = await bench.start({ template: restricted('whitelist', ['DE']), viewerCountry: 'DE' });
    expect(known.notices).toEqual([]);
  });

  test('comes before the functions, and has its custom error response', async () => {
    const built = restricted('blacklist', ['DE'], {
      CustomErrorResponses: [{ ErrorCode: 403, ResponsePagePath: '/index.html', ResponseCode: 404 }],
    });
    const edge = await bench.start({ template: built, viewerCountry: 'DE' });
    expect(await ask(edge.url, '/film.mp4')).toMatchObject({ status: 404, body: 'index.html from us-east-1' });
  });
});
