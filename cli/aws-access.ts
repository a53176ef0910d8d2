import type { AwsAccess } from '../deploy/aws/clients.ts';

/** Whose account a command asks, by its option. */
export function accessOf({ profile }: { readonly profile?: string }): AwsAccess {
  return profile === undefined ? {} : { profile };
}
