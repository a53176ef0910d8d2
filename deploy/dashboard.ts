/** A page of graphs: what viewers get, what the functions do, which region answers. */
import type { Deployment, Monitoring } from '../config/deployment.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { DRAINS, drainsNamespace } from './prober-monitoring.ts';
import { bucketName, REQUEST_METRICS } from './regions.ts';
import type { Template } from './template.ts';

/** CloudWatch's own form: namespace, name, then dimensions by name and value, then options. */
type Metric = readonly (string | object)[];

interface Graph {
  readonly title: string;
  readonly metrics: readonly Metric[];
}

const REGION = 'us-east-1';

/** Of 24 columns. */
const WIDTH = 12;
const HEIGHT = 6;

const DISTRIBUTION = ['DistributionId', `\${Distribution}`, 'Region', 'Global'];

/** @param service name and stage */
export function addDashboard(template: Template, service: string, config: EdgeConfig, deployment: Deployment): void {
  const { monitoring } = deployment;
  if (monitoring === null || !monitoring.dashboard) return;
  const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::CloudFront::Function');
  const names = functions.map(({ Properties }) => String(Properties.Name));
  const graphs = [
    ...ofDistribution(monitoring),
    ...names.flatMap(ofFunction),
    ...(monitoring.requestMetrics ? ofBuckets(service, config) : []),
    ...(config.health === null ? [] : [ofProber(service, config)]),
  ];
  template.Resources.Dashboard = {
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: {
      DashboardName: service,
      DashboardBody: { 'Fn::Sub': JSON.stringify({ widgets: graphs.map(widget) }) },
    },
  };
}

function widget({ title, metrics }: Graph, index: number): object {
  return {
    type: 'metric',
    x: (index % 2) * WIDTH,
    y: Math.floor(index / 2) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: { title, region: REGION, view: 'timeSeries', period: 60, metrics },
  };
}

function ofDistribution({ additionalMetrics }: Monitoring): Graph[] {
  const metric = (name: string, options: object): Metric => ['AWS/CloudFront', name, ...DISTRIBUTION, options];
  const average = (name: string) => metric(name, { stat: 'Average' });
  return [
    { title: 'Requests', metrics: [metric('Requests', { stat: 'Sum' })] },
    {
      title: 'Answers that are errors, percent',
      metrics: [
        '4xxErrorRate',
        '5xxErrorRate',
        ...(additionalMetrics ? ['502ErrorRate', '503ErrorRate', '504ErrorRate'] : []),
      ].map(average),
    },
    {
      title: 'Lambda@Edge: errors',
      metrics: ['LambdaExecutionError', 'LambdaValidationError'].map((name) => metric(name, { stat: 'Sum' })),
    },
    ...(additionalMetrics
      ? [
          { title: 'Hits, percent', metrics: [average('CacheHitRate')] },
          {
            title: 'Time to the first byte of the origins, ms',
            metrics: ['p50', 'p90', 'p99'].map((stat) => metric('OriginLatency', { stat, label: stat })),
          },
        ]
      : []),
  ];
}

function ofFunction(name: string): Graph[] {
  const metric = (metricName: string, stat: string): Metric => [
    'AWS/CloudFront',
    metricName,
    'FunctionName',
    name,
    'Region',
    'Global',
    { stat },
  ];
  const errors = ['FunctionExecutionErrors', 'FunctionValidationErrors', 'FunctionThrottles', 'KvsReadErrors'];
  return [
    { title: `${name}: errors and throttles`, metrics: errors.map((each) => metric(each, 'Sum')) },
    {
      title: `${name}: percent of the time that it has`,
      metrics: ['Average', 'Maximum'].map((stat) => metric('FunctionComputeUtilization', stat)),
    },
  ];
}

/** When a region fails, its requests go down and the other's go up. */
function ofBuckets(service: string, { regions }: EdgeConfig): Graph[] {
  const metric = (name: string, stat: string): Metric[] =>
    regions.map(({ region }) => {
      const bucket = `${bucketName(service, region)}-\${AWS::AccountId}`;
      return ['AWS/S3', name, 'BucketName', bucket, 'FilterId', REQUEST_METRICS, { stat, region, label: region }];
    });
  return [
    { title: 'Requests to each region', metrics: metric('GetRequests', 'Sum') },
    { title: 'Errors 5xx of each region', metrics: metric('5xxErrors', 'Sum') },
    { title: 'Time to the first byte of each region, ms', metrics: metric('FirstByteLatency', 'p90') },
  ];
}

function ofProber(service: string, { regions }: EdgeConfig): Graph {
  const region = regions[1]?.region;
  return {
    title: 'Regions drained by the prober, and its own errors',
    metrics: [
      [drainsNamespace(service), DRAINS, { stat: 'Sum', region }],
      ['AWS/Lambda', 'Errors', 'FunctionName', `${service}-health`, { stat: 'Sum', region }],
    ],
  };
}
