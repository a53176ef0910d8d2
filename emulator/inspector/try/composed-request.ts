/** What is composed in the form, and the request that it makes. */
import type { TriedRequest } from '../control-api.ts';

export interface ComposedRequest {
  readonly method: string;
  readonly path: string;
  /** `name: value`, one a line. */
  readonly headers: string;
  readonly body: string;
  /** A city, an address, or nothing: as the edge has it. */
  readonly viewer: string;
  readonly credential: 'none' | 'signed' | 'pasted';
  readonly resource: string;
  readonly expiresInSeconds: string;
  /** JSON of further claims. */
  readonly claims: string;
  /** A token, for `Authorization`. */
  readonly token: string;
}

export const BLANK: ComposedRequest = {
  method: 'GET',
  path: '/',
  headers: '',
  body: '',
  viewer: '',
  credential: 'none',
  resource: '',
  expiresInSeconds: '3600',
  claims: '',
  token: '',
};

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** @throws {Error} for headers and claims that are none. */
export function triedRequest(composed: ComposedRequest): TriedRequest {
  const { method, path, body, viewer, credential, token } = composed;
  const pasted = credential === 'pasted' ? { authorization: `Bearer ${token.trim()}` } : {};
  return {
    method,
    path,
    headers: { ...headersIn(composed.headers), ...pasted },
    ...(body !== '' && { body }),
    ...(viewer !== '' && { viewer }),
    ...(credential === 'signed' && { credential: credentialOf(composed) }),
  };
}

function headersIn(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) throw new Error(`headers: expected name: value, got ${line}`);
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function credentialOf({ resource, expiresInSeconds, claims }: ComposedRequest) {
  const further = claims.trim() === '' ? {} : jsonOf(claims);
  return {
    expiresInSeconds: Number(expiresInSeconds),
    claims: { ...(resource.trim() !== '' && { res: resource.trim() }), ...further },
  };
}

function jsonOf(text: string): object {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('claims: expected JSON such as {"sub": "viewer-7"}');
  }
}
