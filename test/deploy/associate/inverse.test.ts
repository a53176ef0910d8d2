/** The ways back lead back: for any configuration, detach after associate is the identity. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { associationXml } from '../../../deploy/associate/associations.ts';
import type { Change } from '../../../deploy/associate/change.ts';
import { copyOf, documentText, elementIn } from '../../../deploy/associate/config-xml.ts';
import { EDGE_EVENTS } from '../../../deploy/associate/events.ts';
import { placeholder } from '../../../deploy/associate/order-policy.ts';
import { placeText, putAt } from '../../../deploy/associate/place.ts';
import { planAssociation } from '../../../deploy/associate/plan.ts';
import { planDetach, planRollback } from '../../../deploy/associate/undo.ts';
import type { Wanted } from '../../../deploy/associate/wanted.ts';
import { facts, REGIONS, VIEWER_REQUEST, wanted } from '../../support/associate/wanted.ts';
import {
  behavior,
  bucketOrigin,
  configurationXml,
  functionArn,
  lambdaArn,
  originGroup,
  serverOrigin,
} from '../../support/aws/cloudfront/configuration.ts';

const ALL = { behaviors: [], events: EDGE_EVENTS };

const record = (changes: readonly Change[]) => ({ action: 'associate' as const, changes });

const VIEWER = ['viewer-request', 'viewer-response'];
const ORIGIN = ['origin-request', 'origin-response'];
const PATTERNS = ['/media/*', '/a & b/*', '/<x>/*', '*.jpg'];

/** Functions of somebody else's at some events, of one kind at the viewer's. */
const foreign = fc
  .record({ lambda: fc.boolean(), viewer: fc.subarray(VIEWER), origin: fc.subarray(ORIGIN), shuffled: fc.boolean() })
  .map(({ lambda, viewer, origin, shuffled }) => {
    const atViewer = viewer.map((event) => [event, lambda ? lambdaArn('theirs') : functionArn('theirs')]);
    const atOrigin = origin.map((event) => [event, lambdaArn('theirs')]);
    const lambdas = lambda ? [...atViewer, ...atOrigin] : atOrigin;
    return {
      functions: lambda ? {} : Object.fromEntries(atViewer),
      lambdas: Object.fromEntries(shuffled ? lambdas.toReversed() : lambdas),
    };
  });

const behaviorInit = fc
  .record({
    associated: foreign,
    policy: fc.constantFrom('', 'theirs', undefined),
    target: fc.constantFrom('us-east-1', 'server', 'both'),
    order: fc.boolean(),
  })
  .map(({ associated, policy, target, order }) => ({
    ...associated,
    TargetOriginId: target,
    OriginRequestPolicyId: policy === 'theirs' ? 'theirs' : undefined,
    ...(order && { FutureField: { Depth: { Value: 'x & y' } } }),
  }));

const configurations = fc
  .record({
    first: behaviorInit,
    others: fc.uniqueArray(fc.tuple(fc.constantFrom(...PATTERNS), behaviorInit), { selector: ([pattern]) => pattern }),
    isSecondThere: fc.boolean(),
    isGroupThere: fc.boolean(),
    comment: fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[^\t\n\r -\uD7FF]/g, '')),
  })
  .map(({ first, others, isSecondThere, isGroupThere, comment }) =>
    configurationXml({
      Origins: [
        bucketOrigin('us-east-1'),
        serverOrigin('server', { CustomHeaders: [{ HeaderName: 'x-secret', HeaderValue: 'a "b" & c' }] }),
        ...(isSecondThere ? [serverOrigin('eu-west-1')] : []),
      ],
      OriginGroups: isGroupThere ? [originGroup('both', ['us-east-1', 'server'])] : [],
      DefaultCacheBehavior: behavior('default', first),
      CacheBehaviors: others.map(([pattern, init]) => behavior(pattern, init)),
      Comment: comment,
      Novelty: '',
    }),
  );

