/** Checks a compiled template by all rules: what CloudFormation's schemas and AWS's validator do not say of CloudFront. */
import { unexpected } from '../../config/errors.ts';
import { ACCESS_RULES } from './access-rules.ts';
import { BUCKET_RULES } from './bucket-rules.ts';
import { CERTIFICATE_RULES } from './certificate-rules.ts';
import { type Beside, type CheckedTemplate, type Finding, NOTHING_BESIDE, type Rule } from './finding.ts';
import { FUNCTION_RULES } from './function-rules.ts';
import { LAMBDA_RULES } from './lambda-rules.ts';
import { MONITORING_RULES } from './monitoring-rules.ts';
import { ORIGIN_RULES } from './origin-rules.ts';
import { POLICY_RULES } from './policy-rules.ts';
import { QUOTA_RULES } from './quota-rules.ts';
import { objectOf, resourcesOf } from './read.ts';
import { SETTINGS_RULES } from './settings-rules.ts';

export const RULES: readonly Rule[] = [
  ...FUNCTION_RULES,
  ...LAMBDA_RULES,
  ...ORIGIN_RULES,
  ...CERTIFICATE_RULES,
  ...QUOTA_RULES,
  ...ACCESS_RULES,
  ...POLICY_RULES,
  ...BUCKET_RULES,
  ...MONITORING_RULES,
  ...SETTINGS_RULES.map(({ find, ...rule }) => ({
    ...rule,
    find: (template: CheckedTemplate, { settings }: Beside) => (settings === null ? [] : find(template, settings)),
  })),
];

/**
 * Errors first, then in the order of the rules; templates inside StackSets as well, their resources behind the
 * StackSet's id: `SecondaryRegion/SecondaryBucket`.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for what is no template.
 */
export function checkTemplate(template: unknown, beside = NOTHING_BESIDE): Finding[] {
  const checked = templateOf(template);
  const inside = resourcesOf(checked, 'AWS::CloudFormation::StackSet').flatMap(([id, { TemplateBody }]) =>
    found(innerTemplate(TemplateBody), NOTHING_BESIDE).map((finding) => ({
      ...finding,
      resource: `${id}/${finding.resource}`,
    })),
  );
  const all = [...found(checked, beside), ...inside];
  return [...all.filter(({ severity }) => severity === 'error'), ...all.filter(({ severity }) => severity !== 'error')];
}

function found(template: CheckedTemplate, beside: Beside): Finding[] {
  return RULES.flatMap(({ id, severity, why, advice, see, find }) =>
    find(template, beside).map((place) => ({ rule: id, severity, why, advice, see, ...place })),
  );
}

function templateOf(value: unknown): CheckedTemplate {
  const body = objectOf(objectOf(value).TemplateBody ?? value);
  const { Resources } = body;
  if (Object.keys(objectOf(Resources)).length > 0) return body as unknown as CheckedTemplate;
  throw unexpected(
    'ERR_TEMPLATE_INVALID',
    'Resources',
    'the resources of a compiled CloudFormation template',
    Resources,
  );
}

function innerTemplate(body: unknown): CheckedTemplate {
  if (typeof body !== 'string')
    return { Resources: objectOf(objectOf(body).Resources) as CheckedTemplate['Resources'] };
  try {
    return innerTemplate(JSON.parse(body));
  } catch {
    return { Resources: {} };
  }
}
