/** A trap of the engine: what CloudFront Functions lack, or run to a wrong result. It is always in line 2. */

export interface Refused {
  readonly name: string;
  readonly source: string;
  readonly found: string;
  readonly instead: string;
}

/** The trap inside the handler. */
export function inHandler(body: string): string {
  return `export function handler(event: any) {\n  ${body}\n}\n`;
}

/** The trap inside an async handler, with something to wait for. */
export function inAsync(body: string): string {
  return `export async function handler(event: any): Promise<unknown> {\n  ${body}\n}\nfunction load() { return Promise.resolve(1); }\n`;
}

/** The trap at the top level, used by the handler. */
export function top(statement: string, use: string): string {
  return `// The trap:\n${statement}\nexport function handler(event: any) { return ${use}; }\n`;
}
