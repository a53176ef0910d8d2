/** What is composed in the form, and the request that it makes. */
import type { SigningWay } from '../../control/answers.ts';
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
  /** The chosen way to sign, as `wayId` names it. */
  readonly way: string;
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
  way: '',
  resource: '',
  expiresInSeconds: '3600',
  claims: '',
  token: '',
};

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export function wayId({ way, key }: SigningWay): string {
  return `${way} ${key ?? ''}`;
}

/** The one that was chosen, where it is for the path; otherwise the first. */
export function chosenWay(chosen: string, ways: readonly SigningWay[]): SigningWay | undefined {
  return ways.find((way) => wayId(way) === chosen) ?? ways[0];
}

/**
 * @param ways to sign for its path
 * @throws {Error} for headers and claims that are none.
 */
export function triedRequest(composed: ComposedRequest, ways: readonly SigningWay[]): TriedRequest {
  const { method, path, body, viewer, credential, token } = composed;
  const pasted = credential === 'pasted' ? { authorization: `Bearer ${token.trim()}` } : {};
  return {
    method,
    path,
    headers: { ...headersIn(composed.headers), ...pasted },
    ...(body !== '' && { body }),
    ...(viewer !== '' && { viewer }),
    ...(credential === 'signed' && { credential: credentialOf(composed, ways) }),
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

function credentialOf({ way, resource, expiresInSeconds, claims }: ComposedRequest, ways: readonly SigningWay[]) {
  const chosen = chosenWay(way, ways);
  const further = claims.trim() === '' ? {} : jsonOf(claims);
  return {
    ...(chosen !== undefined && { way: chosen.way }),
    ...(chosen !== undefined && chosen.key !== null && { key: chosen.key }),
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
