/** Source folders and settings for the tests of the build. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parseConfig } from '../../config/parse.ts';
import type { EdgeConfig } from '../../shared/config.ts';

export const config: EdgeConfig = parseConfig({
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
      issuer: null,
      audience: null,
    },
  ],
  failover: { statusCodes: [500, 502, 503, 504], maxAgeSeconds: 60, retryAfterSeconds: 30 },
});

/** Writes files into a folder of their own, which lasts as long as the test; returns the folder. */
export function writeSources(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-build-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Writes one entry file and returns its path. */
export function writeEntry(source: string): string {
  return join(writeSources({ 'viewer-request.ts': source }), 'viewer-request.ts');
}
