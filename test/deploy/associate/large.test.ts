/** A configuration with everything that there is goes through the SDK and back without a byte lost. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { elementIn, textOfElement } from '../../../deploy/aws/config-xml.ts';
import { bench, DEPLOYED, ID } from '../../support/associate/endpoint-run.ts';
import { ORIGIN_RESPONSE } from '../../support/associate/wanted.ts';
import { useAwsEnvironment } from '../../support/aws/access.ts';
import { functionArn } from '../../support/aws/cloudfront/configuration.ts';
import { FUTURE_ELEMENTS, largeConfigurationXml, memberNames } from '../../support/aws/cloudfront/large.ts';
import { headersPolicy } from '../../support/aws/cloudfront/policy-xml.ts';
import { type LocalCloudFront, startCloudFront } from '../../support/aws/cloudfront.ts';

const xml = largeConfigurationXml();
const normal = (text: string) => textOfElement(elementIn(text, 'DistributionConfig'));

let cloudFront: LocalCloudFront;
const operator = bench();
beforeAll(async () => {
  cloudFront = await startCloudFront({
    distributions: { [ID]: xml },
    functions: { ...DEPLOYED, [functionArn('theirs')]: { isPublished: true } },
    originRequestPolicies: { theirs: headersPolicy('allViewer') },
    futureElements: FUTURE_ELEMENTS,
  });
});
afterAll(async () => {
  operator.close();
  await cloudFront.close();
});
useAwsEnvironment(() => ({ AWS_ENDPOINT_URL: cloudFront.url }));

const LAMBDA = `<LambdaFunctionAssociation><LambdaFunctionARN>${ORIGIN_RESPONSE}</LambdaFunctionARN><EventType>origin-response</EventType><IncludeBody>false</IncludeBody></LambdaFunctionAssociation>`;

test('every documented field is in it, and some of the future', () => {
  expect(memberNames().filter((name) => !xml.includes(`<${name}>`))).toEqual([]);
  for (const name of FUTURE_ELEMENTS) expect(xml).toContain(`<${name}>`);
});

test('75 behaviors and 100 origins: two changes, and nothing else', async () => {
  const behaviors = ['/7/*', '/8/*'];
  const config = {
    regions: [],
    protected: [],
    signed: null,
    failover: { statusCodes: [503], maxAgeSeconds: 1, retryAfterSeconds: 1 },
  };
  const { proposal } = await operator.associate({ behaviors, events: ['origin-response'], config });
  expect(proposal.changes).toHaveLength(2);
  const after = normal(cloudFront.distribution(ID).xml);
  expect(after.split(LAMBDA)).toHaveLength(3);
  const restored = after.replaceAll(
    `<Quantity>2</Quantity><Items><LambdaFunctionAssociation>`,
    '<Quantity>1</Quantity><Items><LambdaFunctionAssociation>',
  );
  expect(restored.replaceAll(LAMBDA, '')).toBe(normal(xml));
  await operator.detach();
  expect(normal(cloudFront.distribution(ID).xml)).toBe(normal(xml));
});
