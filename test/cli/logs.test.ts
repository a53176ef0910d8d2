/** `logs` against an endpoint that speaks for all regions, with lines as the runtimes write them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LogsOptions, logs } from '../../cli/logs/logs.ts';
import { SECRETS, useAwsEnvironment } from '../support/aws/access.ts';
import { type Deployed, deployedService } from '../support/aws/deployed.ts';
import { captured } from '../support/captured.ts';
import { NOON, STATE } from '../support/tokens.ts';

let deployed: Deployed;
beforeEach(async () => {
  deployed = await deployedService(STATE);
});
afterEach(() => deployed.close());
useAwsEnvironment(() => deployed.environment);

const NOW = NOON * 1000;
const VIEWER_REQUEST = '/aws/cloudfront/function/edgekeeper-prod-viewer-request';
const ORIGIN_RESPONSE = '/aws/lambda/us-east-1.edgekeeper-prod-originResponse';
const REQUEST = 'aBcD-'.repeat(11);

const refused = (reason: string, path = '/private/x') =>
  JSON.stringify({ edgekeeper: 1, verdict: 'refused', reason, status: 403, path });

/** As a CloudFront Function's line comes, and as one of Lambda's. */
const ofFunction = (seconds: number, text: string) =>
  deployed.logs.write('us-east-1', VIEWER_REQUEST, NOW + seconds * 1000, `${REQUEST} ${text}`);
const ofLambda = (region: string, seconds: number, text: string) =>
  deployed.logs.write(region, ORIGIN_RESPONSE, NOW + seconds * 1000, `2026-01-01T12:00:00.000Z\tid\tINFO\t${text}\n`);

/** Polls as often as there are steps between them, and tells what came of it. */
function run(options: Partial<LogsOptions> = {}, steps: (() => void)[] = []) {
  const pace = {
    now: () => NOW,
    async wait() {
      const step = steps.shift();
      step?.();
      return step !== undefined;
    },
  };
  return captured(() => logs(deployed.folder, { stage: 'prod', since: '1h', ...options }, pace));
}

test('lines of all regions, in order of time, without what the platform writes around them', async () => {
  ofLambda('eu-west-1', -10, '{"edgekeeper":1,"warning":"origin-unknown","path":"/a"}');
  ofFunction(-30, refused('expired'));
  ofLambda('ap-south-1', -20, 'a line of \u001b[31msomebody else');
  ofFunction(-40, 'START DistributionID: E1EXAMPLE');
  ofFunction(-29, 'END');
  deployed.logs.write('eu-west-1', ORIGIN_RESPONSE, NOW - 9000, 'REPORT RequestId: 1 Duration: 1 ms');
  ofFunction(-3601, refused('too-old'));
  const { out, err } = await run();
  expect(out).toBe(
    [
      '2026-01-01T11:59:30.000Z us-east-1 viewer-request verdict=refused reason=expired status=403 path=/private/x',
      '2026-01-01T11:59:40.000Z ap-south-1 originResponse a line of  [31msomebody else',
      '2026-01-01T11:59:50.000Z eu-west-1 originResponse warning=origin-unknown path=/a',
      '',
    ].join('\n'),
  );
  expect(err).toMatch(/^note: no log group in af-south-1, [^\n]*, us-west-2\n$/);
  expect(err).not.toMatch(/us-east-1|eu-west-1|ap-south-1/);
});

test('by reason, page after page, as JSON', async () => {
  for (let i = 0; i < 10; i++) ofFunction(-50 + i, refused(i % 2 === 0 ? 'expired' : 'revoked', `/${i}`));
  ofFunction(-5, 'edgekeeper expired, says somebody else');
  const { out } = await run({ reason: 'expired', json: true });
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ entry }) => entry.path)).toEqual(['/0', '/2', '/4', '/6', '/8']);
  expect(lines[0]).toEqual({
    time: '2026-01-01T11:59:10.000Z',
    region: 'us-east-1',
    function: 'viewer-request',
    entry: { edgekeeper: 1, verdict: 'refused', reason: 'expired', status: 403, path: '/0' },
  });
  expect(deployed.logs.asked.every(({ body }) => JSON.parse(body).filterPattern === '%edgekeeper%')).toBe(true);
});

