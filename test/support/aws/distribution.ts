/** CloudFront, as far as it tells of one distribution and its function, and takes invalidations. */
import { document, refused } from './cloudfront/answers.ts';
import { type Answer, type Asked, type Endpoint, startEndpoint } from './endpoint.ts';
import type { ReceivedText } from './received.ts';
import { refusesUnsigned } from './signed.ts';

export interface DistributionEndpoint extends Endpoint {
  /** ARNs of functions of the default cache behavior, by event. */
  readonly functions: Map<string, string>;
  /** When the stages of the function were changed. */
  readonly changed: Map<string, string>;
  readonly invalidations: string[][];
}

const ID = 'E1EXAMPLE';
const VERSION = '/2020-05-31';

export async function startDistributionEndpoint(): Promise<DistributionEndpoint> {
  const functions = new Map<string, string>();
  const changed = new Map<string, string>();
  const invalidations: string[][] = [];
  const operations: Readonly<Record<string, (asked: Asked) => Answer>> = {
    GetDistribution: () => document('Distribution', described(functions), 'E2EXAMPLE'),
    CreateInvalidation({ body }) {
      const paths = [...body.matchAll(/<Path>([^<]*)<\/Path>/g)].map(([, path = '']) => path);
      const quantity = Number(/<Quantity>(\d+)</.exec(body)?.[1]);
      if (!/<CallerReference>[^<]+</.test(body) || quantity !== paths.length || paths.some((path) => path[0] !== '/')) {
        return refused(400, 'InvalidArgument', 'Your request contains one or more invalid invalidation paths.');
      }
      invalidations.push(paths);
      const batch = '<InvalidationBatch><CallerReference>x</CallerReference></InvalidationBatch>';
      const content = `<Id>I${invalidations.length}</Id><Status>InProgress</Status>${batch}`;
      return document('Invalidation', content, 'E2EXAMPLE', 201);
    },
    DescribeFunction({ query }) {
      const time = changed.get(query.get('Stage') ?? 'DEVELOPMENT');
      if (time === undefined) return refused(404, 'NoSuchFunctionExists', 'The specified function does not exist.');
      const metadata = `<FunctionARN>x</FunctionARN><LastModifiedTime>${time}</LastModifiedTime>`;
      return document('FunctionSummary', `<Name>x</Name><FunctionMetadata>${metadata}</FunctionMetadata>`, 'E2EXAMPLE');
    },
  };
  const endpoint = await startEndpoint({
    operationOf,
    refusal: refused,
    answerTo(asked) {
      const unsigned = refusesUnsigned(asked, 'cloudfront');
      if (unsigned !== undefined) return refused(403, 'MissingAuthenticationToken', unsigned);
      return operations[asked.operation]?.(asked) ?? refused(404, 'NoSuchDistribution', 'no such distribution');
    },
  });
  return Object.assign(endpoint, { functions, changed, invalidations });
}

function operationOf({ method, path }: ReceivedText): string {
  const line = `${method} ${path}`;
  if (line === `GET ${VERSION}/distribution/${ID}`) return 'GetDistribution';
  if (line === `POST ${VERSION}/distribution/${ID}/invalidation`) return 'CreateInvalidation';
  return /^GET \/2020-05-31\/function\/[^/]+\/describe$/.test(line) ? 'DescribeFunction' : 'none';
}

function described(functions: ReadonlyMap<string, string>): string {
  const associations = (isLambda: boolean): string =>
    [...functions]
      .filter(([, arn]) => arn.includes(':lambda:') === isLambda)
      .map(([event, arn]) => {
        const [list, name] = isLambda
          ? ['LambdaFunctionAssociation', 'LambdaFunctionARN']
          : ['FunctionAssociation', 'FunctionARN'];
        return `<${list}><${name}>${arn}</${name}><EventType>${event}</EventType></${list}>`;
      })
      .join('');
  const origin = (region: string): string => `<Origin><Id>${region}</Id><DomainName>b</DomainName><CustomHeaders>
<Quantity>1</Quantity><Items><OriginCustomHeader><HeaderName>x-edgekeeper-origin</HeaderName>
<HeaderValue>${region}</HeaderValue></OriginCustomHeader></Items></CustomHeaders></Origin>`;
  return `<Id>${ID}</Id><Status>Deployed</Status><DomainName>d1.cloudfront.net</DomainName><DistributionConfig>
<Origins><Quantity>2</Quantity><Items>${origin('us-east-1')}${origin('eu-west-1')}</Items></Origins>
<DefaultCacheBehavior><FunctionAssociations><Quantity>1</Quantity><Items>${associations(false)}</Items></FunctionAssociations>
<LambdaFunctionAssociations><Quantity>1</Quantity><Items>${associations(true)}</Items></LambdaFunctionAssociations>
</DefaultCacheBehavior><Enabled>true</Enabled></DistributionConfig>`;
}
