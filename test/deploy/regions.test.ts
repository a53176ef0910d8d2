/** A service of three regions, whose buckets hold a site of directories behind a prefix, the third's behind another. */
import { rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFunctions } from '../../build/functions.ts';
import { readPackage } from '../../cli/service.ts';
import { parseConfig } from '../../config/parse.ts';
import { packageService } from '../../deploy/package.ts';
import { addRewrites } from '../../deploy/rewrites.ts';
import { validateTemplate } from '../../deploy/validate.ts';
import { type Edge, startEdge } from '../../emulator/edge.ts';
import { edgeLocationAt } from '../../emulator/edge-location.ts';
import { memoryStore } from '../../emulator/key-value-store.ts';
import { ask } from '../support/edge.ts';
import { copyService, editService } from '../support/service-copy.ts';
import { SETTINGS } from '../support/settings.ts';
import { STATE, token } from '../support/tokens.ts';
import { find, resolved, resource, secondaryTemplate, statements, type Template } from './packaged.ts';

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-south-1'];
const EDITS: readonly (readonly [from: string, to: string])[] = [
  ['originId: us-east-1 }', 'originId: us-east-1, prefix: /site }'],
  [
    '      - { region: eu-west-1, originId: eu-west-1 }\n',
    '      - { region: eu-west-1, originId: eu-west-1, prefix: /site }\n      - { region: ap-south-1, originId: ap-south-1, prefix: /asia }\n',
  ],
  ['    failover:\n', '    rewrites: { directoryIndex: index.html, trailingSlash: redirect }\n    failover:\n'],
];

let root: string;
let file: string;
let template: Template;
const open: Edge[] = [];

beforeAll(async () => {
  root = await copyService();
  await editService(root, EDITS);
  file = await packageService({ root, outFolder: join(root, 'package') });
  const service = await readPackage(root, file);
  template = service.template as Template;
  await buildFunctions({ root, config: service.config, outFolder: 'dist' });
  for (const region of REGIONS) {
    const folder = join(region, region === 'ap-south-1' ? 'asia' : 'site');
    for (const key of ['guide/index.html', 'private/guide/index.html', 'index.html', 'x.txt']) {
      const path = join(root, 'buckets', folder, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `${key} of ${region}`);
    }
  }
}, 60_000);

afterAll(async () => {
  await Promise.all(open.map((edge) => edge.close()));
  rmSync(root, { recursive: true, force: true });
});

async function started(location: string): Promise<Edge> {
  const edge = await startEdge({
    template,
    bundles: join(root, 'dist'),
    origins: Object.fromEntries(REGIONS.map((region) => [region, join(root, 'buckets', region)])),
    store: memoryStore({ state: STATE }),
    location: edgeLocationAt(location),
  });
  open.push(edge);
  return edge;
}

