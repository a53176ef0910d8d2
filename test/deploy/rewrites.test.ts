/** Rewrites beside behaviors that check viewers by themselves. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/parse.ts';
import { addRewrites } from '../../deploy/rewrites.ts';
import { SETTINGS } from '../support/settings.ts';

const OWN = [{ EventType: 'viewer-request', FunctionARN: 'ours' }];
const OTHERS = [{ EventType: 'viewer-request', FunctionARN: 'basic-auth' }];
const KEYS = { TrustedKeyGroups: [{ Ref: 'Group' }] };

function added(...behaviors: readonly object[]): void {
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
  addRewrites({ Resources: { Distribution } }, config);
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
    expect(() => added({ PathPattern, ...check })).toThrow(
      `rewrites: expected behaviors for a directory with its index.html, since one checks viewers by itself, or no rewrites, got "${PathPattern}"`,
    );
  });

  test('another behavior takes its directories', () => {
    expect(() => added({ PathPattern: '/staff/' }, { PathPattern: '/staff/*', ...KEYS })).toThrow('got "/staff/"');
  });
});

describe('rewrites are added where', () => {
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
    expect(() => added({ PathPattern, ...check })).not.toThrow();
  });
});
