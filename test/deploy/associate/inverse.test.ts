/** The ways back lead back: for any configuration, detach after associate is the identity. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EDGE_EVENTS } from '../../../config/edge-events.ts';
import type { Change } from '../../../deploy/associate/change.ts';
import { planAssociation } from '../../../deploy/associate/plan.ts';
import { planDetach, planRollback } from '../../../deploy/associate/undo.ts';
import { documentText, elementIn } from '../../../deploy/aws/config-xml.ts';
import { facts, wanted } from '../../support/associate/wanted.ts';
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
