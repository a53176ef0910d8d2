/** Distributions, their policies and their buckets. */
import { DYNAMIC, either, NOTHING, PARAMETER, type Unread } from './intrinsic.ts';
import type { Changed } from './mutation.ts';

const ORIGINS: readonly Unread[] = [
  ...(
    [
      ['an origin under a condition', ({ Origins }) => Origins.push(either({ Id: 'third' }))],
      ['origins under a condition', (config) => (config.Origins = either(config.Origins, []))],
      ['an origin group under a condition', ({ OriginGroups: { Items } }) => Items.push(either({ Id: 'third' }))],
      ['an origin that a parameter names', ({ Origins }) => Origins.push({ DomainName: 'a.example', Id: PARAMETER })],
    ] as readonly [string, (config: Changed) => void][]
  ).map(
    ([what, change]): Unread => [
      'target-origin',
      `of a target beside ${what}`,
      (_, config) => {
        change(config);
        config.CacheBehaviors[2].TargetOriginId = 'third';
      },
    ],
  ),
  [
    'target-origin',
    'of a target by a dynamic reference',
    (_, { CacheBehaviors }) => (CacheBehaviors[2].TargetOriginId = DYNAMIC),
  ],
  [
    'unguarded-behavior',
    'of an open behavior whose origin another parameter names',
    (_, { CacheBehaviors, DefaultCacheBehavior }) => {
      CacheBehaviors[2].TargetOriginId = { Ref: 'Films' };
      Object.assign(DefaultCacheBehavior, { TargetOriginId: PARAMETER, FunctionAssociations: [] });
    },
  ],
  [
    'shadowed-behavior',
    'of behaviors under conditions',
    (_, { CacheBehaviors }) =>
      CacheBehaviors.push(either({ PathPattern: '/a/*' }), either(NOTHING, { PathPattern: '/a/*' })),
  ],
  ...(
    [
      ['a member that a parameter names', ({ Members }) => (Members.Items[1].OriginId = PARAMETER)],
      [
        'a member under a condition',
        ({ Members }) => Members.Items.push(either(Members.Items.pop(), { OriginId: 'b' })),
      ],
      ['members under a condition', (group) => (group.Members = either(group.Members, {}))],
    ] as readonly [string, (group: Changed) => void][]
  ).map(
    ([what, change]): Unread => [
      'origin-group-members',
      `of ${what}`,
      (_, { OriginGroups }) => change(OriginGroups.Items[0]),
    ],
  ),
  [
    'origin-group-members',
    'of a group under a condition',
    (_, { OriginGroups }) => OriginGroups.Items.push(either(OriginGroups.Items[0])),
  ],
  [
    'failover-code',
    'of a status that a parameter names',
    (_, { OriginGroups }) => OriginGroups.Items[0].FailoverCriteria.StatusCodes.Items.push(PARAMETER),
  ],
  [
    'failover-codes',
    'of statuses under a condition',
    (_, { OriginGroups }) => {
      const { FailoverCriteria: criteria } = OriginGroups.Items[0];
      criteria.StatusCodes = either(criteria.StatusCodes, {});
    },
  ],
  [
    'origin-access',
    'of the settings of a bucket under a condition',
    (_, { Origins }) => Origins.push({ Id: 'third', S3OriginConfig: either({}) }),
  ],
  ...['ErrorCode', 'ResponseCode'].map(
    (name): Unread => [
      'error-page-status',
      `of ${name} by a parameter`,
      (_, { CustomErrorResponses }) => (CustomErrorResponses[1][name] = PARAMETER),
    ],
  ),
];

const BUCKETS: readonly Unread[] = [
  [
    'bucket-name',
    'of a name by a dynamic reference',
    ({ PrimaryBucket }) => (PrimaryBucket.Properties.BucketName = DYNAMIC),
  ],
  [
    'replication-versioning',
    'of versions under a condition',
    ({ PrimaryBucket: { Properties } }) =>
      (Properties.VersioningConfiguration = either(Properties.VersioningConfiguration)),
  ],
  [
    'replication-versioning',
    'of versions that a parameter enables',
    ({ PrimaryBucket }) => (PrimaryBucket.Properties.VersioningConfiguration.Status = PARAMETER),
  ],
  [
    'replication-versioning',
    'of replication under a condition',
    ({ PrimaryBucket: { Properties } }) => {
      Properties.ReplicationConfiguration = either(Properties.ReplicationConfiguration);
      delete Properties.VersioningConfiguration;
    },
  ],
  [
    'policy-effect',
    'of an effect by a dynamic reference',
    ({ ReplicationRole: { Properties } }) => (Properties.Policies[0].PolicyDocument.Statement[0].Effect = DYNAMIC),
  ],
  [
    's3-host-header',
    'of all headers but those of a parameter',
    ({ OriginRequestPolicy: { Properties } }) =>
      (Properties.OriginRequestPolicyConfig.HeadersConfig = { HeaderBehavior: 'allExcept', Headers: PARAMETER }),
  ],
];

export const DISTRIBUTION_INTRINSICS: readonly Unread[] = [...ORIGINS, ...BUCKETS];
