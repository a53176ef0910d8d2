import { type LookupOptions, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Every name under `localhost` is this machine. The client of the key value store puts the account before the
 * host of its endpoint, also where that is `localhost`, and Node.js asks a name server for such names.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3
 */
export const lookup: LookupFunction = (host, options, callback) =>
  systemLookup(host.endsWith('.localhost') ? 'localhost' : host, options as LookupOptions, callback as never);
