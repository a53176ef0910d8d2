/** A Lambda@Edge function of somebody else: what it may do, and what CloudFront answers when it breaks the contract. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench } from '../support/edge.ts';
import { template } from '../support/template.ts';

let bench: TestBench;

const BUNDLES = {
  'throws.js': 'exports.handler = async () => { throw new Error("no"); };',
  'nothing.js': 'exports.handler = async () => {};',
  'loop.js': 'exports.handler = async () => { for (;;) {} };',
  'exit.js': 'exports.handler = async () => process.exit(1);',
  'throws-at-load.js': 'throw new Error("no");',
  'exits-at-load.js': 'process.exit(1);',
  'status.js': 'exports.handler = async () => ({ status: "99" });',
  'early.js': 'exports.handler = async () => ({ status: "103" });',
  'via.js': returning('delete response.headers.via; response.headers.via = [{ value: "me" }];'),
  'cf.js': returning('response.headers["x-amz-cf-id"] = [{ value: "me" }];'),
  'line.js': returning('response.headers.a = [{ value: "x\\ny" }];'),
  'case.js': returning('response.headers["X-Cache"] = [{ key: "X-Cache", value: "me" }];'),
  'item.js': returning('response.headers.a = [null];'),
  'length.js': returning('response.headers["content-length"] = [{ value: "1" }];'),
  'port.js':
    'require("node:worker_threads").parentPort.postMessage(null); exports.handler = async ({ Records: [{ cf }] }) => cf.response;',
  'body.js': returning('response.body = "replaced"; response.status = "201";'),
  'big.js': returning('response.body = "x".repeat(1048577);'),
  'environment.js': returning(
    'response.headers["x-environment"] = [{ value: Object.keys(process.env).sort().join() }];',
  ),
};

function returning(change: string): string {
  return `exports.handler = async ({ Records: [{ cf: { response } }] }) => { ${change} return response; };`;
}

beforeAll(async () => {
  bench = await plainBench(template(), BUNDLES);
});
afterAll(() => bench.close());

describe('a Lambda@Edge function at the origin response', () => {
  test.each([
    { file: 'throws', status: 503, xCache: 'LambdaExecutionError from cloudfront' },
    { file: 'loop', status: 503, xCache: 'LambdaExecutionError from cloudfront' },
    { file: 'exit', status: 503, xCache: 'LambdaExecutionError from cloudfront' },
    { file: 'nothing', status: 502, xCache: 'LambdaValidationError from cloudfront' },
    { file: 'status', status: 502, xCache: 'LambdaValidationError from cloudfront' },
    { file: 'early', status: 502, xCache: 'LambdaValidationError from cloudfront' },
    { file: 'via', status: 502, xCache: 'LambdaValidationError from cloudfront' },
    { file: 'cf', status: 502, xCache: 'LambdaValidationError from cloudfront' },
    { file: 'line', status: 502, xCache: 'LambdaValidationError from cloudfront' },
    { file: 'case', status: 502, xCache: 'LambdaValidationError from cloudfront' },
    { file: 'item', status: 502, xCache: 'LambdaValidationError from cloudfront' },
    { file: 'length', status: 200, xCache: 'Miss from cloudfront' },
    { file: 'port', status: 200, xCache: 'Miss from cloudfront' },
    { file: 'big', status: 502, xCache: 'LambdaValidationError from cloudfront' },
    { file: 'body', status: 201, xCache: 'Miss from cloudfront' },
  ])('$file: $status $xCache', async ({ file, status, xCache }) => {
    const handler = `functions/lambda-edge/${file}.handler`;
    const edge = await bench.start({ template: template({ handler, timeoutSeconds: 1 }) });
    const answer = await ask(edge.url, '/film.mp4');
    expect({ status: answer.status, xCache: answer.headers['x-cache'] }).toEqual({ status, xCache });
    if (status === 201) expect(answer.body).toBe('replaced');
  });

  test.each(['throws-at-load', 'exits-at-load'])('that %s: 503 each time', async (file) => {
    const handler = `functions/lambda-edge/${file}.handler`;
    const edge = await bench.start({ template: template({ handler }) });
    expect((await ask(edge.url, '/film.mp4')).status).toBe(503);
    expect((await ask(edge.url, '/x')).status).toBe(503);
  });

  test('has none of the environment of this process', async () => {
    const edge = await bench.start({
      template: template({ handler: 'functions/lambda-edge/environment.handler' }),
    });
    const { headers } = await ask(edge.url, '/film.mp4');
    expect(headers['x-environment']?.toString().split(',')).toEqual([
      'AWS_DEFAULT_REGION',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_REGION',
      'LAMBDA_TASK_ROOT',
      'TZ',
      '_HANDLER',
    ]);
  });

  test('whose bundle is missing is named at start', async () => {
    const handler = 'functions/lambda-edge/absent.handler';
    await expect(bench.start({ template: template({ handler }) })).rejects.toMatchObject({
      code: 'ERR_FILE_MISSING',
      message: expect.stringContaining(`expected the bundle of ${handler}`),
    });
  });
});
