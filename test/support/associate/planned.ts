/** Plans for a distribution that lacks nothing, unless a test says so. */
import { placeText } from '../../../deploy/associate/place.ts';
import { type Plan, planAssociation } from '../../../deploy/associate/plan.ts';
import type { Facts, Wanted } from '../../../deploy/associate/wanted.ts';
import { elementIn } from '../../../deploy/aws/config-xml.ts';
import { behavior, configurationXml, functionArn, originGroup } from '../aws/cloudfront/configuration.ts';
import { headersPolicy } from '../aws/cloudfront/policy-xml.ts';
import { facts, wanted } from './wanted.ts';

/** One row of a table of plans. */
export interface PlanCase {
  readonly name: string;
  /** Absent: the one that lacks nothing. */
  readonly xml?: string;
  readonly wish?: Partial<Wanted>;
  readonly known?: Partial<Facts>;
  /** As `findingsOf` has them. */
  readonly findings?: string;
  /** As `placesOf` has them. */
  readonly places?: string;
}

/** A function of somebody else's at the default behavior. */
export const THEIRS = functionArn('theirs');

/** The places of a plan that only adds the functions. */
export const FUNCTIONS_ALONE = '/media/* viewer-request, /media/* origin-response';

const POLICIES = new Map([
  ['ordered', headersPolicy('whitelist', ['x-edgekeeper-order'])],
  ['all', headersPolicy('allViewer')],
  ['origin', headersPolicy('whitelist', ['Origin'])],
  [
    'full',
    headersPolicy(
      'whitelist',
      Array.from({ length: 10 }, (_, i) => `x-${i}`),
    ),
  ],
  ['except', headersPolicy('allExcept', ['x-edgekeeper-order'])],
  ['except-host', headersPolicy('allExcept', ['host'])],
]);

/** A distribution that lacks nothing; the second argument is the behavior /media/*. */
export const complete = (init: object = {}, media: object = {}) =>
  configurationXml({
    OriginGroups: [originGroup('both', ['us-east-1', 'eu-west-1'])],
    CacheBehaviors: [behavior('/media/*', { TargetOriginId: 'both', OriginRequestPolicyId: 'ordered', ...media })],
    DefaultCacheBehavior: behavior('default', { functions: { 'viewer-request': THEIRS } }),
    ...init,
  });

export function planned(xml: string, wish: Partial<Wanted> = {}, known: Partial<Facts> = {}): Plan {
  return planAssociation(elementIn(xml, 'DistributionConfig'), wanted(wish), facts({ policies: POLICIES, ...known }));
}

/** The plan of a row without `--with-origins`, unless it says so. */
export const planOf = ({ xml = complete(), wish, known }: PlanCase): Plan =>
  planned(xml, { withOrigins: false, ...wish }, known);

export const findingsOf = ({ findings }: Plan): string =>
  findings.map(({ severity, code }) => `${severity} ${code}`).join(', ');

export const placesOf = ({ changes }: Plan): string => changes.map(({ place }) => placeText(place)).join(', ');
