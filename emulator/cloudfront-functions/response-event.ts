/**
 * The event of a CloudFront Function at the viewer response, and what the function makes of the answer, checked.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
import { splitPair } from '../cookies.ts';
import { reasonPhrase } from '../error-page.ts';
import type { EdgeRequest, EdgeResponse } from '../exchange.ts';
import { checkHeader, checkHeaderBytes, isDisallowed, VIEWER_RESPONSE_READ_ONLY } from '../function-headers.ts';
import { type HeaderLines, headerOf, withoutHeaders } from '../headers.ts';
import { ValidationFault } from '../validation-fault.ts';
import {
  bodyOf,
  type Field,
  type Fields,
  FRAMING,
  fields,
  fieldsOf,
  type Named,
  pairsOf,
  statusOf,
  viewerRequestEvent,
} from './event.ts';

/** The request as the function at the viewer request left it, and the answer that the viewer is about to get. */
export function viewerResponseEvent(distribution: Named, request: EdgeRequest, { status, headers }: EdgeResponse) {
  const event = viewerRequestEvent(distribution, request);
  return {
    ...event,
    context: { ...event.context, eventType: 'viewer-response' },
    response: {
      statusCode: status,
      statusDescription: reasonPhrase(status),
      headers: fieldsOf(headers.filter(([name]) => isShown(name))),
      cookies: cookieFields(headers),
    },
  };
}

function isShown(name: string): boolean {
  return name !== 'set-cookie' && !isDisallowed(name);
}

/** One field a cookie name, with what stands behind the first semicolon as one text. */
function cookieFields(headers: HeaderLines): Fields {
  const cookies = new Map<string, Field[]>();
  for (const [header, line] of headers) {
    if (header !== 'set-cookie') continue;
    const [pair = '', ...rest] = line.split(';');
    const [name, value] = splitPair(pair.trim());
    const attributes = rest.join(';').trim();
    const known = cookies.get(name) ?? [];
    cookies.set(name, [...known, attributes === '' ? { value } : { value, attributes }]);
  }
  return Object.fromEntries(
    [...cookies].map(([name, all]) => {
      const field = all[0] as Field;
      return [name, all.length > 1 ? { ...field, multiValue: all } : field];
    }),
  );
}

/**
 * The answer as the function left it. A body that it does not set passes through; an empty one is none.
 *
 * @throws {ValidationFault} for a response that CloudFront would not take.
 */
export function changedResponse(returned: Record<string, unknown>, response: EdgeResponse): EdgeResponse {
  const { headers: received } = response;
  const shown = received.filter(([name]) => isShown(name));
  const changed = pairsOf(fields(returned.headers ?? {}, 'response.headers'), fieldsOf(shown));
  for (const name of VIEWER_RESPONSE_READ_ONLY) {
    if (headerOf(changed, name) !== headerOf(shown, name)) {
      throw new ValidationFault(`response.headers: ${name} is read-only`);
    }
  }
  const cookies = cookieLines(fields(returned.cookies ?? {}, 'response.cookies'), cookieFields(received));
  const lines = [...changed, ...cookies];
  for (const [name, value] of lines) checkHeader(name, value, 'response.headers');
  checkHeaderBytes(lines);
  const hidden = received.filter(([name]) => isDisallowed(name));
  const headers = [...hidden, ...withoutHeaders(lines, FRAMING)];
  const status = statusOf(returned.statusCode);
  const body = bodyOf(returned.body);
  if (body !== null) return { status, headers, body };
  const framing = received.filter(([name]) => FRAMING.includes(name));
  return { status, headers: [...headers, ...framing], body: response.body };
}

/** `multiValue` counts when the function changed it; otherwise a changed cookie replaces the first. */
function cookieLines(changed: Fields, original: Fields): HeaderLines {
  return Object.entries(changed).flatMap(([name, { multiValue, ...first }]): HeaderLines => {
    const isUntouched = JSON.stringify(multiValue) === JSON.stringify(original[name]?.multiValue);
    const all = multiValue === undefined ? [first] : isUntouched ? [first, ...multiValue.slice(1)] : multiValue;
    return all.map(({ value, attributes }) => [
      'set-cookie',
      `${name}=${value}${attributes === undefined ? '' : `; ${attributes}`}`,
    ]);
  });
}
