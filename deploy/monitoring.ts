/** What watches the distribution, and whom it tells. */
import type { Deployment } from '../config/deployment.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { addAlarms } from './alarms.ts';
import { addDashboard } from './dashboard.ts';
import { addProberMonitoring } from './prober-monitoring.ts';
import { addRequestMetrics } from './regions.ts';
import type { Template } from './template.ts';

/** @param service name and stage */
export function addMonitoring(template: Template, service: string, config: EdgeConfig, deployment: Deployment): void {
  const { monitoring } = deployment;
  if (monitoring?.additionalMetrics) template.Resources.AdditionalMetrics = ADDITIONAL_METRICS;
  if (monitoring?.requestMetrics) addRequestMetrics(template);
  addAlarms(template, service, deployment);
  addDashboard(template, service, config, deployment);
  addProberMonitoring(template, service, config, deployment);
}

const ADDITIONAL_METRICS = {
  Type: 'AWS::CloudFront::MonitoringSubscription',
  Properties: {
    DistributionId: { Ref: 'Distribution' },
    MonitoringSubscription: {
      RealtimeMetricsSubscriptionConfig: { RealtimeMetricsSubscriptionStatus: 'Enabled' },
    },
  },
};
