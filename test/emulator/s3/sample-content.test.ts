/** What stands in the regions' buckets until somebody names other folders. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manualClock } from '../../../emulator/manual-clock.ts';
import { type Bucket, startBucket } from '../../../emulator/s3/bucket.ts';
import { askBucket as ask } from '../../support/ask-bucket.ts';

const folder = join(import.meta.dirname, '../../../emulator/sample');

let bucket: Bucket;
beforeAll(async () => {
  bucket = await startBucket({ folder, name: 'us-east-1', clock: manualClock() });
});
afterAll(() => bucket.close());

describe('the sample content', () => {
  test('is complete: whatever its page refers to is there', async () => {
    const page = await ask(bucket, '/index.html');
    const targets = [...page.body.matchAll(/(?:href|src|poster)="(?!data:)([^"]+)"/g)].map(([, target]) => target);
    expect([...new Set(targets)].sort()).toEqual(['catalogue.json', 'film.mp4', 'photo.jpg']);
    for (const target of targets) expect((await ask(bucket, `/${target}`)).status).toBe(200);
  });

  test('has a catalogue that names its files and their types', async () => {
    const { works } = JSON.parse((await ask(bucket, '/catalogue.json')).body);
    expect(works).toHaveLength(2);
    for (const { file, type } of works) {
      expect((await ask(bucket, `/${file}`, { method: 'HEAD' })).headers['content-type']).toBe(type);
    }
  });

  test('has a film that plays before all of it has come', async () => {
    const { headers, body } = await ask(bucket, '/film.mp4', { headers: { range: 'bytes=0-63' } });
    expect(headers['content-range']).toMatch(/^bytes 0-63\/2[0-9]{6}$/);
    expect([body.slice(4, 8), body.slice(36, 40)]).toEqual(['ftyp', 'moov']);
  });
});
