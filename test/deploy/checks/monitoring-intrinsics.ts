/** Access logs and alarms. */
import { either, PARAMETER, type Unread } from './intrinsic.ts';
import { logQueries } from './monitoring-mutations.ts';

const REGION = { Name: 'Region', Value: 'Global' };

export const MONITORING_INTRINSICS: readonly Unread[] = [
  [
    'logged-cookies',
    'of cookies that a parameter includes',
    (_, distribution) => (distribution.Logging = { IncludeCookies: PARAMETER }),
  ],
  [
    'logged-cookies',
    'of logs under a condition',
    (_, distribution) => (distribution.Logging = either({ IncludeCookies: true })),
  ],
  [
    'logged-query-strings',
    'of fields under a condition',
    ({ LogDelivery: { Properties } }) => (Properties.RecordFields = either(['cs-uri-query'])),
  ],
  [
    'logged-query-strings',
    'of a source that a parameter names',
    (resources) => {
      logQueries(resources);
      resources.LogDelivery.Properties.DeliverySourceName = PARAMETER;
    },
  ],
  [
    'logged-query-strings',
    'of a distribution that a parameter names',
    (resources) => {
      logQueries(resources);
      resources.LogSource.Properties.ResourceArn = PARAMETER;
    },
  ],
  ...(
    [
      ['dimensions under a condition', either([])],
      ['a dimension under a condition', [either(REGION)]],
      ['a dimension whose name a parameter has', [{ ...REGION, Name: PARAMETER }]],
      ['a dimension whose value a parameter has', [{ ...REGION, Value: PARAMETER }]],
    ] as const
  ).map(
    ([what, dimensions]): Unread => [
      'alarm-dimensions',
      `of ${what}`,
      ({ ErrorRateAlarm }) => (ErrorRateAlarm.Properties.Dimensions = dimensions),
    ],
  ),
];