const POLICY =
  '<OriginRequestPolicyConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Name>theirs</Name><HeadersConfig><HeaderBehavior>whitelist</HeaderBehavior><Headers><Quantity>1</Quantity><Items><Name>Origin</Name></Items></Headers></HeadersConfig></OriginRequestPolicyConfig>';

const wishes = fc
  .record({
    behaviors: fc.subarray(['default', ...PATTERNS], { minLength: 1 }),
    events: fc.subarray(['viewer-request', 'origin-response'] as const, { minLength: 1 }),
    replace: fc.boolean(),
    withOrigins: fc.boolean(),
  })
  .map((init) => wanted(init));

const known = facts({ policies: new Map([['theirs', POLICY]]) });

describe('associate, and back', () => {
  test('byte by byte', () => {
    let changed = 0;
    fc.assert(
      fc.property(configurations, wishes, (xml, wish) => {
        const live = elementIn(xml, 'DistributionConfig');
        const before = documentText(live);
        const plan = planAssociation(live, wish, known);
        changed += plan.changes.length;
        expect(documentText(live)).toBe(before);
        expect(documentText(planDetach(plan.planned, ALL, wish.functions, [record(plan.changes)]).planned)).toBe(
          before,
        );
        const back = planRollback(plan.planned, plan.changes, [record(plan.changes)]);
        expect(documentText(back.planned)).toBe(before);
        const again = planRollback(back.planned, back.changes, [record(plan.changes)]);
        expect(documentText(again.planned)).toBe(documentText(plan.planned));
      }),
      { numRuns: 100 },
    );
    expect(changed).toBeGreaterThan(100);
  });

  test('a second plan finds nothing to change', () => {
    fc.assert(
      fc.property(configurations, wishes, (xml, wish) => {
        const { planned, policies } = planAssociation(elementIn(xml, 'DistributionConfig'), wish, known);
        const made = new Map(policies.map(({ name, xml }) => [`(new policy ${name})`, xml]));
        const again = planAssociation(planned, wish, facts({ policies: new Map([...known.policies, ...made]) }));
        expect(again.changes).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('what is not named stays as it was, byte by byte', () => {
    const wish = wanted({ behaviors: ['default'], withOrigins: false });
    fc.assert(
      fc.property(configurations, (xml) => {
        const { planned } = planAssociation(elementIn(xml, 'DistributionConfig'), wish, known);
        const others = (text: string) => text.replace(/<DefaultCacheBehavior>.*<\/DefaultCacheBehavior>/s, '');
        expect(others(documentText(planned))).toBe(others(documentText(elementIn(xml, 'DistributionConfig'))));
      }),
      { numRuns: 40 },
    );
  });
});

test('detach without a record takes ours out, and leaves others', () => {
  const theirs = functionArn('theirs');
  const xml = configurationXml({
    CacheBehaviors: [
      behavior('/media/*', { functions: { 'viewer-request': VIEWER_REQUEST, 'viewer-response': theirs } }),
      behavior('/other/*', { functions: { 'viewer-request': theirs } }),
    ],
  });
  const { planned, changes } = planDetach(elementIn(xml, 'DistributionConfig'), ALL, wanted().functions, []);
  expect(changes).toHaveLength(1);
  expect(documentText(planned)).not.toContain(VIEWER_REQUEST);
  expect(documentText(planned).split(theirs)).toHaveLength(3);
});

describe('detach of some events', () => {
  const xml = configurationXml({ CacheBehaviors: [behavior('/media/*')] });
  const before = elementIn(xml, 'DistributionConfig');
  const { planned: live, changes } = planAssociation(before, wanted(), facts());

  test.each([
    { events: ['origin-response'], goes: '/media/* origin-response' },
    { events: ['viewer-request'], goes: '/media/* viewer-request' },
    { events: ['viewer-response'], goes: '' },
  ] as const)('$events: $goes, and what the other needs stays', ({ events, goes }) => {
    for (const records of [[record(changes)], []]) {
      const back = planDetach(live, { behaviors: ['/media/*'], events }, wanted().functions, records);
      expect(back.changes.map(({ place }) => placeText(place)).join()).toBe(goes);
    }
  });

  test('both: all', () => {
    const events = ['viewer-request', 'origin-response'] as const;
    const back = planDetach(live, { behaviors: [], events }, wanted().functions, [record(changes)]);
    expect(documentText(back.planned)).toBe(documentText(before));
  });
});

describe('detach of one of two stages', () => {
  const PROD = [
    { event: 'viewer-request', arn: functionArn('films-prod-viewer-request') },
    { event: 'origin-response', arn: lambdaArn('films-prod-originResponse') },
  ] as const;
  const before = elementIn(configurationXml({ Origins: [bucketOrigin('us-east-1')] }), 'DistributionConfig');
  const dev = planAssociation(before, wanted(), facts());
  const prodFacts = facts({
    functions: new Map([[PROD[0].arn, { isPublished: true, hasStore: true }]]),
    policies: new Map(dev.policies.map((policy) => [placeholder(policy), policy.xml])),
  });
  const both = (init: Partial<Wanted>) => {
    const prod = planAssociation(dev.planned, wanted({ functions: PROD, ...init }), prodFacts);
    return { live: prod.planned, records: [record(dev.changes), record(prod.changes)] };
  };
  const placesOf = (changes: readonly Change[]) => changes.map(({ place }) => placeText(place)).join();

  test("keeps the other's functions, and the origins for them", () => {
    const { live, records } = both({ behaviors: ['default'] });
    const back = planDetach(live, ALL, wanted().functions, records);
    const media = '/media/* origin-response,/media/* viewer-request';
    expect(placesOf(back.changes)).toBe(`${media},/media/* origin-request-policy,/media/* target-origin`);
    expect(back.left.map(placeText)).toEqual([
      'origin eu-west-1',
      'origin-group edgekeeper-regions-us-east-1',
      'default target-origin',
      'default origin-request-policy',
    ]);

    const rest = planDetach(back.planned, ALL, PROD, [...records, { action: 'detach', changes: back.changes }]);
    expect(documentText(rest.planned)).toBe(documentText(before));
  });

  test('puts the other back where it was replaced', () => {
    const { live, records } = both({ replace: true });
    expect(planDetach(live, ALL, wanted().functions, records).changes).toEqual([]);
    expect(documentText(planDetach(live, ALL, PROD, records).planned)).toBe(documentText(dev.planned));
  });
});

describe('rollback, when the function was associated elsewhere meanwhile', () => {
  const THIRD = { region: 'ap-south-1', originId: 'ap-south-1' };
  const config = { ...(wanted().config as NonNullable<Wanted['config']>), regions: [...REGIONS, THIRD] };
  const wish = { config, buckets: ['a', 'b', 'c'] };
  const Origins = [bucketOrigin('us-east-1'), serverOrigin('eu-west-1')];
  const before = elementIn(configurationXml({ Origins }), 'DistributionConfig');
  const first = planAssociation(before, wanted(wish), facts());

  test.each([
    {
      runs: VIEWER_REQUEST,
      left: ['origin-group edgekeeper-regions-us-east-1', 'origin eu-west-1 x-edgekeeper-origin', 'origin ap-south-1'],
    },
    { runs: functionArn('theirs'), left: [] },
  ])('$runs: $left.length additions stay', ({ runs, left }) => {
    const live = copyOf(first.planned);
    const event = 'viewer-request';
    putAt(live, { kind: 'function', behavior: 'default', event }, associationXml({ event, arn: runs }));
    const back = planRollback(live, first.changes, [record(first.changes)]);
    expect(back.left.map(placeText)).toEqual(left);
    const has = ['<Id>ap-south-1<', '<HeaderValue>eu-west-1<', '<OriginGroup>'].map((text) =>
      documentText(back.planned).includes(text),
    );
    expect(has).toEqual(has.map(() => left.length > 0));
  });
});
