import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/parse.ts';
import { requireAgreement } from '../../deploy/checks/settings-rules.ts';
import type { Template } from '../../deploy/template.ts';
import { SETTINGS } from '../support/settings.ts';

const CachePolicyId = { Ref: 'CachePolicy' };
const TargetOriginId = 'regional';
const FunctionAssociations = [{ EventType: 'viewer-request' }];

function template(change: { rootObject?: string; patterns?: string[]; times?: object; page?: object } = {}): Template {
  const { rootObject = 'index.html', patterns = ['/private/*'], times, page } = change;
  return {
    Resources: {
      CachePolicy: {
        Type: 'AWS::CloudFront::CachePolicy',
        Properties: { CachePolicyConfig: { MinTTL: 0, DefaultTTL: 86_400, ...times } },
      },
      PagePolicy: {
        Type: 'AWS::CloudFront::CachePolicy',
        Properties: { CachePolicyConfig: { MinTTL: 61, DefaultTTL: 61 } },
      },
      Distribution: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: {
          DistributionConfig: {
            DefaultRootObject: rootObject,
            Origins: SETTINGS.regions.map(({ originId }) => ({ Id: originId })),
            OriginGroups: { Items: [{ Id: TargetOriginId }] },
            DefaultCacheBehavior: { TargetOriginId, CachePolicyId },
            CacheBehaviors: [
              ...patterns.map((PathPattern) => ({ PathPattern, TargetOriginId, CachePolicyId, FunctionAssociations })),
              ...(page === undefined ? [] : [{ PathPattern: '/page', CachePolicyId: { Ref: 'PagePolicy' }, ...page }]),
            ],
          },
        },
      },
    },
  };
}

function config(...paths: string[]) {
  return parseConfig({ ...SETTINGS, protected: paths.map((path) => ({ ...SETTINGS.protected[0], path })) });
}

describe('the distribution', () => {
  test.each<{ name: string; template: Template; paths: string[]; message?: string }>([
    { name: 'as it is', template: template(), paths: ['/private/*'] },
    {
      name: 'whose root object is protected, and "/" is not',
      template: template({ patterns: ['/private/*', '/*.html'] }),
      paths: ['/private/*', '/*.html'],
      message:
        'protected[1].path: expected a pattern that covers "/" too, as it covers the root object index.html, got "/*.html"',
    },
    {
      name: 'whose root object is protected with "/"',
      template: template({ patterns: ['/', '/*.html'] }),
      paths: ['/', '/*.html'],
    },
    { name: 'all of it protected', template: template({ patterns: ['/*'] }), paths: ['/*'] },
    {
      name: 'without a root object',
      template: template({ rootObject: '', patterns: ['/*.html'] }),
      paths: ['/*.html'],
    },
    {
      name: 'that caches by default as long as a failover',
      template: template({ times: { DefaultTTL: 60 } }),
      paths: [],
    },
    {
      name: 'that caches by default for less than a failover',
      template: template({ times: { DefaultTTL: 59 } }),
      paths: [],
      message: 'failover.maxAgeSeconds: expected a time from MinTTL 0 to DefaultTTL 59 of CachePolicy, got 60',
    },
    {
      name: 'that caches for longer than a failover at least',
      template: template({ times: { MinTTL: 61 } }),
      paths: [],
      message: 'failover.maxAgeSeconds: expected a time from MinTTL 61 to DefaultTTL 86400 of CachePolicy, got 60',
    },
    {
      name: 'that caches for longer where nothing fails over',
      template: template({ page: { TargetOriginId: 'page' } }),
      paths: [],
    },
    {
      name: 'that caches for longer in one behavior that fails over',
      template: template({ page: { TargetOriginId } }),
      paths: [],
      message: 'failover.maxAgeSeconds: expected a time from MinTTL 61 to DefaultTTL 61 of PagePolicy, got 60',
    },
  ])('$name', ({ template: input, paths, message }) => {
    const check = () => requireAgreement(input, config(...paths));
    if (message === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'ERR_CONFIG_INVALID', message }));
  });
});
