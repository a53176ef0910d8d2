/** The ways in which an origin can be made to fail, and the boundary where the control API's come in. */
import { EdgeError } from '../config/errors.ts';

/** What is wrong with an origin, until it is repaired. */
export type Fault =
  /** Attempts to connect get no answer at all, as when a region is unreachable. */
  | { readonly kind: 'down' }
  /** The port refuses connections. */
  | { readonly kind: 'refuse' }
  /** Its domain name cannot be resolved. */
  | { readonly kind: 'dns' }
  /** The TLS handshake fails. */
  | { readonly kind: 'tls' }
  /** Requests are accepted and never answered. */
  | { readonly kind: 'hang' }
  /** The first byte of every answer comes this much later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Requests are accepted, then their connection is reset. */
  | { readonly kind: 'reset' }
  /** Answers break off after half of their body. */
  | { readonly kind: 'truncate' }
  /** Requests are answered with this error: all of them or, with a share from 0 to 1, every second (0.5) and the like. */
  | { readonly kind: 'status'; readonly status: number; readonly share?: number };

export const FAULT_KINDS = [
  'down',
  'refuse',
  'dns',
  'tls',
  'hang',
  'slow',
  'reset',
  'truncate',
  'status',
] as const satisfies Fault['kind'][];

/** @throws {EdgeError} ERR_OPTION_INVALID for the first field that is missing, wrong or unknown. */
export function parseFault(value: unknown): Fault {
  const { kind, ...fields } = record(value);
  if (!isKind(kind)) throw invalid('kind', `one of ${FAULT_KINDS.join(', ')}`, kind);
  switch (kind) {
    case 'slow': {
      const { ms, ...others } = fields;
      nothing(others, kind);
      return { kind, ms: integer(ms, 'ms', 0, 600_000) };
    }
    case 'status': {
      const { status, share, ...others } = fields;
      nothing(others, kind);
      const error = { kind, status: integer(status, 'status', 400, 599) };
      return share === undefined ? error : { ...error, share: fraction(share, 'share') };
    }
    default:
      nothing(fields, kind);
      return { kind };
  }
}

function isKind(value: unknown): value is Fault['kind'] {
  return FAULT_KINDS.some((kind) => kind === value);
}

function nothing(fields: Record<string, unknown>, kind: Fault['kind']): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) throw invalid(name, `no such field beside kind ${kind}`, value);
  }
}

function integer(value: unknown, field: string, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalid(field, `a whole number from ${min} to ${max}`, value);
}

function fraction(value: unknown, field: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw invalid(field, 'a number from 0 to 1', value);
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid('fault', 'an object', value);
}

function invalid(field: string, expected: string, received: unknown): EdgeError {
  return new EdgeError(
    'ERR_OPTION_INVALID',
    `${field}: expected ${expected}, got ${JSON.stringify(received) ?? 'nothing'}`,
  );
}
