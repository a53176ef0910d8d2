/**
 * A process that starts an edge with functions of both kinds and origins of every kind, closes it while requests and
 * waits are under way, and then has to end by itself. Prints what it was answered, and the handles that are left.
 */
import { request } from 'node:http';
import { startEdge } from '../../emulator/edge.ts';
import { functionFiles } from './function-files.ts';
import { startOriginServer } from './origin-server.ts';
import { customOrigin, template } from './template.ts';

const files = await functionFiles();
await files.write('site/page.txt', 'page');
const server = await startOriginServer(() => {});
const functions = {
  made: await files.write(
    'made.ts',
    `export const handler = async (event: { Records: { cf: { request: { uri: string } } }[] }) =>
      event.Records[0]?.cf.request.uri === '/made' ? { status: '200', body: 'made at the edge' } : event.Records[0]?.cf.request;`,
  ),
  kept: await files.write('kept.js', 'function handler(event) { return event.response; }'),
};
const edge = await startEdge({
  template: template({
    behavior: {
      TargetOriginId: 'site',
      LambdaFunctionAssociations: [
        { EventType: 'origin-request', LambdaFunctionARN: 'arn:aws:lambda:us-east-1:111122223333:function:made:1' },
      ],
      FunctionAssociations: [
        { EventType: 'viewer-response', FunctionARN: 'arn:aws:cloudfront::111122223333:function/kept' },
      ],
    },
    distribution: {
      Origins: ['site', 'silent', 'elsewhere'].map((id) => customOrigin(id)),
      OriginGroups: undefined,
      CacheBehaviors: ['silent', 'elsewhere'].map((id) => ({
        PathPattern: `/${id}`,
        TargetOriginId: id,
        ViewerProtocolPolicy: 'allow-all',
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      })),
    },
  }),
  functions,
  origins: { site: `${files.folder}/site`, silent: () => {}, elsewhere: server.url },
  storeDelayMs: 60_000,
});
const answers: string[] = [];
for (const path of ['/page.txt', '/made']) {
  const answer = await fetch(`${edge.url}${path}`);
  answers.push(`${await answer.text()} ${answer.status}`);
}
for (const path of ['/silent', '/elsewhere']) {
  request(`${edge.url}${path}`)
    .on('error', () => {})
    .end();
}
while (edge.origin('silent').received.length + server.received.length < 2) {
  await new Promise((resolve) => setImmediate(resolve));
}
edge.store.set('key', 'value');
await edge.close();
await server.close();
await files.close();
await new Promise((resolve) => setImmediate(resolve));
process.stdout.write(JSON.stringify({ answers, handles: process.getActiveResourcesInfo() }));
