/** Where tokens are held against the viewer's country, CloudFront has to tell it. */
import { expect, test } from 'vitest';
import { planAssociation } from '../../../deploy/associate/plan.ts';
import type { Wanted } from '../../../deploy/associate/wanted.ts';
import { elementIn } from '../../../deploy/aws/config-xml.ts';
import type { EdgeConfig, ProtectedSection } from '../../../shared/config.ts';
import { facts, VIEWER_REQUEST, wanted } from '../../support/associate/wanted.ts';
import { behavior, configurationXml } from '../../support/aws/cloudfront/configuration.ts';
import { cachePolicyXml, headersPolicy } from '../../support/aws/cloudfront/policy-xml.ts';

const COUNTRY = 'CloudFront-Viewer-Country';
const REGION = 'CloudFront-Viewer-Country-Region';
const BOTH = [COUNTRY, REGION];

const known = facts({
  policies: new Map([
    ['both', headersPolicy('whitelist', BOTH)],
    ['lower-case', headersPolicy('whitelist', ['cloudfront-viewer-country', 'cloudfront-viewer-country-region'])],
    ['beside-all', headersPolicy('allViewerAndWhitelistCloudFront', BOTH)],
    ['country', headersPolicy('whitelist', [COUNTRY])],
    ['all', headersPolicy('allViewer')],
    ['except', headersPolicy('allExcept', BOTH)],
  ]),
  cachePolicies: new Map([
    ['both', cachePolicyXml(BOTH)],
    ['region', cachePolicyXml([REGION])],
    ['none', cachePolicyXml([])],
  ]),
});

const section = (init: object = {}) =>
  ({
    path: '/media/*',
    runtime: 'cloudfront-function',
    carriers: ['query'],
    geo: true,
    ...init,
  }) as Partial<ProtectedSection> as ProtectedSection;

function refused(
  behaviors: readonly object[],
  sections: readonly ProtectedSection[] = [section()],
  wish: Partial<Wanted> = {},
) {
  const xml = configurationXml({ CacheBehaviors: behaviors });
  const config = { ...(wanted().config as EdgeConfig), protected: sections };
  const wanting = wanted({ events: ['viewer-request'], withOrigins: false, config, ...wish });
  const { findings } = planAssociation(elementIn(xml, 'DistributionConfig'), wanting, known);
  return findings.filter(({ code }) => code === 'geo-header').map(({ message }) => message.split(':')[0]);
}

const MEDIA = ['/media/*'];

test.each([
  ['both', 'none', []],
  ['lower-case', 'none', []],
  ['beside-all', 'none', []],
  ['country', 'none', MEDIA],
  ['country', 'region', []],
  ['all', 'none', MEDIA],
  ['except', 'none', MEDIA],
  [undefined, 'both', []],
  [undefined, 'none', MEDIA],
  [undefined, 'region', MEDIA],
  ['unread', 'none', MEDIA],
  [undefined, 'unread', MEDIA],
])('origin request policy %s, cache policy %s: %j', (OriginRequestPolicyId, CachePolicyId, expected) => {
  expect(refused([behavior('/media/*', { OriginRequestPolicyId, CachePolicyId })])).toEqual(expected);
});

test.each([
  [BOTH, []],
  [[COUNTRY], MEDIA],
])('ForwardedValues with %j: %j', (Headers, expected) => {
  const ForwardedValues = { QueryString: false, Cookies: { Forward: 'none' }, Headers };
  expect(refused([behavior('/media/*', { CachePolicyId: undefined, ForwardedValues })])).toEqual(expected);
});

const open = behavior('/media/*');
const tokens = behavior('/~*');

test.each<[string, readonly object[], ProtectedSection, Partial<Wanted>, readonly string[]]>([
  ['a section that names no countries', [open], section({ geo: false }), {}, []],
  ['a part of the section', [open], section({ path: '/m*' }), {}, MEDIA],
  ['a section within', [open], section({ path: '/media/films/*' }), {}, MEDIA],
  ['a section elsewhere', [open], section({ path: '/films/*' }), {}, []],
  ['the default, and the section has a behavior', [open], section(), { behaviors: ['default'] }, []],
  ['the default, and it has none', [open], section({ path: '/films/*' }), { behaviors: ['default'] }, ['default']],
  ['path tokens', [tokens], section({ carriers: ['path'] }), { behaviors: ['/~*'] }, ['/~*']],
  ['no path tokens', [tokens], section(), { behaviors: ['/~*'] }, []],
  ['only the origin response', [open], section(), { events: ['origin-response'] }, []],
  [
    'only the origin response, and the function is there',
    [behavior('/media/*', { functions: { 'viewer-request': VIEWER_REQUEST } })],
    section(),
    { events: ['origin-response'] },
    MEDIA,
  ],
])('%s', (_, behaviors, one, wish, expected) => {
  expect(refused(behaviors, [one], wish)).toEqual(expected);
});
