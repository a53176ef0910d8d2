/** Intrinsic functions of CloudFormation, as far as our templates use them. */
import { refusal } from '../request.ts';
import { SUBSTITUTION, type Template } from './template.ts';

/** What names stand for. */
export interface Scope {
  readonly template: Template;
  /** Parameters and pseudo parameters. */
  readonly values: Readonly<Record<string, string>>;
  reference(id: string): string | undefined;
  attribute(id: string, name: string): string | undefined;
}

/** @throws {Refusal} ValidationError for a function or a name that is not known. */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  const intrinsic = others.length === 0 ? INTRINSICS[name] : undefined;
  if (intrinsic !== undefined) return intrinsic(argument, scope);
  if (name.startsWith('Fn::')) throw refusal('ValidationError', `Template error: ${name} is not known`);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, evaluate(item, scope)])
      .filter(([, item]) => item !== undefined),
  );
}

export function isTrue(condition: string | undefined, scope: Scope): boolean {
  if (condition === undefined) return true;
  const expression = scope.template.Conditions?.[condition];
  if (expression === undefined) throw refusal('ValidationError', `Unresolved condition dependency ${condition}`);
  return evaluate(expression, scope) === true;
}

const INTRINSICS: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (name, scope) => (name === 'AWS::NoValue' ? undefined : named(String(name), scope)),
  'Fn::GetAtt': (names, scope) => named([names].flat().join('.'), scope),
  'Fn::Sub': (argument, scope) => {
    const [text, given = {}] = [argument].flat() as [string, Record<string, unknown>?];
    return text
      .replace(SUBSTITUTION, (_, name: string) =>
        String(name in given ? evaluate(given[name], scope) : named(name, scope)),
      )
      .replaceAll('${!', '${');
  },
  'Fn::Join': (argument, scope) => {
    const [separator, items] = argument as [string, unknown];
    return (evaluate(items, scope) as unknown[]).join(separator);
  },
  'Fn::Equals': (argument, scope) => {
    const [one, other] = evaluate(argument, scope) as [unknown, unknown];
    return one === other;
  },
  'Fn::Not': (argument, scope) => (evaluate(argument, scope) as [unknown])[0] !== true,
  'Fn::And': (argument, scope) => (evaluate(argument, scope) as unknown[]).every((item) => item === true),
  'Fn::Or': (argument, scope) => (evaluate(argument, scope) as unknown[]).some((item) => item === true),
  'Fn::If': (argument, scope) => {
    const [condition, then, otherwise] = argument as [string, unknown, unknown];
    return evaluate(isTrue(condition, scope) ? then : otherwise, scope);
  },
};

function named(name: string, scope: Scope): string {
  const [id = '', ...attribute] = name.split('.');
  const value =
    attribute.length === 0 ? (scope.values[id] ?? scope.reference(id)) : scope.attribute(id, attribute.join('.'));
  if (value === undefined) throw refusal('ValidationError', `Template error: ${name} names nothing that is there`);
  return value;
}
