/** What the edge serves in the storm: bodies that tell which path they are of, and functions that fail by the path. */
import type { RequestListener } from 'node:http';
import { customOrigin, template } from '../template.ts';

/** The text of a path, by which one answer is told from another: `/kept/7/900` is 900 bytes long. */
export function bodyOf(path: string): string {
  const size = Number(path.split('/')[3]);
  return path
    .concat('\n')
    .repeat(Math.ceil(size / (path.length + 1)))
    .slice(0, size);
}

/** Under `/kept/` it may be stored for a second, elsewhere not at all. */
export const origin: RequestListener = ({ url = '' }, response) => {
  const keeps = url.startsWith('/kept/');
  response.writeHead(200, { 'cache-control': keeps ? 'max-age=1' : 'no-store', 'x-origin-path': url });
  response.end(bodyOf(url));
};

/** Fails where the path says so, or tells in a header which version it is and which path it saw. */
const viewerResponse = (version: number) => `function handler(event) {
  var uri = event.request.uri;
  if (uri.indexOf('/throws/') === 0) throw new Error('as the path says');
  if (uri.indexOf('/loops/') === 0) for (;;) {}
  event.response.headers['x-version'] = { value: '${version}' };
  event.response.headers['x-seen-path'] = { value: uri };
  return event.response;
}`;

/** At the origin response; likewise. */
export const originResponse = (version: number) => `exports.handler = async (event) => {
  const { request, response } = event.Records[0].cf;
  if (request.uri.startsWith('/exits/')) process.exit(1);
  if (request.uri.startsWith('/rejects/')) throw new Error('as the path says');
  if (request.uri.startsWith('/hangs/')) await new Promise(() => {});
  response.headers['x-lambda-path'] = [{ key: 'x-lambda-path', value: request.uri }];
  response.headers['x-lambda-version'] = [{ key: 'x-lambda-version', value: '${version}' }];
  return response;
};`;

export const LAMBDA = 'arn:aws:lambda:us-east-1:111122223333:function:storm:1';

/** With two seconds for each origin to be reached and to answer, and a second for the function. */
export function site(version: number) {
  const quick = {
    ConnectionTimeout: 2,
    CustomOriginConfig: { OriginProtocolPolicy: 'http-only', OriginReadTimeout: 2 },
  };
  return template({
    scripts: { 'viewer-response': viewerResponse(version) },
    timeoutSeconds: 1,
    behavior: {
      TargetOriginId: 'group',
      LambdaFunctionAssociations: [{ EventType: 'origin-response', LambdaFunctionARN: LAMBDA }],
    },
    distribution: {
      HttpVersion: 'http2',
      Origins: [customOrigin('one', quick), customOrigin('two', quick)],
      OriginGroups: {
        Quantity: 1,
        Items: [
          {
            Id: 'group',
            FailoverCriteria: { StatusCodes: { Quantity: 3, Items: [500, 503, 504] } },
            Members: { Quantity: 2, Items: [{ OriginId: 'one' }, { OriginId: 'two' }] },
          },
        ],
      },
    },
  });
}
