/** The template as a stack, in whatever order CloudFormation makes what is ready. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Account, deleteBucket, deleteFunctions, emptyAccount } from '../support/aws/account.ts';
import { createStack, deleteStack, type Stack, updateStack } from '../support/aws/stack/stack.ts';
import { ALL, type CompletedTemplates, completedTemplates } from './completed.ts';
import { find, ROOT, type Template } from './packaged.ts';

const STACK = { name: 'edgekeeper-dev', region: 'us-east-1', parameters: {}, tags: {} };

const BUCKETS = ['eu-west-1', 'logs', 'us-east-1'].map((end) => `edgekeeper-dev-${end}-111122223333`);

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-south-1'].map((region) => ({ region, originId: region }));

let service: CompletedTemplates;
let template: Template;
let code: Buffer;
beforeAll(async () => {
  service = await completedTemplates();
  template = await service.template();
  // What the packager hashes in the place of a zip.
  code = await readFile(join(ROOT, 'serverless.yml'));
});

/** As `serverless deploy` does it: the bucket, the code in it, then everything. */
function deployed(account: Account, whole: Template = template): Stack {
  const core = Object.entries(whole.Resources).filter(([id]) => id.startsWith('ServerlessDeploymentBucket'));
  const stack = createStack(account, { ...STACK, text: JSON.stringify({ Resources: Object.fromEntries(core) }) });
  upload(account, stack, whole);
  updateStack(account, stack, inputOf(whole));
  return stack;
}

function upload({ buckets, now }: Account, stack: Stack, whole: Template): void {
  const { objects } = buckets.get(String(stack.resources.get('ServerlessDeploymentBucket')?.physicalId)) ?? {};
  const object = { body: code, contentType: 'application/zip', metadata: {}, modified: now() };
  for (const key of find(whole.Resources, 'S3Key')) objects?.set(String(key), object);
}

function inputOf(whole: Template) {
  return { ...STACK, text: JSON.stringify(whole) };
}

/** As `serverless remove` does it. */
function removed(account: Account, stack: Stack): Stack {
  account.buckets.get(String(stack.resources.get('ServerlessDeploymentBucket')?.physicalId))?.objects.clear();
  deleteStack(account, stack);
  return stack;
}

/** An account that makes, of all that is ready, what the numbers say. */
function inOrder(numbers: readonly number[]): Account {
  let step = 0;
  return { ...emptyAccount(), choose: (ready) => ready[(numbers[step++ % numbers.length] ?? 0) % ready.length] };
}

const ORDERS = fc.array(fc.nat(), { minLength: 40, maxLength: 40 });

function inAnyOrder(rehearse: (account: Account) => void): void {
  fc.assert(
    fc.property(ORDERS, (numbers) => rehearse(inOrder(numbers))),
    { numRuns: 5 },
  );
}

/** A copy of the template, changed. */
function changed(change: (resources: Template['Resources']) => void): Template {
  const copy = structuredClone(template);
  change(copy.Resources);
  return copy;
}

function failures({ events }: Stack): string[] {
  return events
    .filter(({ status }) => status.endsWith('_FAILED'))
    .map(({ logicalId, reason }) => `${logicalId}: ${reason}`);
}

const OVER_EXISTING = { deploy: { buckets: 'existing' } };

/** And with which settings it becomes again what it was: buckets stay when the stack does not have them any more. */
const VARIANTS: readonly { readonly what: string; readonly settings: object; readonly back?: object }[] = [
  { what: 'as in serverless.yml', settings: {} },
  { what: 'with everything', settings: ALL },
  { what: 'with three regions', settings: { regions: REGIONS } },
  {
    what: 'without a prober, logs and alarms',
    settings: { health: null, logs: null, monitoring: null },
    back: OVER_EXISTING,
  },
  { what: 'without a distribution', settings: { deploy: { distribution: 'none' } }, back: OVER_EXISTING },
];

