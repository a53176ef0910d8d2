/** What is written down of requests, and the alarms over what CloudFront counts. */
import type { EdgeConfig } from '../../shared/config.ts';
import { referencesIn } from '../references.ts';
import type { CheckedTemplate, Rule } from './finding.ts';
import {
  distributionsOf,
  inEach,
  isKnown,
  isSigned,
  listOf,
  objectOf,
  type Properties,
  resourcesOf,
  writtenId,
} from './read.ts';
import { sectionBehaviors } from './section-rules.ts';

const GUIDE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';

export const MONITORING_RULES: readonly Rule[] = [
  {
    id: 'logged-cookies',
    severity: 'warning',
    why: 'All cookies of all viewers get into the access logs, and with them whoever reads the logs is let in as any viewer.',
    advice: 'Set IncludeCookies to false.',
    see: 'https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_LoggingConfig.html',
    find: inEach(({ config }) => {
      const { IncludeCookies: got } = objectOf(config.Logging);
      if (String(got) !== 'true') return [];
      return [{ path: 'DistributionConfig.Logging.IncludeCookies', expected: 'false', got }];
    }),
  },
  {
    id: 'logged-query-strings',
    severity: 'warning',
    why: 'Signed URLs and tokens are in query strings: whoever reads the logs is let in until they expire.',
    advice: 'Leave cs-uri-query out of RecordFields, or let few read the logs, and credentials be valid for minutes.',
    see: `${GUIDE}/standard-logs-reference.html#BasicDistributionFileFormat`,
    find: (template, { settings }) =>
      resourcesOf(template, 'AWS::Logs::Delivery').flatMap(([resource, { DeliverySourceName, RecordFields }]) => {
        const [pattern] = loggedBy(template, DeliverySourceName).flatMap((id) =>
          patternsWithQuery(template, id, settings),
        );
        const index = listOf(RecordFields).indexOf('cs-uri-query');
        if (pattern === undefined || index === -1) return [];
        const expected = `no query strings, in which ${pattern} takes credentials`;
        return [{ resource, path: `RecordFields.${index}`, expected, got: 'cs-uri-query' }];
      }),
  },
  {
    id: 'alarm-dimensions',
    severity: 'warning',
    why: 'Every metric of CloudFront has the dimension Region: an alarm without it watches a metric that never has a value.',
    advice: 'Add { Name: Region, Value: Global } to the dimensions, and deploy the alarm in us-east-1.',
    see: `${GUIDE}/programming-cloudwatch-metrics.html#cloudfront-metrics-global-values`,
    find: (template) =>
      resourcesOf(template, 'AWS::CloudWatch::Alarm').flatMap(([resource, properties]) =>
        metricsOf(properties)
          .filter(({ Namespace, Dimensions }) => Namespace === 'AWS/CloudFront' && lacksRegion(Dimensions))
          .map(({ path, Dimensions }) => ({ resource, path, expected: 'Region: Global among them', got: Dimensions })),
      ),
  },
];

/** Logical ids of the distributions whose requests a source of deliveries, by its name or a reference, has. */
function loggedBy(template: CheckedTemplate, source: unknown): string[] {
  return resourcesOf(template, 'AWS::Logs::DeliverySource')
    .filter(([id, { Name }]) => writtenId(source) === writtenId(Name) || referencesIn(source).includes(id))
    .flatMap(([, { ResourceArn }]) => referencesIn(ResourceArn));
}

/** Patterns of the behaviors of a distribution that let viewers in by what is in the query string. */
function patternsWithQuery(template: CheckedTemplate, id: string, settings: EdgeConfig | null): string[] {
  const signed = distributionsOf(template)
    .filter((distribution) => distribution.id === id)
    .flatMap(({ behaviors }) => behaviors.filter(isSigned).map(({ pattern }) => pattern));
  const sections = settings === null ? [] : sectionBehaviors(template, settings);
  return [
    ...signed,
    ...sections
      .filter(({ distribution, behavior }) => distribution === id && behavior !== undefined)
      .filter(({ section: { carriers } }) => carriers.includes('query') || carriers.includes('cloudfront'))
      .map(({ pattern }) => pattern),
  ];
}

interface CheckedMetric extends Properties {
  /** Of the dimensions. */
  readonly path: string;
}

/** The metric of an alarm, and those that it reckons with. */
function metricsOf({ Namespace, Dimensions, Metrics }: Properties): CheckedMetric[] {
  const reckoned = listOf(Metrics).map((query, index) => ({
    ...objectOf(objectOf(objectOf(query).MetricStat).Metric),
    path: `Metrics.${index}.MetricStat.Metric.Dimensions`,
  }));
  return [{ Namespace, Dimensions, path: 'Dimensions' }, ...reckoned];
}

function lacksRegion(dimensions: unknown): boolean {
  const list = listOf(dimensions).map(objectOf);
  if (![dimensions, ...list, ...list.map(({ Name }) => Name)].every(isKnown)) return false;
  return !list.some(({ Name, Value }) => Name === 'Region' && (Value === 'Global' || !isKnown(Value)));
}
