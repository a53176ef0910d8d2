/**
 * CloudFormation's intrinsic functions, resolved on one machine.
 *
 * A reference to a resource becomes its logical id, an attribute `LogicalId.Attribute`: enough to
 * follow references inside one template, and no pretence of an ARN that nobody issued. An attribute
 * that is a URL becomes one of that host, since templates cut the host out of it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import { unexpected } from '../config/errors.ts';

export interface Template {
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings?: Readonly<Record<string, unknown>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  /** Values for parameters, pseudo parameters and exports of other stacks, by name. */
  readonly given?: Readonly<Record<string, string>>;
}

export interface TemplateParameter {
  readonly Type?: unknown;
  readonly Default?: unknown;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: unknown;
}

/** The account and region that AWS's own examples use. */
const PSEUDO_PARAMETERS: Readonly<Record<string, unknown>> = {
  'AWS::AccountId': '111122223333',
  'AWS::NotificationARNs': [],
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::StackId': 'arn:aws:cloudformation:us-east-1:111122223333:stack/edgekeeper/local',
  'AWS::StackName': 'edgekeeper',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Attributes that are URLs: of an HTTP API, of a function URL, of a bucket's website. */
const URL_ATTRIBUTES = ['ApiEndpoint', 'FunctionUrl', 'WebsiteURL'];

const FUNCTIONS = ['Base64', 'FindInMap', 'GetAtt', 'If', 'ImportValue', 'Join', 'Select', 'Split', 'Sub'];

/**
 * What a value of the template yields: an intrinsic function is replaced by its result, an object or
 * list stays as it is, with whatever is inside. Undefined for `AWS::NoValue`. `where` names the value
 * in messages.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for a function that is not known or not as documented, and for
 * a value that only AWS, another stack or the operator has.
 */
export function resolve(template: Template, value: unknown, where: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  const name = keys.length === 1 ? (keys[0] as string) : '';
  const argument = (value as Record<string, unknown>)[name];
  if (name === 'Ref') return reference(template, argument, where);
  return name.startsWith('Fn::') ? intrinsic(template, name.slice(4), argument, where) : value;
}

/** Whether a resource is created: its condition holds, or it has none. */
export function isCreated(template: Template, resource: TemplateResource): boolean {
  return resource.Condition === undefined || condition(template, resource.Condition);
}

function reference(template: Template, name: unknown, where: string): unknown {
  if (typeof name !== 'string') throw unexpected('ERR_TEMPLATE_INVALID', where, 'Ref with a name', name);
  if (name === 'AWS::NoValue') return undefined;
  const parameter = own(template.Parameters, name);
  const given = own(template.given, name) ?? own(PSEUDO_PARAMETERS, name);
  if (parameter !== undefined) return parameterValue(parameter, given, name, where);
  if (given !== undefined) return given;
  if (own(template.Resources, name) !== undefined) return name;
  throw unexpected('ERR_TEMPLATE_INVALID', where, 'the name of a parameter or resource', name);
}

/** Of a parameter from the Systems Manager the default is a name there, and no value. */
function parameterValue({ Type, Default }: TemplateParameter, given: unknown, name: string, where: string): unknown {
  const type = String(Type);
  const value = given ?? (type.startsWith('AWS::SSM::') ? undefined : Default);
  if (value === undefined) {
    throw unexpected(
      'ERR_TEMPLATE_INVALID',
      where,
      `a value for parameter ${name}: --parameter ${name}=<value>`,
      value,
    );
  }
  const isList = type === 'CommaDelimitedList' || /(?:^|<)List</.test(type);
  return isList
    ? String(value)
        .split(',')
        .map((item) => item.trim())
    : value;
}

function intrinsic(template: Template, name: string, argument: unknown, where: string): unknown {
  const at = `${where}.Fn::${name}`;
  const text = (value: unknown): string => textOf(template, value, at);
  switch (name) {
    case 'Base64':
      return Buffer.from(text(argument)).toString('base64');
    case 'FindInMap':
      return mapped(template, argument, at);
    case 'GetAtt':
      return attribute(Array.isArray(argument) ? argument.map(text).join('.') : text(argument));
    case 'If': {
      const [test, yes, no] = list(argument, at);
      return resolve(template, condition(template, String(test)) ? yes : no, at);
    }
    case 'ImportValue':
      return imported(template, text(argument), where);
    case 'Join': {
      const [separator, parts] = pair(argument, at);
      return texts(template, parts, at).join(String(separator));
    }
    case 'Select': {
      const [index, items] = pair(argument, at);
      const number = Number(text(index));
      const chosen = list(resolve(template, items, at), at)[number];
      if (chosen === undefined) throw unexpected('ERR_TEMPLATE_INVALID', at, 'the index of an item', number);
      return resolve(template, chosen, at);
    }
    case 'Split': {
      const [separator, whole] = pair(argument, at);
      return text(whole).split(String(separator));
    }
    case 'Sub':
      return substitute(template, argument, at);
    default:
      throw unexpected('ERR_TEMPLATE_INVALID', where, `Ref, ${FUNCTIONS.join(', ')}`, `Fn::${name}`);
  }
}

function attribute(path: string): string {
  return URL_ATTRIBUTES.some((name) => path.endsWith(`.${name}`)) ? `https://${path}/` : path;
}

/** `Fn::FindInMap`, with the default that its fourth argument may have. */
function mapped(template: Template, argument: unknown, where: string): unknown {
  const [map, first, second, options] = list(argument, where);
  const keys = [map, first, second].map((key) => textOf(template, key, where));
  const found = keys.reduce<unknown>(
    (level, key) => own(level as Record<string, unknown> | undefined, key),
    template.Mappings,
  );
  const fallback = own(options as Record<string, unknown> | undefined, 'DefaultValue');
  if (found === undefined && fallback === undefined) {
    throw unexpected('ERR_TEMPLATE_INVALID', where, 'keys of a map in Mappings', keys.join('.'));
  }
  return resolve(template, found ?? fallback, where);
}

function imported(template: Template, name: string, where: string): string {
  const value = own(template.given, name);
  if (value !== undefined) return value;
  const expected = `the value of an export of another stack: --parameter ${name}=<value>`;
  throw unexpected('ERR_TEMPLATE_INVALID', where, expected, { 'Fn::ImportValue': name });
}

function substitute(template: Template, argument: unknown, where: string): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== 'string') throw unexpected('ERR_TEMPLATE_INVALID', where, 'a text', text);
  return text.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    const given = own(variables as Record<string, unknown>, name);
    if (given !== undefined) return textOf(template, given, where);
    return name.includes('.') ? attribute(name) : textOf(template, { Ref: name }, where);
  });
}

function condition(template: Template, name: string): boolean {
  const where = `Conditions.${name}`;
  const value = own(template.Conditions, name);
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
      return textOf(template, a, where) === textOf(template, b, where);
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

function texts(template: Template, value: unknown, where: string): string[] {
  return list(resolve(template, value, where), where)
    .map((item) => resolve(template, item, where))
    .filter((item) => item !== undefined)
    .map(String);
}

function textOf(template: Template, value: unknown, where: string): string {
  const resolved = resolve(template, value, where);
  if (typeof resolved !== 'object' && resolved !== undefined) return String(resolved);
  if (Array.isArray(resolved)) return texts(template, resolved, where).join(',');
  throw unexpected('ERR_TEMPLATE_INVALID', where, 'a text', resolved);
}

function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
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
