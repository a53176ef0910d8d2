import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/parse.ts';
import { requireAgreement } from '../../deploy/checks/settings-rules.ts';
import { completeSectionBehaviors } from '../../deploy/section-behaviors.ts';
import type { Template } from '../../deploy/template.ts';
import { LAMBDA_SECTION, SETTINGS } from '../support/settings.ts';

const SECTION = { ...SETTINGS.protected[0], carriers: ['path', 'cookie'] };
const CORS = { origins: ['https://app.example.com'], credentials: true, maxAgeSeconds: 5 };
const OTHER_CORS = { ...CORS, maxAgeSeconds: 6 };

const FUNCTION = { FunctionAssociations: [{ EventType: 'viewer-request' }] };
const LAMBDA = { FunctionAssociations: [], LambdaFunctionAssociations: [{ EventType: 'viewer-request' }] };
const ORIGIN_RESPONSE = { LambdaFunctionAssociations: [{ EventType: 'origin-response' }] };

const Origins = SETTINGS.regions.map(({ originId }) => ({ Id: originId }));

interface Behavior {
  readonly PathPattern: string;
  readonly OriginRequestPolicyId?: { readonly Ref: string };
  readonly ResponseHeadersPolicyId?: { readonly Ref: string };
}

const POLICIES = {
  OriginRequestPolicyId: { Ref: 'OriginRequest' },
  ResponseHeadersPolicyId: { Ref: 'ResponseHeaders' },
};

function behavior(PathPattern: string, ...parts: object[]): Behavior {
  return Object.assign({ PathPattern, ...structuredClone(POLICIES) }, ...parts);
}

const OURS = [behavior('/~*', FUNCTION), behavior('/private/*', FUNCTION), behavior('/members/*', LAMBDA)];

function template(behaviors: readonly Behavior[]): Template {
  return {
    Resources: {
      OriginRequest: {
        Type: 'AWS::CloudFront::OriginRequestPolicy',
        Properties: {
          OriginRequestPolicyConfig: {
            Name: 'x',
            Comment: 'kept',
            HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['x-edgekeeper-order'] },
          },
        },
      },
      ResponseHeaders: {
        Type: 'AWS::CloudFront::ResponseHeadersPolicy',
        Properties: { ResponseHeadersPolicyConfig: { Name: 'x', Comment: 'kept' } },
      },
      Distribution: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: { DistributionConfig: { Origins, CacheBehaviors: structuredClone(behaviors) } },
      },
    },
  };
}

interface Completed {
  readonly resources: Template['Resources'];
  readonly behaviors: Readonly<Record<string, Behavior>>;
}

function completed(sections: readonly object[], behaviors: readonly Behavior[] = OURS): Completed {
  const of = template(behaviors);
  const settings = parseConfig({ ...SETTINGS, protected: sections });
  completeSectionBehaviors(of, 'edgekeeper-dev', settings);
  requireAgreement(of, settings);
  const config = of.Resources.Distribution?.Properties.DistributionConfig as { CacheBehaviors: Behavior[] };
  return {
    resources: of.Resources,
    behaviors: Object.fromEntries(config.CacheBehaviors.map((one) => [one.PathPattern, one])),
  };
}

/** Every name of a policy, which has to be the only one of its kind in an account. */
function namesIn(resources: Template['Resources']): unknown[] {
  return Object.values(resources)
    .flatMap(({ Properties }) => Object.values(Properties))
    .map((policy) => (policy as { Name?: string }).Name)
    .filter((name) => name !== undefined);
}

describe('sections as they are', () => {
  test.each<{ name: string; sections: object[]; behaviors?: Behavior[] }>([
    { name: 'ours', sections: [SECTION, LAMBDA_SECTION] },
    {
      name: 'without path tokens',
      sections: [{ ...SECTION, carriers: ['cookie'] }, LAMBDA_SECTION],
      behaviors: OURS.slice(1),
    },
    { name: 'none of Lambda@Edge', sections: [SECTION], behaviors: OURS.slice(0, 2) },
    { name: 'none at all', sections: [], behaviors: OURS.slice(0, 2) },
    { name: 'an origin response beside', sections: [], behaviors: [behavior('/x', ORIGIN_RESPONSE)] },
  ])('leave the template alone: $name', ({ sections, behaviors = OURS }) => {
    expect(completed(sections, behaviors).resources).toEqual(template(behaviors).Resources);
  });
});

