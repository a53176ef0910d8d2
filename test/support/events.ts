/** Builders for events: valid by default, so that a test states only what it is about. */

type Value = string | readonly string[];

export interface ViewerRequestInit {
  readonly method?: string;
  readonly uri?: string;
  /** Without `?`. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, Value>>;
  readonly cookies?: Readonly<Record<string, Value>>;
  readonly ip?: string;
}

/** The same viewer request as Lambda@Edge receives it. */
export function lambdaViewerRequest(init: ViewerRequestInit = {}) {
  const cookies = Object.entries(init.cookies ?? {}).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}=${value}`),
  );
  const cookie: Record<string, Value> = cookies.length === 0 ? {} : { cookie: cookies.join('; ') };
  return {
    Records: [
      {
        cf: {
          config: {
            distributionDomainName: 'd111111abcdef8.cloudfront.net',
            distributionId: 'EDFDVBD6EXAMPLE',
            eventType: 'viewer-request',
            requestId: 'EXAMPLE4TyzHTaYWb1GX1qTfsHhEqV6HUDd==',
          },
          request: {
            clientIp: init.ip ?? '203.0.113.7',
            headers: lambdaHeaders({ host: 'www.example.com', ...cookie, ...init.headers }),
            method: init.method ?? 'GET',
            querystring: init.query ?? '',
            uri: init.uri ?? '/',
          },
        },
      },
    ],
  };
}

/** A viewer request as CloudFront Functions receives it; ids are AWS's examples, addresses RFC 5737's. */
export function viewerRequest(init: ViewerRequestInit = {}) {
  return {
    version: '1.0',
    context: {
      distributionDomainName: 'd111111abcdef8.cloudfront.net',
      distributionId: 'EDFDVBD6EXAMPLE',
      eventType: 'viewer-request',
      requestId: 'EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE==',
    },
    viewer: { ip: init.ip ?? '203.0.113.7' },
    request: {
      method: init.method ?? 'GET',
      uri: init.uri ?? '/',
      querystring: parameters(init.query),
      headers: fields({ host: 'www.example.com', ...init.headers }),
      cookies: fields(init.cookies),
    },
    /** The engines make `request.rawQueryString()` of it. */
    rawQueryString: init.query,
  };
}

function parameters(query: string | undefined) {
  const values: Record<string, string[]> = {};
  for (const pair of query ? query.split('&') : []) {
    const [name = '', value = ''] = pair.split('=');
    const known = values[name];
    if (known === undefined) values[name] = [value];
    else known.push(value);
  }
  return fields(
    Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all])),
  );
}

function fields(values: Readonly<Record<string, Value>> = {}) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? { value } : { value: value[0], multiValue: value.map((item) => ({ value: item })) },
    ]),
  );
}

export interface OriginResponseInit {
  readonly method?: string;
  readonly uri?: string;
  readonly status?: string;
  /** Of the origin's answer. */
  readonly headers?: Readonly<Record<string, Value>>;
  /** Of the request that the origin got. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** The region that answered, as the origin's custom header says it; null: no such header. */
  readonly region?: string | null;
  readonly domainName?: string;
  /** `none`: the event does not tell the origin. */
  readonly type?: 's3' | 'custom' | 'none';
}

/** An origin response as Lambda@Edge receives it, from the bucket in us-east-1. */
export function originResponse(init: OriginResponseInit = {}) {
  const region = init.region === undefined ? 'us-east-1' : init.region;
  const origin = {
    authMethod: 'none',
    customHeaders: region === null ? {} : lambdaHeaders({ 'x-edgekeeper-origin': region }),
    domainName: init.domainName ?? 'bucket.example.com',
    path: '',
  };
  const status = init.status ?? '200';
  return {
    Records: [
      {
        cf: {
          config: {
            distributionDomainName: 'd111111abcdef8.cloudfront.net',
            distributionId: 'EDFDVBD6EXAMPLE',
            eventType: 'origin-response',
            requestId: 'EXAMPLE4TyzHTaYWb1GX1qTfsHhEqV6HUDd==',
          },
          request: {
            clientIp: '203.0.113.7',
            method: init.method ?? 'GET',
            uri: init.uri ?? '/film.mp4',
            querystring: '',
            headers: lambdaHeaders({ host: init.domainName ?? 'bucket.example.com', ...init.requestHeaders }),
            ...(init.type !== 'none' && { origin: { [init.type ?? 's3']: origin } }),
          },
          response: { status, statusDescription: '', headers: lambdaHeaders(init.headers ?? {}) },
        },
      },
    ],
  };
}

function lambdaHeaders(values: Readonly<Record<string, Value>>) {
  return Object.fromEntries(
    Object.entries(values).map(([key, lines]) => [key.toLowerCase(), [lines].flat().map((value) => ({ key, value }))]),
  );
}
