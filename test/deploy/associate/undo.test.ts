/** Detach and rollback: what goes, what stays for others, and what is open afterwards. */
import { describe, expect, test } from 'vitest';
import { EDGE_EVENTS } from '../../../config/edge-events.ts';
import { associationXml } from '../../../deploy/associate/associations.ts';
import type { Change } from '../../../deploy/associate/change.ts';
import { isAgainst } from '../../../deploy/associate/finding.ts';
import { placeholder } from '../../../deploy/associate/order-policy.ts';
import { placeText, putAt } from '../../../deploy/associate/place.ts';
import { planAssociation } from '../../../deploy/associate/plan.ts';
import { proposalOf } from '../../../deploy/associate/proposal.ts';
import { planDetach, planRollback } from '../../../deploy/associate/undo.ts';
import type { Wanted } from '../../../deploy/associate/wanted.ts';
import { copyOf, documentText, elementIn } from '../../../deploy/aws/config-xml.ts';
import { facts, ORIGIN_RESPONSE, REGIONS, VIEWER_REQUEST, wanted } from '../../support/associate/wanted.ts';
import {
  behavior,
  bucketOrigin,
  configurationXml,
  functionArn,
  lambdaArn,
  serverOrigin,
} from '../../support/aws/cloudfront/configuration.ts';

const ALL = { behaviors: [], events: EDGE_EVENTS };

const record = (changes: readonly Change[]) => ({ action: 'associate' as const, changes });

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

describe('what a way back opens', () => {
  const ours = { functions: { 'viewer-request': VIEWER_REQUEST }, lambdas: { 'origin-response': ORIGIN_RESPONSE } };
  const xml = configurationXml({
    DefaultCacheBehavior: behavior('default', ours),
    CacheBehaviors: [behavior('/media/*', ours)],
  });
  const live = elementIn(xml, 'DistributionConfig');

  test.each([
    { behaviors: ['/media/*'], events: ['origin-response'], warned: [] },
    {
      behaviors: ['/media/*'],
      events: ['viewer-request'],
      warned: ['opened-behavior /media/*', 'unguarded-behavior /media/*'],
    },
    { behaviors: [], events: EDGE_EVENTS, warned: ['opened-behavior default', 'opened-behavior /media/*'] },
  ] as const)('detach at $behaviors $events: $warned', ({ behaviors, events, warned }) => {
    const { findings } = proposalOf(planDetach(live, { behaviors, events }, wanted().functions, []));
    expect(findings.filter(isAgainst)).toEqual([]);
    expect(findings.map(({ code, message }) => `${code} ${message.split(':')[0]}`)).toEqual(warned);
  });

  test.each([
    { from: null, warned: ['opened-behavior /media/*', 'unguarded-behavior /media/*'] },
    { from: functionArn('theirs'), warned: [] },
  ])('rollback to $from: $warned.length warnings', ({ from, warned }) => {
    const xmlOf = (arn: string) => associationXml({ event: 'viewer-request', arn });
    const place = { kind: 'function', behavior: '/media/*', event: 'viewer-request' } as const;
    const changes = [{ place, from: from === null ? null : xmlOf(from), to: xmlOf(VIEWER_REQUEST) }];
    const { findings } = proposalOf(planRollback(live, changes, [record(changes)]));
    expect(findings.map(({ code, message }) => `${code} ${message.split(':')[0]}`)).toEqual(warned);
  });
});
