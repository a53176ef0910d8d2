import { hasRepeatedNames } from '../../shared/access/json-names.ts';
import { customStatement } from '../../shared/access/policy-statement.ts';
import { asObject } from '../../shared/as-object.ts';
import { kindOf } from './fields.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What in a policy is not as documented, in words; for a text that `customStatement` does not take. */
export function statementFault(text: string): string {
  const policy = asObject(parsed(text));
  if (policy === undefined) return 'no JSON object';
  if (hasRepeatedNames(text)) return 'a name twice in one object';
  const { Statement: list } = policy;
  if (!Array.isArray(list)) return `${kindOf(list)} as Statement`;
  if (list.length !== 1) return `${list.length} statements`;
  const statement = asObject(list[0]);
  const condition = asObject(statement?.Condition);
  if (statement === undefined || condition === undefined) return `${kindOf(statement?.Condition)} as Condition`;
  return unknownName(statement, condition) ?? conditionFault(condition) ?? `${kindOf(statement.Resource)} as Resource`;
}

function unknownName(statement: Fields, condition: Fields): string | undefined {
  const names = [
    ...Object.keys(statement).filter((name) => !['Resource', 'Condition'].includes(name)),
    ...Object.keys(condition).filter((name) => !['DateLessThan', 'DateGreaterThan', 'IpAddress'].includes(name)),
  ];
  return names.length === 0 ? undefined : `the name ${brief(names[0])}`;
}

/** The first condition that is not even taken alone, beside a time that is. */
function conditionFault(condition: Fields): string | undefined {
  const name = ['DateLessThan', 'DateGreaterThan', 'IpAddress'].find((own) => {
    const alone = { DateLessThan: { 'AWS:EpochTime': 1 }, [own]: condition[own] };
    return customStatement(JSON.stringify({ Statement: [{ Condition: alone }] })) === undefined;
  });
  if (name === undefined) return undefined;
  if (condition[name] === undefined) return `no ${name}`;
  const time = asObject(condition[name])?.['AWS:EpochTime'];
  const hint = typeof time === 'number' && time > 1e11 ? ', which looks like milliseconds' : '';
  return `${brief(condition[name])} as ${name}${hint}`;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