describe('followed', () => {
  const paths = (out: string) => [...out.matchAll(/path=(\S+)/g)].map(([, path]) => path);

  test('each line is shown once: those that come late, and those of one moment', async () => {
    ofFunction(-10, refused('expired', '/1'));
    const { out } = await run({ follow: true }, [
      () => {},
      () => {
        ofFunction(-10, refused('expired', '/2'));
        ofFunction(-100, refused('expired', '/late'));
      },
      () => ofFunction(1, refused('expired', '/3')),
      () => {},
    ]);
    expect(paths(out)).toEqual(['/1', '/late', '/2', '/3']);
  });

  test('it asks the groups that are there, and every 30 polls for new ones', async () => {
    ofFunction(-10, refused('expired', '/1'));
    const steps = Array.from({ length: 30 }, () => () => {});
    steps[3] = () => ofLambda('eu-west-1', 1, refused('expired', '/new'));
    const { out } = await run({ follow: true }, steps);
    expect(paths(out)).toEqual(['/1', '/new']);
    const all = 32 * 3 + 1;
    expect(deployed.logs.asked).toHaveLength(2 * all + 29);
  });
});

describe('a region that refuses', () => {
  test.each([
    ['AccessDeniedException', 'ERR_AWS_ACCESS_DENIED: logs:FilterLogEvents: expected permission'],
    ['UnrecognizedClientException', 'ERR_AWS_CREDENTIALS_INVALID: AWS: expected credentials that it knows'],
  ])('with %s is named once, and all others are shown', async (error, says) => {
    deployed.logs.refusing.set('eu-west-1', error);
    ofFunction(-10, refused('expired'));
    const { out, err } = await run({ follow: true }, [() => {}, () => {}]);
    expect(out).toContain('reason=expired');
    const notes = err.split('\n').filter((line) => line.includes('not read'));
    expect(notes).toEqual([expect.stringContaining(`note: not read: eu-west-1: ${says}`)]);
    for (const secret of SECRETS) expect(err).not.toContain(secret);
  });

  test('as others do is named with them', async () => {
    for (const region of ['af-south-1', 'me-south-1'])
      deployed.logs.refusing.set(region, 'UnrecognizedClientException');
    const { err } = await run();
    expect(err).toContain('note: not read: af-south-1, me-south-1: ERR_AWS_CREDENTIALS_INVALID: ');
  });

  test('beside all others ends the command', async () => {
    deployed.logs.fail('FilterLogEvents', { kind: 'status', status: 400, error: 'AccessDeniedException' }, 200);
    await expect(run()).rejects.toMatchObject({ code: 'ERR_AWS_ACCESS_DENIED' });
  });

  test('a throttled one answers at last', async () => {
    ofFunction(-10, refused('expired'));
    deployed.logs.fail('FilterLogEvents', { kind: 'status', status: 400, error: 'ThrottlingException' }, 1);
    expect((await run()).out).toContain('reason=expired');
  });
});

describe('retention', () => {
  test('is set on all groups of the edge', async () => {
    ofFunction(-10, 'x');
    ofLambda('eu-west-1', -10, 'x');
    deployed.logs.write('eu-west-1', '/aws/lambda/edgekeeper-prod-health', NOW, 'x');
    const { out } = await run({ retention: '30d' });
    expect(out).toBe(`us-east-1 ${VIEWER_REQUEST}: 30 days\neu-west-1 ${ORIGIN_RESPONSE}: 30 days\n`);
    expect([...deployed.logs.groups.values()].map(({ retentionInDays }) => retentionInDays)).toEqual([
      30,
      30,
      undefined,
    ]);
  });

  test('says where it was not, after all others', async () => {
    ofFunction(-10, 'x');
    deployed.logs.refusing.set('eu-west-1', 'AccessDeniedException');
    await expect(run({ retention: '1d' })).rejects.toMatchObject({
      code: 'ERR_AWS_ACCESS_DENIED',
      message: expect.stringMatching(
        /^eu-west-1: not set: logs:PutRetentionPolicy: .*log-group:\/aws\/lambda\/us-east-1\./,
      ),
    });
    expect(deployed.logs.groups.get(`us-east-1 ${VIEWER_REQUEST}`)?.retentionInDays).toBe(1);
  });

  test.each(['2d', '30', '25h', 'x'])('of %s is refused', async (retention) => {
    await expect(run({ retention })).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' });
  });
});

test('the command', async () => {
  deployed.logs.write('us-east-1', VIEWER_REQUEST, Date.now() - 1000, `${REQUEST} ${refused('expired')}`);
  const { code, out } = await deployed.run(['logs', '--stage', 'prod', '--reason', 'expired']);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('verdict=refused reason=expired') });
});
