/** Rewrites beside behaviors that check viewers by themselves. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/parse.ts';
import { REWRITE_DIRECTORIES } from '../../deploy/checks/rewrite-rule.ts';
import { SETTINGS } from '../support/settings.ts';

const OWN = [{ EventType: 'viewer-request', FunctionARN: 'ours' }];
const OTHERS = [{ EventType: 'viewer-request', FunctionARN: 'basic-auth' }];
const KEYS = { TrustedKeyGroups: [{ Ref: 'Group' }] };

function found(...behaviors: readonly object[]) {
  const config = parseConfig({
    ...SETTINGS,
    rewrites: { directoryIndex: 'index.html' },
    signed: { path: '/signed/*.html', publicKeys: ['keys/signed.pem'] },
  });
  const usual = { TargetOriginId: 'api', FunctionAssociations: OWN };
  const DistributionConfig = {
    DefaultCacheBehavior: usual,
    CacheBehaviors: behaviors.map((behavior) => ({ ...usual, ...behavior })),
  };
  const Distribution = { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig } };
  return REWRITE_DIRECTORIES.find({ Resources: { Distribution } }, config);
}

describe('rewrites are refused where a behavior checks viewers by itself and', () => {
  test.each([
    ['/staff/*.html', KEYS],
    ['*.html', KEYS],
    ['staff/index.html', KEYS],
    ['/staff/index.*', KEYS],
    ['/staff/in*', KEYS],
    ['/staff/?ndex.html', KEYS],
    ['/staff/', KEYS],
    ['/staff?', KEYS],
    ['/staff/*.html', { TrustedSigners: ['self'] }],
    ['/staff/*.html', { FunctionAssociations: OTHERS }],
    ['/staff/*.html', { FunctionAssociations: [], LambdaFunctionAssociations: OTHERS }],
  ])('%s divides a directory from its index', (PathPattern, check) => {
    expect(found({ PathPattern, ...check })).toMatchObject([
      { resource: 'Distribution', path: 'DistributionConfig.CacheBehaviors.0.PathPattern', got: PathPattern },
    ]);
  });

  test('another behavior takes its directories', () => {
    const [place] = found({ PathPattern: '/staff/' }, { PathPattern: '/staff/*', ...KEYS });
    expect(place).toMatchObject({ setting: 'rewrites', got: '/staff/' });
  });
});

describe('rewrites are left alone where', () => {
  test.each([
    ['/staff/*', KEYS],
    ['/staff*', KEYS],
    ['staff/*', { FunctionAssociations: OTHERS }],
    ['*.jpg', KEYS],
    ['/staff/x*', KEYS],
    ['/staff/*.html', {}],
    ['/staff/*.html', { FunctionAssociations: [] }],
    ['/private/*', { FunctionAssociations: [], LambdaFunctionAssociations: OTHERS }],
    ['/signed/*.html', KEYS],
  ])('%s has a check of %o', (PathPattern, check) => {
    expect(found({ PathPattern, ...check })).toEqual([]);
  });
});
