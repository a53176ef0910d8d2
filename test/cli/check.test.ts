/** The command over a template of somebody else's, and over our own service. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RULES } from '../../deploy/checks/check.ts';
import { packageService } from '../../deploy/package.ts';
import { FILMS_TEMPLATE } from '../support/aws-cli.ts';
import { runCommand } from '../support/command.ts';
import { copyService, editService, ROOT } from '../support/service-copy.ts';

const WARNINGS = 'CacheBehaviors.2, DefaultCacheBehavior, CacheBehaviors.2.ForwardedValues.QueryString';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgekeeper-check-'));
  const { Films, ...others } = FILMS_TEMPLATE.Resources;
  const broken = JSON.parse(JSON.stringify(Films).replace('"TargetOriginId":"both"', '"TargetOriginId":"neither"'));
  await writeFile(join(folder, 'films.json'), JSON.stringify(FILMS_TEMPLATE));
  await writeFile(join(folder, 'broken.json'), JSON.stringify({ Resources: { ...others, Films: broken } }));
  await writeFile(join(folder, 'bucket.json'), JSON.stringify({ Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } }));
  await writeFile(join(folder, 'template.yaml'), 'Resources: {}\n');
});
afterAll(() => rm(folder, { recursive: true }));

const check = (...args: string[]) => runCommand(['check', ...args], folder);

describe('a template of another stack', () => {
  test.each([
    { args: ['--template', 'films.json'], code: 0, says: 'films.json: 0 errors, 3 warnings.' },
    { args: ['--template', 'films.json', '--strict'], code: 1, says: 'films.json: 0 errors, 3 warnings.' },
    {
      args: ['--template', 'broken.json'],
      code: 1,
      says: 'error target-origin Films DistributionConfig.DefaultCacheBehavior.TargetOriginId',
    },
    {
      args: ['--template', 'bucket.json', '--strict'],
      code: 0,
      says: `bucket.json: no findings by ${RULES.length} rules.`,
    },
  ])('$args: $code', async ({ args, code, says }) => {
    const ended = await check(...args);
    expect([ended.code, ended.err]).toEqual([code, '']);
    expect(ended.out).toContain(says);
  });

  test('is told with why, what to do and the page', async () => {
    const { out } = await check('--template', 'films.json');
    const { why, advice, see } = RULES.find(({ id }) => id === 'unguarded-behavior') ?? {};
    expect(out).toContain(`\n  ${why}\n  ${advice} ${see}\n`);
  });

  test('as JSON, and nothing else', async () => {
    const { out } = await check('--template', 'films.json', '--json');
    const places = JSON.parse(out).map(({ path }: { path: string }) => path.replace('DistributionConfig.', ''));
    expect(places.join(', ')).toBe(WARNINGS);
  });

  test('for code scanning', async () => {
    await check('--template', 'broken.json', '--sarif', 'findings.sarif');
    const { version, runs } = JSON.parse(await readFile(join(folder, 'findings.sarif'), 'utf8'));
    expect(version).toBe('2.1.0');
    const [{ tool, results }] = runs;
    expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(RULES.map(({ id }) => id));
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(results[0]).toMatchObject({
      ruleId: 'target-origin',
      level: 'error',
      message: { text: expect.stringContaining('expected one of') },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'broken.json' }, region: { startLine: 1 } },
          logicalLocations: [
            { fullyQualifiedName: 'Resources.Films.Properties.DistributionConfig.DefaultCacheBehavior.TargetOriginId' },
          ],
        },
      ],
    });
  });

  test.each([
    { args: ['--template', 'nowhere.json'], says: 'ERR_FILE_MISSING: nowhere.json: expected a file, got ENOENT' },
    { args: ['--template', 'template.yaml'], says: 'ERR_TEMPLATE_INVALID: template.yaml: expected JSON, got YAML' },
    { args: [], says: 'ERR_FILE_MISSING: serverless.yml: expected one in the folder of the command' },
    {
      args: ['--template', 'films.json', '--sarif', 'no/folder/x'],
      says: 'ERR_OPTION_INVALID: --sarif: expected a file that can be written',
    },
  ])('that is none: $args', async ({ args, says }) => {
    const { code, err } = await check(...args);
    expect(code).toBe(1);
    expect(err).toContain(says);
  });
});

test('every rule is in the README', async () => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  expect(RULES.map(({ id }) => id).filter((id) => !readme.includes(`\`${id}\``))).toEqual([]);
});

test('our own service has no findings', async () => {
  const { code, out } = await runCommand(['check', '--strict'], ROOT);
  expect([code, out]).toEqual([0, `serverless.yml: no findings by ${RULES.length} rules.\n`]);
}, 30_000);

describe('a service whose distribution does not agree with its settings', () => {
  let copy: string;
  beforeAll(async () => {
    copy = await copyService();
    await editService(copy, [
      ['maxAgeSeconds: 60', 'maxAgeSeconds: 86401'],
      ['path: /private/*', 'path: /secret/*'],
    ]);
  });
  afterAll(() => rm(copy, { recursive: true }));

  test('has findings of all that does not', async () => {
    const { code, out } = await runCommand(['check', '--json'], copy);
    expect(code).toBe(1);
    const found = JSON.parse(out).map(({ rule, setting }: { rule: string; setting: string }) => `${rule} ${setting}`);
    expect(found).toEqual(['failover-cap failover.maxAgeSeconds', 'section-behavior protected[0].path']);
  }, 30_000);

  test('has them again, when its packaged template is named', async () => {
    const { code, out } = await runCommand(
      ['check', '--template', '.edgekeeper/local/package/cloudformation-template-update-stack.json'],
      copy,
    );
    expect(code).toBe(1);
    expect(out).toContain(
      'error failover-cap CachePolicy CachePolicyConfig.DefaultTTL beside failover.maxAgeSeconds: expected a time from MinTTL 0 to DefaultTTL 86400 of CachePolicy, got 86401\n',
    );
  });

  test('is not packaged', async () => {
    await expect(packageService({ root: copy })).rejects.toThrow(
      'failover.maxAgeSeconds: expected a time from MinTTL 0 to DefaultTTL 86400 of CachePolicy, got 86401',
    );
  }, 30_000);
});
