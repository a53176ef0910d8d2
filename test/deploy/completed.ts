/** The service's template with settings of a test's own: compiled by Serverless once, then completed again and again. */
import { parseDeployment } from '../../config/deployment.ts';
import { completeTemplate } from '../../deploy/complete.ts';
import { type CompiledService, servicePackager } from '../../deploy/packager.ts';
import { deploySettings } from '../../deploy/settings.ts';
import { ROOT, type Template } from './packaged.ts';

export interface CompletedTemplates {
  /** @param settings in the place of those of serverless.yml */
  template(settings?: object, isLocal?: boolean): Promise<Template>;
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
  };
}

async function completed(compiled: CompiledService, settings: object, isLocal: boolean): Promise<Template> {
  const service = { ...compiled, settings: { ...(compiled.settings as object), ...settings } };
  const template = structuredClone(compiled.template);
  const completed = { root: ROOT, name: `${service.name}-${service.stage}`, scriptOf: async () => SCRIPT, isLocal };
  await completeTemplate(template, completed, deploySettings(service), parseDeployment(service.settings));
  return template as Template;
}
