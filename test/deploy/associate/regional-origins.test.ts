/** What a plan adds for functions that route: origins, groups, headers and policies. */
import { describe, expect, test } from 'vitest';
import {
  complete,
  FUNCTIONS_ALONE,
  findingsOf,
  type PlanCase,
  placesOf,
  planned,
  planOf,
} from '../../support/associate/planned.ts';
import {
  bucketOrigin,
  configurationXml,
  originGroup,
  serverOrigin,
} from '../../support/aws/cloudfront/configuration.ts';

describe('with --with-origins', () => {
  test.each<PlanCase>([
    {
      name: 'all that is missing',
      xml: configurationXml({ Origins: [bucketOrigin('us-east-1')] }),
      findings: 'warning bucket-policy, warning unguarded-behavior',
      places: `origin eu-west-1, origin-group edgekeeper-regions-us-east-1, /media/* target-origin, /media/* origin-request-policy, ${FUNCTIONS_ALONE}`,
    },
    { name: 'nothing is missing', places: FUNCTIONS_ALONE },
    {
      name: 'a group that is there',
      xml: complete({}, { TargetOriginId: 'us-east-1' }),
      places: `/media/* target-origin, ${FUNCTIONS_ALONE}`,
    },
    {
      name: 'writes',
      xml: complete(
        {},
        {
          TargetOriginId: 'us-east-1',
          AllowedMethods: { Quantity: 7, Items: ['HEAD', 'DELETE', 'POST', 'GET', 'OPTIONS', 'PUT', 'PATCH'] },
        },
      ),
      findings: 'refusal origin-group-methods',
    },
    {
      name: 'another origin',
      xml: complete(
        { Origins: [bucketOrigin('us-east-1'), bucketOrigin('eu-west-1'), serverOrigin('api')] },
        { TargetOriginId: 'api' },
      ),
      findings: 'warning origin-group',
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'no access control to share',
      xml: configurationXml({ Origins: [serverOrigin('us-east-1')] }),
      findings: 'refusal origin-access-control, warning unguarded-behavior',
    },
    {
      name: 'a header',
      xml: complete({ Origins: [bucketOrigin('us-east-1'), serverOrigin('eu-west-1')] }),
      places: `origin eu-west-1 x-edgekeeper-origin, ${FUNCTIONS_ALONE}`,
    },
    { name: 'a full policy', xml: complete({}, { OriginRequestPolicyId: 'full' }), findings: 'refusal order-policy' },
    {
      name: 'a policy that excludes it',
      xml: complete({}, { OriginRequestPolicyId: 'except' }),
      findings: 'refusal order-policy',
    },
    {
      name: 'an origin too many',
      xml: complete({
        Origins: [bucketOrigin('us-east-1'), ...Array.from({ length: 99 }, (_, i) => bucketOrigin(`o${i}`))],
        OriginGroups: [originGroup('both', ['us-east-1', 'o1'])],
      }),
      findings: 'warning bucket-policy, refusal quota',
    },
  ])('$name: $findings $places', (row) => {
    const plan = planOf({ ...row, wish: { withOrigins: true } });
    expect(findingsOf(plan)).toBe(row.findings ?? '');
    if (row.places !== undefined) expect(placesOf(plan)).toBe(row.places);
  });

  test('a policy is copied with all that it forwards, and named by its content', () => {
    const { policies, changes } = planned(complete({}, { OriginRequestPolicyId: 'origin' }));
    const [policy] = policies;
    expect(policy?.xml).toContain(
      '<Headers><Quantity>2</Quantity><Items><Name>Origin</Name><Name>x-edgekeeper-order</Name>',
    );
    expect(policy?.xml).toContain('<Comment>Copy of origin, with the order of the regions</Comment>');
    expect(changes[0]).toMatchObject({ from: 'origin', to: `(new policy ${policy?.name})` });
    expect(planned(complete({}, { OriginRequestPolicyId: 'origin' })).policies).toEqual(policies);
  });

  test('an origin names the bucket of the account', () => {
    const { changes } = planned(configurationXml({ Origins: [bucketOrigin('us-east-1')] }));
    expect(changes[0]?.to).toContain(
      '<DomainName>films-dev-eu-west-1-111122223333.s3.eu-west-1.amazonaws.com</DomainName>',
    );
    expect(changes[0]?.to).toContain('<OriginAccessControlId>E4EXAMPLE</OriginAccessControlId>');
  });
});
