/** An account for tests: its credentials, and the way to the endpoints that speak for AWS. */
import { afterEach, beforeEach } from 'vitest';

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'a-secret-that-no-line-may-hold',
  AWS_SESSION_TOKEN: 'a-session-that-no-line-may-hold',
};

/** Texts that no output may hold. */
export const SECRETS = [CREDENTIALS.AWS_SECRET_ACCESS_KEY, CREDENTIALS.AWS_SESSION_TOKEN];

/** For a command: nothing of this machine's own configuration counts, and nobody asks a network. */
export const AWS_ENVIRONMENT = {
  ...CREDENTIALS,
  AWS_CONFIG_FILE: '/nonexistent',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
  // Each attempt after the second waits up to a second and more.
  AWS_MAX_ATTEMPTS: '2',
};

/** Sets the environment of this process for each test, and takes it back. */
export function useAwsEnvironment(environment: () => Readonly<Record<string, string>>): void {
  let before: NodeJS.ProcessEnv;
  beforeEach(() => {
    before = { ...process.env };
    Object.assign(process.env, AWS_ENVIRONMENT, environment());
  });
  afterEach(() => {
    process.env = before;
  });
}
