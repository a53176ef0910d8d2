/** Every code an operator can meet. Stable: scripts, tests and the documentation refer to them. */
export type EdgeErrorCode =
  /** A setting under `custom.edgekeeper` is missing or wrong. */
  | 'ERR_CONFIG_INVALID'
  /** A source uses something that its runtime lacks, or does not compile. */
  | 'ERR_BUILD_FAILED'
  /** A bundle is larger than its runtime takes. */
  | 'ERR_BUNDLE_TOO_LARGE'
  /** The Serverless Framework could not package the service. */
  | 'ERR_PACKAGE_FAILED'
  /** A template cannot be read, or holds no distribution that can be served. */
  | 'ERR_TEMPLATE_INVALID'
  /** An origin's folder, or a file that the command was given, does not exist. */
  | 'ERR_FILE_MISSING'
  /** A signing key is missing, too short or not readable. */
  | 'ERR_KEY_INVALID'
  /** A port is taken, or may not be listened on. */
  | 'ERR_LISTEN_FAILED'
  /** The key value store cannot be reached, or others keep writing to it. */
  | 'ERR_STORE_UNREACHABLE'
  /** CloudFront answered something that is no configuration of a distribution. */
  | 'ERR_DISTRIBUTION_UNREADABLE'
  /** A change of a distribution that CloudFront would refuse, or that would take away what is somebody else's. */
  | 'ERR_ASSOCIATION_REFUSED'
  /** An option of a command has a value that it cannot have. */
  | 'ERR_OPTION_INVALID'
  /** AWS: there are no credentials, they have expired, or AWS does not know them. */
  | 'ERR_AWS_CREDENTIALS_MISSING'
  | 'ERR_AWS_CREDENTIALS_EXPIRED'
  | 'ERR_AWS_CREDENTIALS_INVALID'
  /** AWS: an action is not allowed; the message names it, and the resource. */
  | 'ERR_AWS_ACCESS_DENIED'
  /** AWS: too many requests, also after waiting. */
  | 'ERR_AWS_THROTTLED'
  /** AWS: no answer, half of one, or one of a server that fails. */
  | 'ERR_AWS_UNREACHABLE'
  /** AWS: what was named is not there. */
  | 'ERR_AWS_NOT_FOUND'
  /** AWS: what was asked is refused, for the reason that the message names by AWS's code. */
  | 'ERR_AWS_REFUSED';

/**
 * What the build, the CLI and the emulator throw when the cause lies outside this code. Its message
 * is for the operator and never holds a key, a token or a cookie. Never thrown at the edge.
 */
export class EdgeError extends Error {
  override readonly name: string = 'EdgeError';
  readonly code: EdgeErrorCode;

  constructor(code: EdgeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The error for a value that is not what it has to be: `where: expected what, got what`. */
export function unexpected(code: EdgeErrorCode, where: string, expected: string, received: unknown): EdgeError {
  return new EdgeError(code, describe(where, expected, received));
}

function describe(where: string, expected: string, received: unknown): string {
  return `${where}: expected ${expected}, got ${JSON.stringify(received) ?? 'nothing'}`;
}

/** A setting that is missing or wrong; `path` is as the operator wrote it: `failover.statusCodes[1]`. */
export class ConfigError extends EdgeError {
  override readonly name = 'ConfigError';

  constructor(path: string, expected: string, received: unknown) {
    super('ERR_CONFIG_INVALID', describe(path, expected, received));
  }
}