describe('the template', () => {
  test('satisfies the validator', () => expect(validateTemplate(file)).toEqual([]));

  test('has an origin for each region, with its prefix, and a group of two', () => {
    const { Origins, OriginGroups } = resource(template, 'Distribution').Properties.DistributionConfig as {
      Origins: Record<string, unknown>[];
      OriginGroups: object;
    };
    const regional = Origins.filter(({ Id }) => REGIONS.includes(String(Id))).map((origin) => resolved(origin));
    expect(regional).toMatchObject(
      REGIONS.map((region) => ({
        Id: region,
        DomainName: `edgekeeper-dev-${region}-111122223333.s3.${region}.amazonaws.com`,
        OriginCustomHeaders: [{ HeaderName: 'x-edgekeeper-origin', HeaderValue: region }],
        ConnectionAttempts: 1,
      })),
    );
    expect(regional.map((origin) => (origin as { OriginPath?: string }).OriginPath)).toEqual([
      '/site',
      '/site',
      '/asia',
    ]);
    expect(find(OriginGroups, 'OriginId')).toEqual(['us-east-1', 'eu-west-1']);
  });

  test('makes a bucket in each, and replicates to all', () => {
    expect(find(resource(template, 'SecondaryRegion').Properties, 'Regions')).toEqual([['eu-west-1', 'ap-south-1']]);
    const secondary = secondaryTemplate(template);
    expect(resolved(resource(secondary, 'SecondaryBucket').Properties.BucketName)).toBe(
      'edgekeeper-dev-eu-west-1-111122223333',
    );
    const { Rules } = resolved(resource(template, 'PrimaryBucket').Properties.ReplicationConfiguration) as {
      Rules: { Priority: number; Destination: { Bucket: string } }[];
    };
    expect(Rules.map(({ Priority, Destination }) => [Priority, Destination.Bucket])).toEqual([
      [1, 'arn:aws:s3:::edgekeeper-dev-eu-west-1-111122223333'],
      [2, 'arn:aws:s3:::edgekeeper-dev-ap-south-1-111122223333'],
    ]);
  });

  test('lets its roles do in the third what they do in the second', () => {
    for (const role of ['ReplicationRole', 'StackSetExecutionRole']) {
      const resources = statements(template, role).flatMap(({ Resource }) => Resource as string | string[]);
      const second = resources.filter((arn) => arn?.includes('s3:::edgekeeper-dev-eu-west-1'));
      const third = second.map((arn) => arn.replace('eu-west-1', 'ap-south-1'));
      expect(second).not.toEqual([]);
      expect(resources).toEqual(expect.arrayContaining(third));
    }
  });

  test('probes all three from the second alone', () => {
    const secondary = secondaryTemplate(template) as Template & { Conditions: object };
    expect(secondary.Conditions).toEqual({ IsProber: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] } });
    const made = Object.entries(secondary.Resources).filter(([id]) => id.startsWith('Health'));
    expect(made.map(([, made]) => (made as { Condition?: string }).Condition)).toEqual(made.map(() => 'IsProber'));
    expect(JSON.stringify(resource(secondary, 'HealthFunction').Properties.Environment)).toContain('ap-south-1');
  });
});

describe('viewers', () => {
  test('behind each regional edge cache get the nearest region, the third too, each with its prefix', async () => {
    for (const [location, region] of [
      ['us-east-1', 'us-east-1'],
      ['eu-central-1', 'eu-west-1'],
      ['ap-southeast-1', 'ap-south-1'],
    ] as const) {
      const { status, headers, body } = await ask((await started(location)).url, '/x.txt');
      expect([status, headers['x-origin-region'], body]).toEqual([200, region, `x.txt of ${region}`]);
    }
  });

  test('get the second nearest when the nearest fails', async () => {
    const edge = await started('ap-southeast-1');
    await edge.origin('ap-south-1').setFault({ kind: 'refuse' });
    const { headers, body } = await ask(edge.url, '/x.txt');
    expect([headers['x-origin-role'], body]).toEqual(['secondary', `x.txt of ${headers['x-origin-region']}`]);
  });

  test('get the index of a directory, at the root too', async () => {
    const { url } = await started('us-east-1');
    expect((await ask(url, '/guide/')).body).toBe('guide/index.html of us-east-1');
    expect((await ask(url, '/')).body).toBe('index.html of us-east-1');
    expect((await ask(url, '/none/')).status).toBe(404);
  });

  test('are sent from a directory to its slash, keeping the path token in their address', async () => {
    const { url } = await started('us-east-1');
    const { status, headers } = await ask(url, '/guide?page=2');
    expect([status, headers.location, headers['cache-control']]).toEqual([301, './guide/', 'max-age=3600']);
    const path = `/~${await token({ claims: { exp: Math.floor(Date.now() / 1000) + 60 } })}/private/guide`;
    const sent = await ask(url, path);
    expect(sent.status).toBe(301);
    const next = new URL(sent.headers.location ?? '', `${url}${path}`);
    expect((await ask(url, next.pathname)).body).toBe('private/guide/index.html of us-east-1');
  });

  test('who may not in are not told of directories', async () => {
    const { url } = await started('us-east-1');
    expect((await ask(url, '/private/guide')).status).toBe(401);
    expect((await ask(url, '/private/guide/')).status).toBe(401);
  });
});

test('a behavior with a function of its own at the origin request is named', () => {
  const rewrites = { directoryIndex: 'index.html', trailingSlash: 'leave' };
  const config = parseConfig({ ...SETTINGS, protected: [], rewrites });
  expect(() => addRewrites(structuredClone(template), config)).toThrow(
    'rewrites: expected behaviors without a function at the origin request, or no rewrites, got "the default behavior"',
  );
});
