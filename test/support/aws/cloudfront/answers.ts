/** Requests and answers of CloudFront's API: documents, refusals, preconditions. */
import type { Answer } from '../endpoint.ts';
import type { ReceivedText } from '../received.ts';
import { faultOf } from './document.ts';
import { SHAPES } from './schema.ts';
import { escaped, NAMESPACE, parsed } from './xml.ts';

export const refused = (status: number, code: string, message: string): Answer => ({
  status,
  body: `<?xml version="1.0"?>\n<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>request</RequestId></ErrorResponse>`,
});

export const document = (name: string, content: string, etag?: string, status = 200): Answer => ({
  status,
  body: `<?xml version="1.0"?>\n<${name} xmlns="${NAMESPACE}">${content}</${name}>`,
  headers: etag === undefined ? {} : { etag },
});

export const missing = (what: string): Answer => refused(404, `NoSuch${what}`, `The specified ${what} does not exist.`);

export const TIME = '2026-11-22T00:00:00Z';

/** @returns the refusal of a precondition */
export function precondition({ headers }: ReceivedText, etag: string): Answer | undefined {
  const given = headers['if-match'];
  if (given === undefined)
    return refused(400, 'InvalidIfMatchVersion', 'The If-Match version is missing or not valid.');
  const message = 'The precondition in one or more of the request fields evaluated to false.';
  return given === etag ? undefined : refused(412, 'PreconditionFailed', message);
}

export function malformed(body: string, name: keyof typeof SHAPES, future: readonly string[] = []): Answer | undefined {
  try {
    const root = parsed(body);
    const fault =
      root.localName === name ? faultOf(root, SHAPES[name], future) : `${root.localName} instead of ${name}`;
    if (fault === undefined) return undefined;
    return refused(400, fault.includes('Quantity') ? 'InconsistentQuantities' : 'MalformedInput', fault);
  } catch {
    return refused(400, 'MalformedInput', 'The XML is not well formed.');
  }
}
