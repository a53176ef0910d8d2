/** Which functions a behavior of a template may have. `see` is a section of the reference of CloudFront. */
import { describe, expect, test } from 'vitest';
import { functionCode } from '../../emulator/function-code.ts';
import { readTemplate } from '../../emulator/template.ts';
import { documented, type Row } from '../support/rows.ts';
import { lambdaAssociation, type TemplateInit, template } from '../support/template.ts';

const HANDLER = 'functions/lambda-edge/viewer.handler';
const AT_VIEWER = lambdaAssociation('viewer-request', 'ViewerLambda');
const at = (...events: string[]) => Object.fromEntries(events.map((event) => [event, HANDLER]));

describe('a behavior has', () => {
  const rows = documented<Row<TemplateInit, object>>([
    {
      request: { lambdas: at('viewer-request', 'viewer-response', 'origin-request', 'origin-response') },
      expected: {
        viewerRequest: { runtime: 'lambda-edge', id: 'ViewerRequestLambdaVersion', includesBody: false },
        viewerResponse: { runtime: 'lambda-edge', id: 'ViewerResponseLambdaVersion', includesBody: false },
        originRequest: { id: 'OriginRequestLambdaVersion', includesBody: false },
        originResponse: { id: 'OriginResponseLambdaVersion' },
      },
      see: '3.1',
    },
    {
      request: {
        scripts: { 'viewer-request': 'x', 'viewer-response': 'x' },
        lambdas: at('origin-request', 'origin-response'),
      },
      expected: {
        viewerRequest: { runtime: 'cloudfront-function', id: 'ViewerRequest', includesBody: false },
        viewerResponse: { runtime: 'cloudfront-function', id: 'ViewerResponse', includesBody: false },
        originRequest: { id: 'OriginRequestLambdaVersion', includesBody: false },
        originResponse: { id: 'OriginResponseLambdaVersion' },
      },
      see: '1.9',
    },
    {
      request: {
        lambdas: at('viewer-request', 'origin-request'),
        includeBody: ['viewer-request', 'origin-request'],
      },
      expected: { viewerRequest: { includesBody: true }, originRequest: { includesBody: true }, viewerResponse: null },
      see: '3.1',
    },
    {
      request: { lambdas: at('viewer-request'), timeoutSeconds: 30 },
      expected: { originRequest: null, originResponse: null },
      see: '3.3',
    },
    { request: {}, expected: { viewerRequest: null, viewerResponse: null }, see: '1.8' },
  ]);

  test.each(rows)('$kind: $request ($see)', ({ request, expected }) => {
    const { distribution, notices } = readTemplate(template(request));
    expect(distribution.behaviors).toMatchObject([expected]);
    expect(notices).toEqual([]);
  });
});

describe('refused is', () => {
  const LIST = 'DefaultCacheBehavior.LambdaFunctionAssociations';
  const beside = (event: string) => `${LIST}: expected no viewer event beside a CloudFront Function, got "${event}"`;

  const rows = documented<Row<TemplateInit, string>>([
    { request: { code: 'x', viewerHandler: HANDLER }, expected: beside('viewer-request'), see: '1.9' },
    { request: { code: 'x', lambdas: at('viewer-response') }, expected: beside('viewer-response'), see: '1.9' },
    {
      request: { scripts: { 'viewer-response': 'x' }, viewerHandler: HANDLER },
      expected: beside('viewer-request'),
      see: '1.9',
    },
    {
      request: { scripts: { 'viewer-response': 'x' }, lambdas: at('viewer-response') },
      expected: beside('viewer-response'),
      see: '1.9',
    },
    {
      request: { viewerHandler: HANDLER, behavior: { LambdaFunctionAssociations: [AT_VIEWER, AT_VIEWER] } },
      expected: `${LIST}[1].EventType: expected one function an event, got "viewer-request"`,
      see: '1.8',
    },
    {
      request: { behavior: { FunctionAssociations: [{ EventType: 'origin-request', FunctionARN: 'x' }] } },
      expected:
        'DefaultCacheBehavior.FunctionAssociations[0].EventType: expected one of viewer-request, viewer-response, got "origin-request"',
      see: '1.1',
    },
    {
      request: {
        behavior: { LambdaFunctionAssociations: [lambdaAssociation('viewer', 'ViewerLambda')] },
        viewerHandler: HANDLER,
      },
      expected: `${LIST}[0].EventType: expected one of viewer-request, viewer-response, origin-request, origin-response, got "viewer"`,
      see: '3.1',
    },
    {
      request: { lambdas: at('viewer-response'), includeBody: ['viewer-response'] },
      expected: `${LIST}[0].IncludeBody: expected a request event, got "viewer-response"`,
      see: '3.1',
    },
    {
      request: { lambdas: at('origin-response'), includeBody: ['origin-response'] },
      expected: `${LIST}[0].IncludeBody: expected a request event, got "origin-response"`,
      see: '3.1',
    },
    {
      request: { lambdas: at('origin-request'), timeoutSeconds: 31 },
      expected: `${LIST}[0].LambdaFunctionARN: expected a Timeout of at most 30 seconds, got 31`,
      see: '3.3',
    },
    ...['viewer-request', 'viewer-response', 'origin-request', 'origin-response'].map((EventType) => ({
      request: { behavior: { LambdaFunctionAssociations: [{ EventType, LambdaFunctionARN: 'arn:x' }] } },
      expected: `${LIST}[0].LambdaFunctionARN: expected a numbered Lambda version of the template, or its code by --function arn:x=<file>, got "arn:x"`,
      see: '3.3',
    })),
    ...['viewer-request', 'viewer-response'].map((EventType) => ({
      request: { behavior: { FunctionAssociations: [{ EventType, FunctionARN: 'arn:x' }] } },
      expected:
        'DefaultCacheBehavior.FunctionAssociations[0].FunctionARN: expected a CloudFront Function of the template, or its code by --function arn:x=<file>, got "arn:x"',
      see: '1.8',
    })),
  ]);

  test.each(rows)('$kind: $request ($see)', async ({ request, expected }) => {
    const sources = { files: {}, bundles: null, made: '/none' };
    const read = async () => functionCode(readTemplate(template(request)).distribution, sources);
    await expect(read()).rejects.toEqual(
      expect.objectContaining({
        code: 'ERR_TEMPLATE_INVALID',
        message: `Distribution.DistributionConfig.${expected}`,
      }),
    );
  });
});
