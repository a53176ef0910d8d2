/** The protected paths of the settings beside the behaviors of a distribution. */
import { describe, expect, test } from 'vitest';
import type { Wanted } from '../../../deploy/associate/wanted.ts';
import {
  complete,
  FUNCTIONS_ALONE,
  findingsOf,
  type PlanCase,
  placesOf,
  planned,
  planOf,
} from '../../support/associate/planned.ts';
import { MEMBER_REQUEST, VIEWER_REQUEST, wanted } from '../../support/associate/wanted.ts';
import { behavior, configurationXml } from '../../support/aws/cloudfront/configuration.ts';

const section = (path: string, runtime: string) => ({ path, runtime }) as never;
const config = wanted().config as NonNullable<Wanted['config']>;

describe('a plan beside sections', () => {
  test.each<PlanCase>([
    {
      name: 'a section of Lambda@Edge',
      wish: { config: { ...config, protected: [section('/media/*', 'lambda-edge')] } },
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'a section of Lambda@Edge within the behavior',
      wish: { config: { ...config, protected: [section('/media/members/*', 'lambda-edge')] } },
      findings: 'refusal section-runtime',
    },
    {
      name: 'a section of Lambda@Edge within the default behavior',
      wish: {
        behaviors: ['default'],
        replace: true,
        config: { ...config, protected: [section('/m/*', 'lambda-edge')] },
      },
      findings: 'warning origin-group, lack order-header, refusal section-runtime, warning unguarded-behavior',
    },
    {
      name: 'a section of CloudFront Functions within the default behavior',
      wish: {
        behaviors: ['default'],
        replace: true,
        config: { ...config, protected: [section('/m/*', 'cloudfront-function')] },
      },
      findings: 'warning origin-group, lack order-header, warning unguarded-behavior',
    },
    {
      name: 'a section of Lambda@Edge within the behavior, with a behavior of its own',
      xml: complete({
        CacheBehaviors: [
          behavior('media/members/*', { lambdas: { 'viewer-request': MEMBER_REQUEST } }),
          behavior('/media/*', { TargetOriginId: 'both', OriginRequestPolicyId: 'ordered' }),
        ],
      }),
      wish: { config: { ...config, protected: [section('/media/members/*', 'lambda-edge')] } },
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'a section of Lambda@Edge within the behavior, and only the origin response',
      wish: {
        config: { ...config, protected: [section('/media/members/*', 'lambda-edge')] },
        events: ['origin-response'],
      },
      places: '/media/* origin-response',
    },
    {
      name: 'a section of CloudFront Functions within one of Lambda@Edge',
      wish: {
        config: {
          ...config,
          protected: [section('/media/private/*', 'cloudfront-function'), section('/media/*', 'lambda-edge')],
        },
      },
      findings: 'refusal section-runtime',
    },
    {
      name: 'a section of Lambda@Edge elsewhere',
      wish: { config: { ...config, protected: [section('/members/*', 'lambda-edge')] } },
      places: FUNCTIONS_ALONE,
    },
  ])('$name: $findings $places', (row) => {
    const plan = planOf(row);
    expect(findingsOf(plan)).toBe(row.findings ?? '');
    if (row.places !== undefined) expect(placesOf(plan)).toBe(row.places);
  });

  test.each([
    ['/media/*', '/media/*', MEMBER_REQUEST],
    ['/media/*', 'media/*', MEMBER_REQUEST],
    ['/media/*', 'medial/*', VIEWER_REQUEST],
    ['/*', 'default', MEMBER_REQUEST],
    ['/default*', 'default', VIEWER_REQUEST],
    ['/*', '*.mp4', MEMBER_REQUEST],
    ['/*', '*/a.mp4', MEMBER_REQUEST],
    ['/media/*', '*/a.mp4', VIEWER_REQUEST],
  ])('a section %s of Lambda@Edge: the function of the behavior %s', (path, name, arn) => {
    const { changes } = planned(configurationXml({ CacheBehaviors: [behavior(name)] }), {
      config: { ...config, protected: [section(path, 'lambda-edge')] },
      behaviors: [name],
      events: ['viewer-request'],
    });
    expect(changes.at(-1)?.to).toContain(arn);
  });
});

describe('what would be open', () => {
  const signed = { ...config, signed: { path: '/signed/*', publicKeys: [] } };
  const door = (name: string, Enabled: boolean) => behavior(name, { TrustedKeyGroups: { Enabled, Quantity: 0 } });
  const doors = (...others: object[]) => ({
    CacheBehaviors: [
      ...others,
      behavior('/media/*', { TargetOriginId: 'both', OriginRequestPolicyId: 'ordered' }),
    ] as object[],
  });
  const member = { ...config, protected: [section('/private/*', 'cloudfront-function')] };
  const all = { ...config, protected: [section('/*', 'cloudfront-function')] };
  const REFUSED = { signed: 'refusal signed-behavior', root: 'refusal root-object' };
  const atOrigin: Partial<Wanted> = { events: ['origin-response'] };

  test.each<PlanCase>([
    { name: 'signed paths without a behavior', wish: { config: signed }, findings: REFUSED.signed },
    { name: 'signed paths, and no function that routes', wish: { config: signed, ...atOrigin } },
    { name: 'signed paths with one', xml: complete(doors(door('/signed/*', true))), wish: { config: signed } },
    { name: 'the same without the slash', xml: complete(doors(door('signed/*', true))), wish: { config: signed } },
    {
      name: 'a key group that is not enabled',
      xml: complete(doors(door('/signed/*', false))),
      wish: { config: signed },
      findings: REFUSED.signed,
    },
    {
      name: 'a key group for a part of the paths',
      xml: complete(doors(door('/signed/a/*', true))),
      wish: { config: signed },
      findings: REFUSED.signed,
    },
    {
      name: 'a key group behind an open behavior',
      xml: complete(doors(behavior('/s*', { TargetOriginId: 'x' }), door('/signed/*', true))),
      wish: { config: signed },
      findings: REFUSED.signed,
    },
    {
      name: 'a protected root object',
      xml: complete({ DefaultRootObject: 'private/index.html' }),
      wish: { config: member },
      findings: REFUSED.root,
    },
    {
      name: 'a protected root object, and no function that checks',
      xml: complete({ DefaultRootObject: 'private/index.html' }),
      wish: { config: member, ...atOrigin },
    },
    { name: 'a public root object', wish: { config: member } },
    { name: 'no root object', xml: complete({ DefaultRootObject: '' }), wish: { config: member } },
    {
      name: 'a root object that is protected at "/", too',
      xml: complete({ DefaultRootObject: 'private/index.html' }),
      wish: { config: all },
    },
  ])('$name: $findings', (row) => {
    const plan = planOf(row);
    const findings = plan.findings.filter(({ severity }) => severity !== 'warning');
    expect(findingsOf({ ...plan, findings })).toBe(row.findings ?? '');
  });
});
