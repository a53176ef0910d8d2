/** The service's template with settings of a test's own: compiled by Serverless once, then completed again and again. */
import { parseDeployment } from '../../config/deployment.ts';
import { completeTemplate } from '../../deploy/complete.ts';
import { type CompiledService, servicePackager } from '../../deploy/packager.ts';
import { deploySettings } from '../../deploy/settings.ts';
import type { EdgeConfig } from '../../shared/config.ts';
import { ROOT, type Template } from './packaged.ts';

export const CERTIFICATE = 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d-5678-90ab-cdef-EXAMPLE11111';
export const WEB_ACL = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/a1b2c3d4-5678-90ab-cdef-EXAMPLE11111';
export const TOPICS = ['us-east-1', 'eu-west-1', 'ap-south-1'].map(
  (region) => `arn:aws:sns:${region}:111122223333:ops`,
);

/** Everything that can be asked for. */
export const ALL = {
  distribution: {
    httpVersion: 'http2and3',
    ipv6: false,
    priceClass: 'PriceClass_200',
    aliases: ['www.example.com'],
    certificate: CERTIFICATE,
    minimumTls: 'TLSv1.2_2025',
    webAcl: WEB_ACL,
  },
  api: { domain: 'api.example.com' },
  logs: { days: 30, queryStrings: true },
  monitoring: {
    email: 'ops@example.com',
    topics: TOPICS,
    errorRatePercent: 2,
    additionalMetrics: true,
    requestMetrics: true,
  },
};

export interface CompletedTemplates {
  /** @param settings in the place of those of serverless.yml */
  template(settings?: object, isLocal?: boolean): Promise<Template>;
  /** What the functions get of the same settings. */
  config(settings?: object): EdgeConfig;
}

/** In the place of the CloudFront Function, which is built elsewhere. */
const SCRIPT = 'function handler(event) { return event.request; }';

/** Takes some seconds. */
export async function completedTemplates(): Promise<CompletedTemplates> {
  const packager = servicePackager(ROOT);
  const compiled = await packager.compiled();
  await packager.close();
  return {
    template: (settings = {}, isLocal = false) => completed(compiled, settings, isLocal),
    config: (settings = {}) => deploySettings(withSettings(compiled, settings)),
  };
}

function withSettings(compiled: CompiledService, settings: object): CompiledService {
  return { ...compiled, settings: { ...(compiled.settings as object), ...settings } };
}

async function completed(compiled: CompiledService, settings: object, isLocal: boolean): Promise<Template> {
  const service = withSettings(compiled, settings);
  const template = structuredClone(compiled.template);
  const completed = { root: ROOT, name: `${service.name}-${service.stage}`, scriptOf: async () => SCRIPT, isLocal };
  await completeTemplate(template, completed, deploySettings(service), parseDeployment(service.settings));
  return template as Template;
}
