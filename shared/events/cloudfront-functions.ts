/**
 * The event of a CloudFront Function, as far as our functions read it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */

/** A header, cookie or query string parameter. `multiValue` is there when it came more than once. */
export interface Field {
  value: string;
  multiValue?: { value: string }[];
}

export interface ViewerRequest {
  readonly method: string;
  uri: string;
  querystring: Record<string, Field>;
  headers: Record<string, Field>;
  cookies: Record<string, Field>;
  /** The query string as the viewer sent it, without `?`; undefined when there is none. */
  rawQueryString(): string | undefined;
}

export interface ViewerRequestEvent {
  readonly viewer: { readonly ip: string };
  readonly request: ViewerRequest;
}

/** A response that is made at the edge: no cache and no origin is asked. */
export interface ViewerResponse {
  statusCode: number;
  headers: Record<string, Field>;
}

/** Every value of a field, in the order in which they came. */
export function fieldValues(field: Field | undefined): string[] {
  return field ? (field.multiValue || [field]).map((item) => item.value) : [];
}

/** All values of a header as one; empty when it is absent. */
export function headerText(request: ViewerRequest, name: string): string {
  return fieldValues(request.headers[name]).join(', ');
}
