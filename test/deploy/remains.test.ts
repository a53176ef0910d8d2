/** What an operator is told after `serverless remove`, and the commands in it, run against a stand-in for `aws`. */
import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseDeployment } from '../../config/deployment.ts';
import { parseConfig } from '../../config/parse.ts';
import { remains } from '../../deploy/remains.ts';
import { SETTINGS } from '../support/settings.ts';
import { temporaryFolder } from './packaged.ts';

const SERVICE = { name: 'shop-prod', functions: ['shop-prod-originResponse', 'shop-prod-viewerRequest'] };

function told(settings: object = {}): string {
  return remains(SERVICE, parseConfig(SETTINGS), parseDeployment(settings)).join('\n');
}

/** Answers as the AWS CLI does, with two pages of versions for each bucket, and writes down what it is asked. */
const AWS = `#!/bin/bash
folder=$(dirname "$0")
echo "$*" >> "$folder/asked"
case "$2" in
  get-caller-identity) echo 111122223333 ;;
  list-object-versions)
    count=$(grep -c "list-object-versions .*--bucket $6 " "$folder/asked")
    [ "$count" -gt 2 ] && echo '{"Objects": [], "Quiet": true}' || echo "{\\"Objects\\": [{\\"Key\\": \\"a b\\", \\"VersionId\\": \\"$count\\"}]}" ;;
esac
`;

describe('after a removal', () => {
  test('buckets and functions are named, with why they stay', () => {
    const text = told({ logs: {} });
    for (const bucket of ['shop-prod-us-east-1', 'shop-prod-eu-west-1', 'shop-prod-logs']) {
      expect(text).toContain(`  bucket ${bucket}-<account>\n`);
    }
    expect(text).toContain('only you know whether their objects may go');
    expect(text).toContain('--param buckets=existing');
    expect(text).toContain('aws lambda delete-function --region us-east-1 --function-name shop-prod-viewerRequest\n');
    expect(text).toContain('Tokens signed with these are refused');
  });

  test.each([
    ['logs are not on', {}, /shop-prod-logs/],
    ['there was no distribution', { logs: {}, deploy: { distribution: 'none' } }, /bucket|s3api/],
  ])('nothing is said of buckets that were never made: %s', (_, settings, missing) => {
    expect(told(settings)).not.toMatch(missing);
  });

  test.skipIf(process.platform === 'win32')(
    'its commands empty the buckets, version by version, and delete them',
    async () => {
      const folder = await temporaryFolder();
      await writeFile(join(folder, 'aws'), AWS);
      await chmod(join(folder, 'aws'), 0o755);
      const script = told().split('with all versions of all objects:\n')[1] ?? '';
      await promisify(execFile)('bash', ['-euc', script], {
        env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
      });
      const asked = (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n');
      const brief = asked
        .slice(1)
        .map((line) => line.replace(/^s3api (\S+) --region (\S+) --bucket (\S+).*$/, '$1 $2 $3'));
      expect(brief).toEqual(
        ['us-east-1', 'eu-west-1'].flatMap((region) => {
          const [list, deletion] = ['list-object-versions', 'delete-objects'];
          return [list, deletion, list, deletion, list, 'delete-bucket'].map(
            (action) => `${action} ${region} shop-prod-${region}-111122223333`,
          );
        }),
      );
      expect(asked.filter((line) => line.includes('delete-objects'))[0]).toContain('"Key": "a b", "VersionId": "1"');
    },
  );
});
