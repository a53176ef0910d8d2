/** The real `serverless deploy` and `serverless remove`, as processes, against endpoints on this machine. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteFunctions } from '../support/aws/account.ts';
import { type Act, packagedTemplate, type Rehearsal, startRehearsal } from '../support/aws/rehearsal.ts';
import { editService } from '../support/service-copy.ts';

/** In the order in which each has to be there. */
const ORDER = ['Distribution', 'SecondaryBucket', 'SecondaryRegion', 'PrimaryBucket', 'PrimaryBucketPolicy'];

/** What operators have made of the state of a store. */
const OPERATED = JSON.stringify({ keys: { 'key-1': 'c2VjcmV0' }, drained: { 'eu-west-1': 0 } });

/** Seven commands, each of which takes 3 s of processor time. */
const COMMANDS_MS = 300_000;

/** Logical ids, in the order in which something came of them. */
function became({ events }: Act, status: string): string[] {
  return events.filter((event) => event.status === status).map(({ logicalId }) => logicalId);
}

function leftOf({ left }: Act, type: string): string[] {
  return left.filter((resource) => resource.type === type).map(({ physicalId }) => physicalId);
}

/** Logical ids without the hash of a version. */
function kinds({ left }: Act): string[] {
  return left.map(({ logicalId }) => logicalId.replace(/(?<=LambdaVersion).*/, '')).sort();
}

async function afterEdit(rehearsal: Rehearsal): Promise<Act> {
  await editService(rehearsal.service, [['app.example.com/sign-in', 'app.example.com/login']]);
  return rehearsal.act('deploy');
}

function rebornAfter(rehearsal: Rehearsal): Promise<Act> {
  deleteFunctions(rehearsal.aws.account, 'edgekeeper-dev');
  return rehearsal.act('deploy', '--param', 'buckets=existing');
}