describe('a template is refused', () => {
  const CHECKED = 'at its viewer-request, in';
  test.each<{ name: string; sections: object[]; behaviors: Behavior[]; message: string }>([
    {
      name: 'without the behavior of a section',
      sections: [SECTION, LAMBDA_SECTION],
      behaviors: OURS.slice(0, 2),
      message: 'protected[1].path: expected a cache behavior of the distribution (/~*, /private/*), got "/members/*"',
    },
    {
      name: 'without the behavior of path tokens',
      sections: [SECTION, LAMBDA_SECTION],
      behaviors: OURS.slice(1),
      message:
        'protected[0].carriers: expected a cache behavior of the distribution (/private/*, /members/*), got "/~*"',
    },
    {
      name: 'with the other runtime at the behavior',
      sections: [SECTION, LAMBDA_SECTION],
      behaviors: [...OURS.slice(0, 2), behavior('/members/*', FUNCTION)],
      message: `protected[1].path: expected a cache behavior with lambda-edge ${CHECKED} LambdaFunctionAssociations, got "/members/*"`,
    },
    {
      name: 'with the other runtime at the behavior, the other way round',
      sections: [SECTION],
      behaviors: [OURS[0] as Behavior, behavior('/private/*', LAMBDA)],
      message: `protected[0].path: expected a cache behavior with cloudfront-function ${CHECKED} FunctionAssociations, got "/private/*"`,
    },
    {
      name: 'with the other runtime at the behavior of path tokens',
      sections: [SECTION],
      behaviors: [behavior('/~*', LAMBDA), OURS[1] as Behavior],
      message: `protected[0].carriers: expected a cache behavior with cloudfront-function ${CHECKED} FunctionAssociations, got "/~*"`,
    },
    {
      name: 'with no function at the behavior',
      sections: [SECTION],
      behaviors: [OURS[0] as Behavior, behavior('/private/*')],
      message: `protected[0].path: expected a cache behavior with cloudfront-function ${CHECKED} FunctionAssociations, got "/private/*"`,
    },
    {
      name: 'with a function at another event',
      sections: [LAMBDA_SECTION],
      behaviors: [behavior('/members/*', ORIGIN_RESPONSE)],
      message: `protected[0].path: expected a cache behavior with lambda-edge ${CHECKED} LambdaFunctionAssociations, got "/members/*"`,
    },
    {
      name: 'with Lambda@Edge where no section is',
      sections: [SECTION],
      behaviors: OURS,
      message:
        'protected: expected a section of runtime lambda-edge for the cache behavior /members/*, or no such behavior, got []',
    },
    {
      name: 'for path tokens of sections that differ in cors',
      sections: [
        { ...SECTION, cors: CORS },
        { ...SECTION, path: '/films/*', cors: OTHER_CORS },
      ],
      behaviors: [...OURS.slice(0, 2), behavior('/films/*', FUNCTION)],
      message: 'protected: expected one cors for all sections with path tokens, which share /~*, got ',
    },
    {
      name: 'for path tokens of sections of which one has no cors',
      sections: [
        { ...SECTION, cors: CORS },
        { ...SECTION, path: '/films/*' },
      ],
      behaviors: [...OURS.slice(0, 2), behavior('/films/*', FUNCTION)],
      message: 'protected: expected one cors for all sections with path tokens, which share /~*, got ',
    },
    {
      name: 'whose behaviors have no policy to copy',
      sections: [{ ...SECTION, geo: true }],
      behaviors: [{ PathPattern: '/~*', ...FUNCTION } as Behavior, behavior('/private/*', FUNCTION)],
      message: 'protected: expected cache behaviors whose policies are resources of this template, got "none"',
    },
    {
      name: 'whose behaviors have a policy of somebody else',
      sections: [{ ...LAMBDA_SECTION, cors: CORS }],
      behaviors: [behavior('/members/*', LAMBDA, { ResponseHeadersPolicyId: { Ref: 'Elsewhere' } })],
      message:
        'protected: expected cache behaviors whose policies are resources of this template, got {"Ref":"Elsewhere"}',
    },
  ])('$name', ({ sections, behaviors, message }) => {
    expect(() => completed(sections, behaviors)).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG_INVALID', message: expect.stringContaining(message) }),
    );
  });
});

