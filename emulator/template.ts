/** The distribution that a compiled CloudFormation template describes. */
import { unexpected } from '../config/errors.ts';
import { isObject } from './api-shape.ts';
import { describedResources, withDescribed } from './described-resources.ts';
import { type DistributionReading, distributionOf, EXAMPLE_DOMAIN_NAME, EXAMPLE_ID } from './distribution-reading.ts';
import { isCreated, resolve, type Template } from './intrinsics.ts';
import { type Notation, type Properties, properties } from './properties.ts';
import type { Resources } from './resources.ts';

export interface TemplateChoice {
  /** The logical id of one distribution of several. */
  readonly distribution?: string;
  /** Values for parameters, pseudo parameters and exports of other stacks, by name. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What the AWS CLI printed of resources that are in no template. */
  readonly resources?: readonly unknown[];
}

const DISTRIBUTION = 'AWS::CloudFront::Distribution';

/**
 * A template as it is deployed, or as `aws cloudformation get-template` prints it.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID without the one distribution that is meant, or where it cannot be
 * served; ERR_OPTION_INVALID for a choice that the template does not have.
 */
export function readTemplate(input: unknown, choice: TemplateChoice = {}): DistributionReading {
  const template = asTemplate(input, choice.parameters ?? {});
  const described = describedResources(choice.resources ?? []);
  const own = resourcesOf(template);
  const resource = chosen(own(DISTRIBUTION), choice.distribution);
  return distributionOf({
    logicalId: resource.where,
    id: EXAMPLE_ID,
    domainName: EXAMPLE_DOMAIN_NAME,
    config: resource.object('DistributionConfig'),
    resources: withDescribed(own, described),
    functionSummaries: described.functionSummaries,
  });
}

function asTemplate(input: unknown, given: Readonly<Record<string, string>>): Template {
  const body = isObject(input) && isObject(input.TemplateBody) ? input.TemplateBody : input;
  const resources = isObject(body) ? body.Resources : undefined;
  if (!isObject(resources)) {
    throw unexpected('ERR_TEMPLATE_INVALID', 'template', 'a CloudFormation template with Resources', resources);
  }
  const template = { ...(body as Template), given };
  checkGiven(template, Object.keys(given));
  return template;
}

/** The name of an export may be put together, so that any name may be one where there are imports. */
function checkGiven(template: Template, names: readonly string[]): void {
  if (JSON.stringify(template.Resources).includes('"Fn::ImportValue"')) return;
  const known = Object.keys(template.Parameters ?? {});
  const unknown = names.find((name) => !known.includes(name) && !name.startsWith('AWS::'));
  if (unknown === undefined) return;
  const expected = known.length === 0 ? 'none, the template has no parameters' : `one of ${known.join(', ')}`;
  throw unexpected('ERR_OPTION_INVALID', 'parameter', expected, unknown);
}

/** Those that are created. Each is read once, and resolved property by property when it is. */
function resourcesOf(template: Template): Resources {
  const byType = new Map<string, Map<string, Properties>>();
  const notation: Notation = {
    resolve: (value, where) => resolve(template, value, where),
    name: (property) => property,
    items: (property) => property,
  };
  return (type) => {
    const known = byType.get(type);
    if (known !== undefined) return known;
    const found = new Map<string, Properties>();
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (resource.Type !== type || !isCreated(template, resource)) continue;
      found.set(id, properties(resource.Properties ?? {}, id, notation));
    }
    byType.set(type, found);
    return found;
  };
}

function chosen(distributions: ReadonlyMap<string, Properties>, id: string | undefined): Properties {
  const ids = [...distributions.keys()].join(', ');
  if (id !== undefined) {
    const named = distributions.get(id);
    if (named !== undefined) return named;
    throw unexpected('ERR_OPTION_INVALID', 'distribution', ids === '' ? 'none' : `one of ${ids}`, id);
  }
  const [only, ...others] = distributions.values();
  if (only === undefined) {
    throw unexpected('ERR_TEMPLATE_INVALID', 'Resources', `an ${DISTRIBUTION}`, 'none');
  }
  if (others.length > 0) {
    const expected = `one ${DISTRIBUTION}, or --distribution <logical id> to choose`;
    throw unexpected('ERR_TEMPLATE_INVALID', 'Resources', expected, [...distributions.keys()]);
  }
  return only;
}
