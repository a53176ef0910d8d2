/** Settings that the template does not agree with, from either side. */
import { type Changed, DISTRIBUTION, type Mutation } from './mutation.ts';

export const SETTINGS_MUTATIONS: readonly Mutation[] = [
  {
    rule: 'origin-id',
    what: 'an origin of another name',
    change: (_, { Origins }) => (Origins[1].Id = 'ireland'),
    at: `${DISTRIBUTION}.Origins`,
  },
  {
    rule: 'origin-id',
    what: 'a region more',
    settings: (settings) => ({
      ...settings,
      regions: [...settings.regions, { region: 'ap-southeast-2', originId: 'sydney' }],
    }),
    at: `${DISTRIBUTION}.Origins`,
  },
  {
    rule: 'root-object',
    what: 'a root object in a section',
    change: (_, distribution) => (distribution.DefaultRootObject = 'private/index.html'),
    at: `${DISTRIBUTION}.DefaultRootObject`,
  },
  {
    rule: 'failover-cap',
    what: 'a cap above the default time',
    change: ({ CachePolicy }) => (CachePolicy.Properties.CachePolicyConfig.DefaultTTL = 59),
    at: 'CachePolicy CachePolicyConfig.DefaultTTL',
  },
  {
    rule: 'failover-cap',
    what: 'a cap below the least time',
    settings: (settings) => ({ ...settings, failover: { ...settings.failover, maxAgeSeconds: 1 } }),
    change: ({ CachePolicy }) => (CachePolicy.Properties.CachePolicyConfig.MinTTL = 2),
    at: 'CachePolicy CachePolicyConfig.MinTTL',
  },
  {
    rule: 'failover-cap',
    what: 'times that nothing here says',
    change: (_, { DefaultCacheBehavior }) =>
      (DefaultCacheBehavior.CachePolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f6'),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.CachePolicyId`,
  },
  {
    rule: 'section-behavior',
    what: 'a section whose behavior is gone',
    change: (_, { CacheBehaviors }) => CacheBehaviors.splice(2, 1),
    at: `${DISTRIBUTION}.CacheBehaviors`,
  },
  {
    rule: 'section-behavior',
    what: 'a section whose behavior runs no function',
    change: (_, { CacheBehaviors: [, , behavior] }) => (behavior.FunctionAssociations = []),
    at: `${DISTRIBUTION}.CacheBehaviors.2.FunctionAssociations`,
  },
  {
    rule: 'section-behavior',
    what: 'path tokens without their behavior',
    change: (_, { CacheBehaviors: [, behavior] }) => (behavior.PathPattern = '/tokens/*'),
    at: `${DISTRIBUTION}.CacheBehaviors`,
  },
  {
    rule: 'lambda-section',
    what: 'a behavior that no section is for',
    change: (_, { CacheBehaviors: [, , , behavior] }) => (behavior.PathPattern = '/staff/*'),
    at: `${DISTRIBUTION}.CacheBehaviors.3.LambdaFunctionAssociations`,
  },
  {
    rule: 'geo-header',
    what: 'countries for which no policy asks',
    settings: (settings) => ({
      ...settings,
      protected: settings.protected.map((section) => ({ ...section, geo: section.path === '/private/*' })),
    }),
    at: `${DISTRIBUTION}.CacheBehaviors.2`,
  },
  {
    rule: 'rewrite-directories',
    what: 'a rewrite past a trusted key group',
    settings: (settings) => ({
      ...settings,
      rewrites: { directoryIndex: 'index.html', trailingSlash: 'leave' },
    }),
    change: (_: Changed, { CacheBehaviors }: Changed) =>
      CacheBehaviors.push({ ...CacheBehaviors[2], PathPattern: '/staff/*.html', TrustedKeyGroups: ['a'] }),
    at: `${DISTRIBUTION}.CacheBehaviors.4.PathPattern`,
  },
];