describe('a service is deployed, deployed again, deployed for another stage, removed, and deployed over what it left', () => {
  let rehearsal: Rehearsal;
  let acts: Record<'first' | 'unchanged' | 'forced' | 'changed' | 'prod' | 'removed' | 'reborn', Act>;
  let uploaded: string;
  let packaged: string;
  beforeAll(async () => {
    rehearsal = await startRehearsal();
    const first = await rehearsal.act('deploy');
    [uploaded, packaged] = [
      String(rehearsal.stack('edgekeeper-dev')?.input.text),
      await readFile(packagedTemplate(rehearsal), 'utf8'),
    ];
    for (const { store } of rehearsal.aws.account.stores.values()) store.content.write({ state: OPERATED });
    acts = {
      first,
      unchanged: await rehearsal.act('deploy'),
      forced: await rehearsal.act('deploy', '--force'),
      changed: await afterEdit(rehearsal),
      prod: await rehearsal.act('deploy', '--stage', 'prod'),
      removed: await rehearsal.act('remove'),
      reborn: await rebornAfter(rehearsal),
    };
  }, COMMANDS_MS);
  afterAll(() => rehearsal.close());

  test('the first makes everything, in an order that AWS takes', () => {
    const { first } = acts;
    expect(first).toMatchObject({ code: 0, err: expect.stringContaining('Service deployed to stack edgekeeper-dev') });
    expect(became(first, 'CREATE_FAILED')).toEqual([]);
    const made = became(first, 'CREATE_COMPLETE');
    expect(made.filter((id) => ORDER.includes(id))).toEqual(ORDER);
  });

  test('what is uploaded is what was packaged', () => {
    expect(JSON.parse(uploaded)).toEqual(JSON.parse(packaged));
  });

  test('without a change, the next one sends nothing', () => {
    const { unchanged, first } = acts;
    expect(unchanged).toMatchObject({ code: 0, err: expect.stringContaining('No changes to deploy') });
    expect(unchanged.asked.filter((asked) => / PUT | POST |CreateStack|UpdateStack|UpdateKeys/.test(asked))).toEqual(
      [],
    );
    expect(unchanged.events).toEqual([]);
    expect(unchanged.versions).toEqual(first.versions);
  });

  test('and one that is forced moves the code to another key: no resource is made, no version is published', () => {
    const { forced, first } = acts;
    expect(forced.code).toBe(0);
    expect(
      became(forced, 'UPDATE_COMPLETE')
        .filter((id) => id !== 'edgekeeper-dev')
        .sort(),
    ).toEqual(['OriginRequestLambdaFunction', 'OriginResponseLambdaFunction', 'ViewerRequestLambdaFunction']);
    expect(became(forced, 'CREATE_COMPLETE')).toEqual([]);
    expect(became(forced, 'DELETE_COMPLETE')).toEqual([]);
    expect(forced.versions).toEqual(first.versions);
    expect(forced.left.map(({ logicalId }) => logicalId)).toEqual(first.left.map(({ logicalId }) => logicalId));
  });

  test('the store has a state before anybody depends on it', () => {
    const { first } = acts;
    expect(first.stored).toEqual({ 'edgekeeper-dev': { state: JSON.stringify({ keys: {}, drained: {} }) } });
    expect(first.err).toContain('npx edgekeeper keys add --stage dev');
  });

  test('and the next deployments leave what is there then', () => {
    const { unchanged, forced } = acts;
    for (const { stored, asked, err } of [unchanged, forced]) {
      expect(stored).toEqual({ 'edgekeeper-dev': { state: OPERATED } });
      expect(asked.filter((one) => /UpdateKeys|PutKey/.test(one))).toEqual([]);
      expect(err).not.toContain('keys add');
    }
  });

  test('a setting publishes versions of the functions that read it, puts them to the distribution and keeps the last', () => {
    const { changed, first } = acts;
    const published = { 'edgekeeper-dev-originRequest': 2, 'edgekeeper-dev-viewerRequest': 2 };
    expect(changed.code).toBe(0);
    expect(changed.versions).toEqual({ ...first.versions, ...published });
    const versions = (status: string) =>
      became(changed, status)
        .filter((id) => id.includes('LambdaVersion'))
        .map((id) => id.replace(/LambdaVersion.*/, ''))
        .sort();
    expect(versions('CREATE_COMPLETE')).toEqual(['OriginRequest', 'ViewerRequest']);
    expect(versions('DELETE_SKIPPED')).toEqual(['OriginRequest', 'ViewerRequest']);
    expect(became(changed, 'UPDATE_COMPLETE')).toContain('Distribution');
    expect(changed.stored).toEqual({ 'edgekeeper-dev': { state: OPERATED } });
  });

  test('another stage has everything of its own, and changes nothing of the first', () => {
    const { prod, first, changed } = acts;
    expect(prod.code).toBe(0);
    expect(prod.events.filter(({ stack }) => !stack.includes('edgekeeper-prod'))).toEqual([]);
    expect(prod.left.slice(0, changed.left.length)).toEqual(changed.left);
    expect(kinds(prod)).toEqual([...kinds(changed), ...kinds(first)].sort());
  });

  test('removal leaves what the template retains, and the other stage', () => {
    const { removed, prod } = acts;
    expect(removed).toMatchObject({ code: 0, err: expect.stringContaining('successfully removed') });
    expect(became(removed, 'DELETE_FAILED')).toEqual([]);
    const names = prod.left.filter(({ physicalId }) => physicalId.includes('edgekeeper-prod'));
    expect(removed.left).toEqual(expect.arrayContaining(names));
    const dev = { ...removed, left: removed.left.filter(({ physicalId }) => physicalId.includes('edgekeeper-dev')) };
    expect(leftOf(dev, 'AWS::S3::Bucket').sort()).toEqual([
      'edgekeeper-dev-eu-west-1-111122223333',
      'edgekeeper-dev-logs-111122223333',
      'edgekeeper-dev-us-east-1-111122223333',
    ]);
    expect(leftOf(dev, 'AWS::Lambda::Function').sort()).toEqual([
      'edgekeeper-dev-originRequest',
      'edgekeeper-dev-originResponse',
      'edgekeeper-dev-viewerRequest',
    ]);
    expect([...new Set(dev.left.map(({ type }) => type))].sort()).toEqual([
      'AWS::Lambda::Function',
      'AWS::Lambda::Version',
      'AWS::S3::Bucket',
    ]);
  });

  test('removal says what stays, and what to do about it', () => {
    const { removed } = acts;
    for (const { physicalId } of removed.left.filter(({ type }) => type === 'AWS::Lambda::Function')) {
      if (physicalId.includes('-dev-'))
        expect(removed.err).toContain(`aws lambda delete-function --region us-east-1 --function-name ${physicalId}`);
    }
    expect(removed.err).toContain('npx serverless deploy --param buckets=existing');
  });

  test('and with that done, the next deployment takes the buckets over', () => {
    const { reborn, first } = acts;
    expect(reborn).toMatchObject({ code: 0, err: expect.stringContaining('keys add --stage dev') });
    expect(became(reborn, 'CREATE_FAILED')).toEqual([]);
    const made = became(reborn, 'CREATE_COMPLETE');
    expect(made.filter((id) => ORDER.includes(id))).toEqual(['Distribution', 'SecondaryRegion', 'PrimaryBucketPolicy']);
    expect(kinds(reborn).filter((id) => !kinds(acts.prod).includes(id))).toEqual([]);
    expect(leftOf(reborn, 'AWS::CloudFront::Distribution')).toHaveLength(2);
    expect(leftOf(reborn, 'AWS::CloudFront::Distribution')).not.toContain(
      leftOf(first, 'AWS::CloudFront::Distribution')[0],
    );
  });
});

describe('a deployment that fails', () => {
  let rehearsal: Rehearsal;
  let failed: Act;
  beforeAll(async () => {
    rehearsal = await startRehearsal();
    rehearsal.aws.account.othersBuckets.add('edgekeeper-dev-us-east-1-111122223333');
    failed = await rehearsal.act('deploy');
  });
  afterAll(() => rehearsal.close());

  test('says what failed and why, and ends with 1', () => {
    expect(failed.code).toBe(1);
    expect(failed.out).toContain('PrimaryBucket');
    expect(failed.out).toContain('edgekeeper-dev-us-east-1-111122223333 already exists');
    expect(failed.err).toContain('npx serverless deploy --param buckets=existing');
  });

  test('leaves behind what cannot be deleted or is empty: functions at the edge, and the bucket of the other region', () => {
    expect(rehearsal.stack('edgekeeper-dev')?.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect([...new Set(kinds(failed))]).toEqual([
      'OriginRequestLambdaFunction',
      'OriginRequestLambdaVersion',
      'OriginResponseLambdaFunction',
      'OriginResponseLambdaVersion',
      'SecondaryBucket',
      'ServerlessDeploymentBucket',
      'ServerlessDeploymentBucketPolicy',
      'ViewerRequestLambdaFunction',
      'ViewerRequestLambdaVersion',
    ]);
  });
});