describe('in any order', () => {
  test.each(VARIANTS)('a service $what is made and removed', async ({ settings }) => {
    const whole = await service.template(settings);
    inAnyOrder((account) => {
      const stack = deployed(account, whole);
      expect([stack.status, ...failures(stack)]).toEqual(['UPDATE_COMPLETE']);
      expect([removed(account, stack).status, ...failures(stack)]).toEqual(['DELETE_COMPLETE']);
    });
  });

  test.each(VARIANTS.slice(1))('a service that becomes one $what, and then what it was', async ({ settings, back }) => {
    const [whole, again] = [await service.template(settings), await service.template(back)];
    inAnyOrder((account) => {
      const stack = deployed(account);
      upload(account, stack, whole);
      for (const next of [whole, again]) {
        updateStack(account, stack, inputOf(next));
        expect([stack.status, ...failures(stack)]).toEqual(['UPDATE_COMPLETE']);
      }
    });
  });

  test('the second region becomes another, and the bucket of the first one stays', () => {
    // Where that region is in the template Serverless says, from serverless.yml.
    const moved = JSON.parse(JSON.stringify(template).replaceAll('eu-west-1', 'ap-south-1')) as Template;
    inAnyOrder((account) => {
      const stack = deployed(account);
      updateStack(account, stack, inputOf(moved));
      expect([stack.status, ...failures(stack)]).toEqual(['UPDATE_COMPLETE']);
      const left = [...BUCKETS, 'edgekeeper-dev-ap-south-1-111122223333'];
      expect([...account.buckets.keys()]).toEqual(expect.arrayContaining(left));
    });
  });

  test('the buckets of a stack that was removed are taken over, once its functions are gone', async () => {
    const over = await service.template(OVER_EXISTING);
    inAnyOrder((account) => {
      const first = removed(account, deployed(account));
      expect([...account.buckets.keys()].sort()).toEqual(BUCKETS);
      expect(failures(deployed(account, over))).toEqual([expect.stringContaining('already exists')]);
      deleteFunctions(account, STACK.name);
      const second = [...account.stacks.values()].findLast(({ name }) => name === STACK.name) ?? first;
      upload(account, second, over);
      updateStack(account, second, inputOf(over));
      expect(second.status).toBe('UPDATE_COMPLETE');
      expect([removed(account, second).status, ...account.buckets.keys()].sort()).toEqual([
        'DELETE_COMPLETE',
        ...BUCKETS,
      ]);
    });
  });

  test('a first deployment that fails can be repeated, once what it left is deleted', () => {
    inAnyOrder((account) => {
      account.othersBuckets.add('edgekeeper-dev-us-east-1-111122223333');
      const stack = deployed(account);
      expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
      const left = [...account.buckets.keys()].filter((name) => BUCKETS.includes(name));
      expect(left).toEqual(left.length === 0 ? [] : ['edgekeeper-dev-eu-west-1-111122223333']);
      deleteFunctions(account, STACK.name);
      for (const name of left) deleteBucket(account, name);
      account.othersBuckets.clear();
      updateStack(account, stack, inputOf(template));
      expect(stack.status).toBe('UPDATE_COMPLETE');
    });
  });

  test.each<{ what: string; change: (resources: Template['Resources']) => void; says: string }>([
    {
      what: 'the primary bucket does not wait for the other region',
      change: (resources) => Object.assign(resources.PrimaryBucket ?? {}, { DependsOn: [] }),
      says: 'PrimaryBucket: Resource handler returned message: "Destination bucket must exist."',
    },
    {
      what: 'a policy names its bucket, and does not refer to it',
      change: (resources) =>
        Object.assign(resources.PrimaryBucketPolicy?.Properties ?? {}, {
          Bucket: 'edgekeeper-dev-us-east-1-111122223333',
          PolicyDocument: {},
        }),
      says: 'PrimaryBucketPolicy: Resource handler returned message: "The specified bucket does not exist"',
    },
    {
      what: 'the role of the second region may do nothing with its bucket',
      change: (resources) => {
        const granted = find(resources.StackSetExecutionRole?.Properties.Policies, 'Statement').flat() as object[];
        for (const statement of granted) {
          if (JSON.stringify(statement).includes(':s3:::')) Object.assign(statement, { Action: 's3:ListBucket' });
        }
      },
      says: 'edgekeeper-dev-stackset-execution is not authorized to perform: s3:CreateBucket',
    },
  ])('where $what, some orders fail', ({ change, says }) => {
    const whole = changed(change);
    const all = fc.sample(ORDERS, 15).flatMap((numbers) => failures(deployed(inOrder(numbers), whole)));
    expect(all).toContainEqual(expect.stringContaining(says));
  });
});

describe('an update', () => {
  test('of one property changes one resource', () => {
    const account = emptyAccount();
    const stack = deployed(account);
    const before = stack.events.length;
    const next = changed((resources) => {
      Object.assign(Object(resources.CachePolicy?.Properties.CachePolicyConfig), { DefaultTTL: 3600 });
    });
    updateStack(account, stack, inputOf(next));
    const touched = stack.events.slice(before).map(({ logicalId }) => logicalId);
    expect([...new Set(touched)]).toEqual(['edgekeeper-dev', 'CachePolicy']);
  });

  test('that fails puts back what it had changed, and removes what it had made', () => {
    const account = { ...emptyAccount(), choose: (ready: readonly string[]) => ready[0] };
    const stack = deployed(account);
    const before = JSON.stringify([...account.resources]);
    const next = changed((resources) => {
      Object.assign(Object(resources.CachePolicy?.Properties.CachePolicyConfig), { DefaultTTL: 3600 });
      resources.AnotherStore = { Type: 'AWS::CloudFront::KeyValueStore', Properties: { Name: 'another' } };
      resources.LastRole = {
        Type: 'AWS::IAM::Role',
        DependsOn: ['AnotherStore'],
        Properties: { AssumeRolePolicyDocument: {}, Policies: [NO_ACTION] },
      };
    });
    updateStack(account, stack, inputOf(next));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(failures(stack)).toEqual([expect.stringContaining('LastRole')]);
    expect(JSON.stringify([...account.resources])).toBe(before);
  });

  test('whose template is the same is refused', () => {
    const account = emptyAccount();
    const stack = deployed(account);
    expect(() => updateStack(account, stack, inputOf(template))).toThrow('No updates are to be performed.');
  });
});

const NO_ACTION = {
  PolicyName: 'none',
  PolicyDocument: { Statement: [{ Effect: 'Allow', Action: [], Resource: '*' }] },
};
