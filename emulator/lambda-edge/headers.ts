/** Headers as Lambda@Edge has them: by name in lower case, each a list. */
import { checkHeader, isDisallowed } from '../function-headers.ts';
import { type HeaderLines, writtenName } from '../headers.ts';
import { ValidationFault } from '../validation-fault.ts';

export type LambdaHeaders = Record<string, { key?: string; value: string }[]>;

/** Those that a function may see. Without a prototype: a viewer may name a header `constructor`. */
export function lambdaHeaders(lines: HeaderLines): LambdaHeaders {
  const headers: LambdaHeaders = Object.create(null);
  for (const line of lines) {
    const [name, value] = line;
    if (isDisallowed(name)) continue;
    headers[name] = [...(headers[name] ?? []), { key: writtenName(line), value }];
  }
  return headers;
}

/** @throws {ValidationFault} for what is no header, or one that a function must not write. */
export function headerLinesOf(headers: unknown): HeaderLines {
  if (typeof headers !== 'object' || headers === null) return [];
  const lines: HeaderLines = [];
  for (const [name, items] of Object.entries(headers)) {
    if (!Array.isArray(items)) throw new ValidationFault(`the header ${name} is not a list`);
    for (const item of items) {
      const { key, value } = Object(item) as { key?: unknown; value?: unknown };
      if (typeof value !== 'string') throw new ValidationFault(`the header ${name} has no value`);
      if (key !== undefined && String(key).toLowerCase() !== name) {
        throw new ValidationFault(`the header ${name} has another key`);
      }
      checkHeader(name, value, 'headers');
      lines.push(key === undefined ? [name, value] : [name, value, String(key)]);
    }
  }
  return lines;
}