describe('a section that asks for the country', () => {
  test('has behaviors with a policy that asks CloudFront for it', () => {
    const { resources, behaviors } = completed([{ ...SECTION, geo: true }, LAMBDA_SECTION]);
    const copy = behaviors['/private/*']?.OriginRequestPolicyId?.Ref ?? '';
    expect(resources[copy]).toEqual({
      Type: 'AWS::CloudFront::OriginRequestPolicy',
      Properties: {
        OriginRequestPolicyConfig: {
          Name: 'edgekeeper-dev-with-country',
          Comment: 'kept',
          HeadersConfig: {
            HeaderBehavior: 'whitelist',
            Headers: ['x-edgekeeper-order', 'CloudFront-Viewer-Country', 'CloudFront-Viewer-Country-Region'],
          },
        },
      },
    });
    expect(behaviors['/~*']?.OriginRequestPolicyId).toEqual({ Ref: copy });
    expect(behaviors['/members/*']).toEqual(OURS[2]);
    expect(behaviors['/private/*']?.ResponseHeadersPolicyId).toEqual(POLICIES.ResponseHeadersPolicyId);
    expect(resources.OriginRequest).toEqual(template([]).Resources.OriginRequest);
  });

  test('shares it with another', () => {
    const films = { ...SECTION, path: '/films/*', geo: true };
    const { resources } = completed(
      [{ ...SECTION, geo: true }, films],
      [...OURS.slice(0, 2), behavior('/films/*', FUNCTION)],
    );
    expect(namesIn(resources)).toEqual(['x', 'x', 'edgekeeper-dev-with-country']);
  });

  test('without path tokens leaves their behavior alone', () => {
    const { behaviors } = completed([{ ...SECTION, carriers: ['cookie'], geo: true }], OURS.slice(0, 2));
    expect(behaviors['/~*']).toEqual(OURS[0]);
  });
});

describe('a section that other sites may read', () => {
  test('has behaviors with a policy that says so for what is let in', () => {
    const { resources, behaviors } = completed([SECTION, { ...LAMBDA_SECTION, cors: CORS }]);
    const copy = behaviors['/members/*']?.ResponseHeadersPolicyId?.Ref ?? '';
    expect(resources[copy]?.Properties).toEqual({
      ResponseHeadersPolicyConfig: {
        Name: 'edgekeeper-dev-cors-1',
        Comment: 'kept',
        CorsConfig: {
          AccessControlAllowCredentials: true,
          AccessControlAllowHeaders: { Items: ['Authorization', 'Range'] },
          AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
          AccessControlAllowOrigins: { Items: CORS.origins },
          AccessControlMaxAgeSec: 5,
          OriginOverride: true,
        },
      },
    });
    expect([behaviors['/private/*'], behaviors['/~*']]).toEqual([OURS[1], OURS[0]]);
  });

  test.each([
    { name: 'the same', cors: CORS, carriers: ['path', 'cookie'], names: ['edgekeeper-dev-cors-0'] },
    {
      name: 'another',
      cors: OTHER_CORS,
      carriers: ['cookie'],
      names: ['edgekeeper-dev-cors-0', 'edgekeeper-dev-cors-1'],
    },
  ])('beside one with $name: no name of a policy is there twice', ({ cors, carriers, names }) => {
    const films = { ...SECTION, path: '/films/*', carriers, cors };
    const behaviors = [...OURS.slice(0, 2), behavior('/films/*', FUNCTION)];
    const { resources, behaviors: after } = completed([{ ...SECTION, cors: CORS }, films], behaviors);
    expect(namesIn(resources)).toEqual(['x', 'x', ...names]);
    expect(after['/~*']?.ResponseHeadersPolicyId).toEqual(after['/private/*']?.ResponseHeadersPolicyId);
  });
});
