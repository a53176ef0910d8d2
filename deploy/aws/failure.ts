/** What AWS's clients throw, as an operator reads it. Their own words are left out: they quote answers, which hold keys. */
import { EdgeError } from '../../config/errors.ts';
import type { AwsAction } from './permissions.ts';

/** What was asked of AWS, and of which resource: an ARN where it has one. */
export interface AwsCall {
  readonly action: AwsAction;
  readonly resource: string;
}

/** The parts of an error of the SDK that tell what happened. */
interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

const MISSING = ['CredentialsProviderError', 'TokenProviderError'];
const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired'];
const INVALID = [
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'IncompleteSignature',
  'MissingAuthenticationToken',
];
const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'];
const THROTTLED = ['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded', 'SlowDown'];
const NOT_FOUND = /^(?:ResourceNotFoundException|EntityNotFound|NoSuch\w+)$/;

/** Runs a call. @throws {EdgeError} what `awsFailure` makes of its error. */
export async function asked<T>(call: AwsCall, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw awsFailure(error, call);
  }
}

/** The error for the operator: what AWS says no to, or that it says nothing, and what to do. Throws what is no client's error. */
export function awsFailure(error: unknown, call: AwsCall): EdgeError {
  const { $metadata, code }: SdkError = Object(error);
  const failure = credentialsFailure(Object(error));
  if (failure === undefined && $metadata === undefined && code === undefined) throw error;
  return failure ?? answerFailure(Object(error), call);
}

function credentialsFailure({ name = '', message = '' }: SdkError): EdgeError | undefined {
  if (EXPIRED.includes(name) || (MISSING.includes(name) && /expired/i.test(message))) {
    const text = `AWS: expected credentials that are valid, got expired ones (${SIGN_IN})`;
    return new EdgeError('ERR_AWS_CREDENTIALS_EXPIRED', text);
  }
  if (MISSING.includes(name)) {
    return new EdgeError('ERR_AWS_CREDENTIALS_MISSING', `AWS: expected credentials, got none (${SIGN_IN})`);
  }
  if (INVALID.includes(name)) {
    const text = `AWS: expected credentials that it knows, got ${name} (is the clock of this machine right, and the region enabled?)`;
    return new EdgeError('ERR_AWS_CREDENTIALS_INVALID', text);
  }
  return undefined;
}

const SIGN_IN = '--profile <name>, AWS_PROFILE, "aws sso login", or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';

function answerFailure({ name = '', code, $metadata = {} }: SdkError, { action, resource }: AwsCall): EdgeError {
  const { httpStatusCode: status, attempts = 1 } = $metadata;
  if (DENIED.includes(name) || status === 403) {
    const advice = `grant the action on ${resource}; docs/operations.md, "Permissions"`;
    return new EdgeError('ERR_AWS_ACCESS_DENIED', `${action}: expected permission, got ${name} (${advice})`);
  }
  if (THROTTLED.includes(name) || status === 429) {
    const text = `${action}: expected an answer, got throttled ${attempts} times (try again in a minute)`;
    return new EdgeError('ERR_AWS_THROTTLED', text);
  }
  if (NOT_FOUND.test(name)) {
    return new EdgeError('ERR_AWS_NOT_FOUND', `${action}: expected ${resource}, got ${name}`);
  }
  if (isRefusal(status)) {
    return new EdgeError('ERR_AWS_REFUSED', `${action}: expected AWS to take it, got ${name} (${resource})`);
  }
  const got = code ?? (status !== undefined && status >= 500 ? `status ${status}` : 'one that cannot be read');
  return new EdgeError('ERR_AWS_UNREACHABLE', `${action}: expected an answer of AWS, got ${got}`);
}

function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500;
}

/**
 * Whether AWS may have done all the same what was asked: an answer was lost, of this attempt or of one before. Of the
 * attempts before nobody knows why they were repeated.
 */
export function mayBeDone(error: unknown): boolean {
  const { $metadata: { httpStatusCode: status, attempts = 1 } = {} }: SdkError = Object(error);
  return !isRefusal(status) || attempts > 1;
}

/** What an error for the operator keeps of AWS's own about a change. */
interface ChangeFailure extends EdgeError {
  readonly mayBeDone: boolean;
}

/** `failure`, with whether the change may have been made all the same, by AWS's own error. */
export function changeFailure(error: unknown, failure: EdgeError): ChangeFailure {
  return Object.assign(failure, { mayBeDone: mayBeDone(error) });
}

/** Whether AWS has certainly not made the change that ended with this error. */
export function isRefusedChange(error: unknown): boolean {
  return (Object(error) as Partial<ChangeFailure>).mayBeDone === false;
}

/** Whether what was to be changed is not as it was read, so that nothing is done. */
export function isConflict(error: unknown): boolean {
  const { $metadata: { httpStatusCode: status } = {} }: SdkError = Object(error);
  return status === 409 || status === 412;
}

/** Whether the error is AWS's of this name. */
export function isNamed(error: unknown, name: string): boolean {
  return (Object(error) as SdkError).name === name;
}
