/** One address for all of AWS: what `AWS_ENDPOINT_URL` names, with an account of its own behind it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Account, emptyAccount } from './account.ts';
import { cloudformation } from './cloudformation.ts';
import { ecr } from './ecr.ts';
import { storeService } from './key-value-store.ts';
import { lambda } from './lambda.ts';
import { type Received, received } from './received.ts';
import {
  type Answer,
  type AwsRequest,
  CREDENTIALS,
  isRefusal,
  type Refusal,
  refusal,
  signedRequest,
} from './request.ts';
import { s3 } from './s3.ts';
import { sts } from './sts.ts';
import { xml } from './xml.ts';

export interface AccountEndpoint {
  readonly account: Account;
  /** Every request that was signed, as `service operation`. */
  readonly asked: string[];
  /** What a process needs to ask here, and nowhere else. */
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;
  close(): Promise<void>;
}

const SERVICES: Readonly<Record<string, (request: AwsRequest, account: Account) => Answer>> = {
  cloudformation,
  ecr,
  lambda,
  s3,
  sts,
};

const STORES = '/key-value-stores/';

const JSON_SERVICES = ['ecr', 'lambda'];

export async function startAccountEndpoint(): Promise<AccountEndpoint> {
  const account = emptyAccount();
  const asked: string[] = [];
  const server = createServer(async (incoming, response) => {
    const { status = 200, headers, body = '' } = await answerTo(await received(incoming), account, asked);
    response.writeHead(status, { 'x-amzn-requestid': 'EXAMPLE', ...headers });
    response.end(incoming.method === 'HEAD' ? undefined : body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    account,
    asked,
    url,
    environment: environmentFor(url),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answerTo(unsigned: Received, account: Account, asked: string[]): Promise<Answer> {
  if (unsigned.path.startsWith(STORES)) return storeAnswer(unsigned, account, asked);
  let service = '';
  try {
    const request = await signedRequest(unsigned);
    ({ service } = request);
    asked.push(operationOf(request));
    const serve = SERVICES[service];
    if (serve === undefined)
      throw refusal('UnknownService', `expected one of ${Object.keys(SERVICES)}, got ${service}`, 404);
    return serve(request, account);
  } catch (error) {
    if (isRefusal(error)) return refused(service, error);
    return { status: 500, body: String(error) };
  }
}

/** A service of its own: its signatures are for all regions, and its hosts begin with the account. */
function storeAnswer(unsigned: Received, account: Account, asked: string[]): Answer {
  const [arn = ''] = unsigned.path.slice(STORES.length).split('/');
  const { service } = account.stores.get(decodeURIComponent(arn)) ?? storeService('');
  const request = { ...unsigned, body: unsigned.body.toString() };
  const operation = service.operationOf(request);
  asked.push(`cloudfront-keyvaluestore ${operation}`);
  return service.answerTo({ ...request, operation });
}

function operationOf({ service, method, path, headers, body }: AwsRequest): string {
  const action = new URLSearchParams(body.toString()).get('Action') ?? headers['x-amz-target']?.replace(/.*\./, '');
  return `${service} ${action ?? `${method} ${path}`}`;
}

/** In the words of the service's protocol. */
function refused(service: string, { code, message, status }: Refusal): Answer {
  if (JSON_SERVICES.includes(service)) {
    const body = JSON.stringify({ __type: code, message, Message: message });
    return { status, headers: { 'x-amzn-errortype': code }, body };
  }
  const error = { Code: code, Message: message };
  return {
    status,
    body: service === 's3' ? xml({ Error: error }) : xml({ ErrorResponse: { Error: { Type: 'Sender', ...error } } }),
  };
}

/** Files of credentials, proxies and the machine's own role are out of reach; Serverless asks for the state of a stack at once. */
function environmentFor(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    // Its client puts the account before the host, which an address does not take.
    AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: url.replace('127.0.0.1', 'localhost'),
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: '',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: 'us-east-1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...Object.fromEntries(
      ['proxy', 'HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'].map((name) => [name, '']),
    ),
    SLS_AWS_MONITORING_FREQUENCY: '1',
    SLS_AWS_REQUEST_MAX_RETRIES: '0',
  };
}
