/** The page of a report, from figures that a test makes up. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeReport } from '../../../cli/drill/report/page.ts';
import { type About, resultOf } from '../../../cli/drill/result.ts';
import type { Sample } from '../../../cli/drill/sample.ts';
import { REGIONS, run, sample } from '../../support/samples.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgekeeper-report-'));
});
afterAll(() => rm(folder, { recursive: true }));

const ABOUT: About = {
  began: '2026-11-22T12:00:00.000Z',
  url: null,
  seed: 'a',
  rate: 40,
  originSettings: 'own',
  isInterrupted: false,
  objectives: { availability: 1, failoverSeconds: 3, recoverySeconds: 30 },
  report: 'drill.html',
};

async function page(samples: readonly Sample[], about: Partial<About> = {}, runs = [run()]): Promise<string> {
  const file = join(folder, 'made', 'drill.html');
  const result = resultOf({ ...ABOUT, ...about }, runs, samples, REGIONS);
  await writeReport(file, result, samples, REGIONS.names);
  return readFile(file, 'utf8');
}

const SERVED = [
  sample({ due: 500 }),
  sample({ due: 1500, region: 'eu-west-1', role: 'secondary' }),
  sample({ due: 3500 }),
];

test('it shows who was served from where, drawn and as a table', async () => {
  const html = await page(SERVED);
  expect(html).toContain('<title>New York: 100 % from eu-west-1</title>');
  expect(html).toContain('<td>New York</td><td>eu-west-1</td><td>100 %</td>');
});

test('it names what was missed', async () => {
  expect(await page([...SERVED, sample({ due: 3600, status: 503 })])).toContain(
    '<li>Missed: refuses: 1 of 4 requests failed, not 0 % at most.</li>',
  );
  expect(await page(SERVED)).toContain('<p>All objectives were met.</p>');
});

test('what an answer says is text', async () => {
  const html = await page([sample({ due: 1500, region: '<script>alert(1)</script>' })]);
  expect(html).toContain('<td>&lt;script&gt;alert(1)&lt;/script&gt;</td>');
  expect(html).not.toContain('<script');
});

test('of what is deployed there is no map: where its viewers are is not known', async () => {
  const html = await page([sample({ city: null })], { url: 'https://example.com', seed: null, originSettings: null });
  expect(html).toContain('<h1>Seen of https://example.com</h1>');
  expect(html.match(/<svg [^>]*aria-label/g)).toHaveLength(2);
});

test('there is one when nothing came to its end', async () => {
  const html = await page([], { isInterrupted: true }, []);
  expect(html).toContain('It was ended early');
  expect(html).toContain('No phase came to its end.');
});
