/** The packaged template as a stack, in whatever order CloudFormation makes what is ready. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Account, emptyAccount } from '../support/aws/account.ts';
import { createStack, deleteStack, type Stack, updateStack } from '../support/aws/stack/stack.ts';
import { type Packaged, packaged, type Template } from './packaged.ts';

const STACK = { name: 'edgekeeper-dev', region: 'us-east-1', parameters: {}, tags: {} };

let service: Packaged;
let core: string;
let code: ReadonlyMap<string, Buffer>;
beforeAll(async () => {
  service = await packaged();
  core = await readFile(join(service.folder, 'cloudformation-template-create-stack.json'), 'utf8');
  const zips = (await readdir(service.folder)).filter((name) => name.endsWith('.zip'));
  code = new Map(
    await Promise.all(zips.map(async (name) => [name, await readFile(join(service.folder, name))] as const)),
  );
});

/** As `serverless deploy` does it: the bucket, the code in it, then everything. */
function deployed(account: Account, template: unknown = service.template): Stack {
  const stack = createStack(account, { ...STACK, text: core });
  const { objects } = [...account.buckets.values()][0] ?? { objects: new Map() };
  for (const [name, body] of code) {
    const keys = service.text.match(new RegExp(`[^"]+/${name}`)) ?? [];
    for (const key of keys) objects.set(key, { body, contentType: '', metadata: {}, modified: account.now() });
  }
  updateStack(account, stack, { ...STACK, text: JSON.stringify(template) });
  return stack;
}

/** An account that makes, of all that is ready, what the numbers say. */
function inOrder(numbers: readonly number[]): Account {
  let step = 0;
  return { ...emptyAccount(), choose: (ready) => ready[(numbers[step++ % numbers.length] ?? 0) % ready.length] };
}

const ORDERS = fc.array(fc.nat(), { minLength: 40, maxLength: 40 });

/** A copy of the template, changed. */
function changed(change: (resources: Template['Resources']) => void): Template {
  const template = structuredClone(service.template);
  change(template.Resources);
  return template;
}

function failures({ events }: Stack): string[] {
  return events
    .filter(({ status }) => status.endsWith('_FAILED'))
    .map(({ logicalId, reason }) => `${logicalId}: ${reason}`);
}

describe('in any order', () => {
  test('it is made and removed', () => {
    fc.assert(
      fc.property(ORDERS, (numbers) => {
        const account = inOrder(numbers);
        const stack = deployed(account);
        expect(failures(stack)).toEqual([]);
        expect(stack.status).toBe('UPDATE_COMPLETE');
        for (const { objects } of account.buckets.values()) objects.clear();
        deleteStack(account, stack);
        expect(failures(stack)).toEqual([]);
        expect([...account.buckets.keys()].sort()).toEqual([
          'edgekeeper-dev-eu-west-1-111122223333',
          'edgekeeper-dev-logs-111122223333',
          'edgekeeper-dev-us-east-1-111122223333',
        ]);
      }),
      { numRuns: 50 },
    );
  });

  test.each<{ what: string; change: (resources: Template['Resources']) => void; says: string }>([
    {
      what: 'without the primary bucket waiting for the other region, the destination of its replication is missing',
      change: (resources) => Object.assign(resources.PrimaryBucket ?? {}, { DependsOn: [] }),
      says: 'PrimaryBucket: Resource handler returned message: "Destination bucket must exist."',
    },
    {
      what: 'a policy of a bucket that is named, not referred to, comes before the bucket',
      change: (resources) =>
        Object.assign(resources.PrimaryBucketPolicy?.Properties ?? {}, {
          Bucket: 'edgekeeper-dev-us-east-1-111122223333',
          PolicyDocument: {},
        }),
      says: 'PrimaryBucketPolicy: Resource handler returned message: "The specified bucket does not exist"',
    },
  ])('$what: some orders fail', ({ change, says }) => {
    const template = changed(change);
    const all = fc.sample(ORDERS, 30).flatMap((numbers) => failures(deployed(inOrder(numbers), template)));
    expect(all).toContainEqual(expect.stringContaining(says));
  });
});

describe('an update', () => {
  test('of one property changes one resource', () => {
    const account = emptyAccount();
    const stack = deployed(account);
    const before = stack.events.length;
    const text = JSON.stringify(
      changed((resources) => {
        Object.assign(Object(resources.CachePolicy?.Properties.CachePolicyConfig), { DefaultTTL: 3600 });
      }),
    );
    updateStack(account, stack, { ...STACK, text });
    const touched = stack.events.slice(before).map(({ logicalId }) => logicalId);
    expect([...new Set(touched)]).toEqual(['edgekeeper-dev', 'CachePolicy']);
  });

  test('that fails puts back what it had changed, and removes what it had made', () => {
    const account = { ...emptyAccount(), choose: (ready: readonly string[]) => ready[0] };
    const stack = deployed(account);
    const before = JSON.stringify([...account.resources]);
    const text = JSON.stringify(
      changed((resources) => {
        Object.assign(Object(resources.CachePolicy?.Properties.CachePolicyConfig), { DefaultTTL: 3600 });
        resources.AnotherStore = { Type: 'AWS::CloudFront::KeyValueStore', Properties: { Name: 'another' } };
        resources.LastRole = {
          Type: 'AWS::IAM::Role',
          DependsOn: ['AnotherStore'],
          Properties: { AssumeRolePolicyDocument: {}, Policies: [NO_ACTION] },
        };
      }),
    );
    updateStack(account, stack, { ...STACK, text });
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(failures(stack)).toEqual([expect.stringContaining('LastRole')]);
    expect(JSON.stringify([...account.resources])).toBe(before);
  });

  test('whose template is the same is refused', () => {
    const account = emptyAccount();
    const stack = deployed(account);
    expect(() => updateStack(account, stack, { ...STACK, text: service.text })).toThrow(
      'No updates are to be performed.',
    );
  });
});

const NO_ACTION = {
  PolicyName: 'none',
  PolicyDocument: { Statement: [{ Effect: 'Allow', Action: [], Resource: '*' }] },
};
