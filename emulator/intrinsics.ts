/**
 * CloudFormation's intrinsic functions, resolved on one machine.
 *
 * A reference to a resource becomes its logical id, an attribute `LogicalId.Attribute`: enough to
 * follow references inside one template, and no pretence of an ARN that nobody issued.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import { unexpected } from '../config/errors.ts';

export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: unknown;
}

/** The account and region that AWS's own examples use. */
const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': '111122223333',
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::StackId': 'arn:aws:cloudformation:us-east-1:111122223333:stack/edgekeeper/local',
  'AWS::StackName': 'edgekeeper',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** `Ref: AWS::NoValue`: the property is as if it were not there. */
const NO_VALUE = Symbol('AWS::NoValue');

/**
 * A value of the template with every intrinsic function replaced by what it yields. `where` names
 * the value in messages.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for a function that is not known, or not as documented.
 */
export function resolve(template: Template, value: unknown, where: string): unknown {
  const resolved = resolveValue(template, value, where);
  return resolved === NO_VALUE ? undefined : resolved;
}

/** Whether a resource is created: its condition holds, or it has none. */
export function isCreated(template: Template, resource: TemplateResource): boolean {
  return resource.Condition === undefined || condition(template, resource.Condition);
}

function resolveValue(template: Template, value: unknown, where: string): unknown {
  if (Array.isArray(value)) {
    return value
      .map((item, index) => resolveValue(template, item, `${where}[${index}]`))
      .filter((item) => item !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  const name = keys.length === 1 ? (keys[0] as string) : '';
  const argument = (value as Record<string, unknown>)[name];
  if (name === 'Ref') return reference(template, argument, where);
  if (name.startsWith('Fn::')) return intrinsic(template, name, argument, where);
  const entries = Object.entries(value).map(([key, item]) => [key, resolveValue(template, item, `${where}.${key}`)]);
  return Object.fromEntries(entries.filter(([, item]) => item !== NO_VALUE));
}

function reference(template: Template, name: unknown, where: string): unknown {
  if (typeof name !== 'string') throw unexpected('ERR_TEMPLATE_INVALID', where, 'Ref with a name', name);
  if (name === 'AWS::NoValue') return NO_VALUE;
  const pseudo = PSEUDO_PARAMETERS[name];
  if (pseudo !== undefined) return pseudo;
  const parameter = template.Parameters?.[name];
  if (parameter !== undefined) {
    if (parameter.Default === undefined)
      throw unexpected('ERR_TEMPLATE_INVALID', where, `a default for parameter ${name}`, undefined);
    return parameter.Default;
  }
  if (template.Resources[name] !== undefined) return name;
  throw unexpected('ERR_TEMPLATE_INVALID', where, 'the name of a parameter or resource', name);
}

function intrinsic(template: Template, name: string, argument: unknown, where: string): unknown {
  const at = `${where}.${name}`;
  switch (name) {
    case 'Fn::GetAtt':
      return Array.isArray(argument) ? argument.join('.') : argument;
    case 'Fn::Sub':
      return substitute(template, argument, at);
    case 'Fn::Join': {
      const [separator, parts] = pair(argument, at);
      return list(resolveValue(template, parts, at), at).join(String(separator));
    }
    case 'Fn::Select': {
      const [index, items] = pair(argument, at);
      return list(resolveValue(template, items, at), at)[Number(resolveValue(template, index, at))];
    }
    case 'Fn::Split': {
      const [separator, text] = pair(argument, at);
      return String(resolveValue(template, text, at)).split(String(separator));
    }
    case 'Fn::If': {
      const [test, yes, no] = list(argument, at);
      return resolveValue(template, condition(template, String(test)) ? yes : no, at);
    }
    default:
      throw unexpected('ERR_TEMPLATE_INVALID', where, 'Ref, GetAtt, Sub, Join, Select, Split or If', name);
  }
}

function substitute(template: Template, argument: unknown, where: string): string {
  const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== 'string') throw unexpected('ERR_TEMPLATE_INVALID', where, 'a text', text);
  return text.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    const given = (own as Record<string, unknown>)[name];
    if (given !== undefined) return String(resolveValue(template, given, where));
    return name.includes('.') ? name : String(reference(template, name, where));
  });
}

function condition(template: Template, name: string): boolean {
  const where = `Conditions.${name}`;
  const value = template.Conditions?.[name];
  if (value === undefined) throw unexpected('ERR_TEMPLATE_INVALID', where, 'a condition', value);
  return test(template, value, where);
}

function test(template: Template, value: unknown, where: string): boolean {
  const [name, argument] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  switch (name) {
    case 'Condition':
      return condition(template, String(argument));
    case 'Fn::Equals': {
      const [a, b] = pair(argument, where);
      return String(resolveValue(template, a, where)) === String(resolveValue(template, b, where));
    }
    case 'Fn::And':
      return list(argument, where).every((item) => test(template, item, where));
    case 'Fn::Or':
      return list(argument, where).some((item) => test(template, item, where));
    case 'Fn::Not':
      return !list(argument, where).some((item) => test(template, item, where));
    default:
      throw unexpected('ERR_TEMPLATE_INVALID', where, 'Condition, Equals, And, Or or Not', name);
  }
}

function pair(value: unknown, where: string): [unknown, unknown] {
  const items = list(value, where);
  if (items.length !== 2) throw unexpected('ERR_TEMPLATE_INVALID', where, 'two arguments', items);
  return [items[0], items[1]];
}

function list(value: unknown, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw unexpected('ERR_TEMPLATE_INVALID', where, 'a list', value);
}
