/** Access logs and alarms. */
import type { Carrier, EdgeConfig } from '../../../shared/config.ts';
import { type Changed, DISTRIBUTION, type Mutation } from './mutation.ts';

/** All sections take credentials in one way. */
export const takenBy =
  (carrier: Carrier) =>
  (settings: EdgeConfig): EdgeConfig => ({
    ...settings,
    protected: settings.protected.map((section) => ({ ...section, carriers: [carrier] })),
  });

export const logQueries = ({ LogDelivery }: Changed) => LogDelivery.Properties.RecordFields.unshift('cs-uri-query');

export const MONITORING_MUTATIONS: readonly Mutation[] = [
  {
    rule: 'logged-cookies',
    what: 'cookies in the logs',
    change: (_, distribution) => (distribution.Logging = { IncludeCookies: true }),
    at: `${DISTRIBUTION}.Logging.IncludeCookies`,
  },
  ...(['query', 'cloudfront'] as const).map((carrier) => ({
    rule: 'logged-query-strings',
    what: `query strings in the logs, with ${carrier} in sections`,
    settings: takenBy(carrier),
    change: logQueries,
    at: 'LogDelivery RecordFields.0',
  })),
  {
    rule: 'logged-query-strings',
    what: 'query strings in the logs, with a trusted key group',
    settings: takenBy('header'),
    change: (resources, distribution) => {
      logQueries(resources);
      distribution.CacheBehaviors[2].TrustedKeyGroups = ['a'];
      distribution.IPV6Enabled = false;
    },
    at: 'LogDelivery RecordFields.0',
  },
  {
    rule: 'logged-query-strings',
    what: 'query strings in the logs, of which the source has a name',
    change: (resources) => {
      logQueries(resources);
      resources.LogSource.Properties.Name = 'films';
      resources.LogDelivery.Properties.DeliverySourceName = 'films';
    },
    at: 'LogDelivery RecordFields.0',
  },
  ...(
    [
      ['no dimension', undefined],
      ['no Region', [{ Name: 'DistributionId', Value: { Ref: 'Distribution' } }]],
      ['the Region of its stack', [{ Name: 'Region', Value: 'us-east-1' }]],
    ] as const
  ).map(([what, dimensions]) => ({
    rule: 'alarm-dimensions',
    what,
    change: ({ ErrorRateAlarm }: Changed) => (ErrorRateAlarm.Properties.Dimensions = dimensions),
    at: 'ErrorRateAlarm Dimensions',
  })),
  {
    rule: 'alarm-dimensions',
    what: 'no Region among what is reckoned with',
    change: ({ ErrorRateAlarm: { Properties } }) => {
      const { Namespace, MetricName } = Properties;
      delete Properties.Namespace;
      Properties.Metrics = [{ Expression: 'a * 2' }, { MetricStat: { Metric: { Namespace, MetricName } } }];
    },
    at: 'ErrorRateAlarm Metrics.1.MetricStat.Metric.Dimensions',
  },
];
