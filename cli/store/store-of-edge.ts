import { EdgeError, type EdgeErrorCode } from '../../config/errors.ts';
import { changeVersioned } from '../../deploy/versioned-store.ts';
import type { KeyPrint } from '../../emulator/key-prints.ts';
import { updateOf } from '../../shared/store-changes.ts';
import type { OperatedStore } from './operated-store.ts';

/**
 * The store of a running edge, through its control API: a change takes effect on the next request,
 * and of writers at once none is lost. Secrets in `state` come masked.
 *
 * @param control the origin of the control API, without a slash at the end
 */
export function storeOfEdge(control: string): OperatedStore {
  const entries = async (prefix: string): Promise<[key: string, value: string][]> => {
    const answer = await ask(control, `/kvs?prefix=${encodeURIComponent(prefix)}`);
    return Object.entries((await answer.json()) as Record<string, string>);
  };
  return {
    name: `the edge at ${control}`,
    get: async (key) => (await entries(key)).find(([other]) => other === key)?.[1],
    entries,
    keys: async () => (await (await ask(control, '/keys')).json()) as KeyPrint[],
    change: (plan) =>
      changeVersioned(
        {
          version: async () => etagOf(await ask(control, '/kvs')),
          async write(changes, version) {
            const answer = await ask(control, '/kvs', {
              method: 'POST',
              headers: { 'if-match': version },
              body: JSON.stringify(updateOf(changes)),
            });
            return answer.status === CONFLICT ? undefined : etagOf(answer);
          },
        },
        plan,
      ),
  };
}

const CONFLICT = 409;

/** What the API refuses is thrown as it says it; a conflict is for the caller. */
export async function ask(control: string, target: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(`${control}${target}`, init);
  } catch (error) {
    const code = codeOf(error);
    throw new EdgeError('ERR_STORE_UNREACHABLE', `${control}: expected the control API of an edge, got ${code}`);
  }
  if (answer.ok || answer.status === CONFLICT) return answer;
  const { error } = ((await answer.json().catch(() => null)) ?? {}) as { error?: { code?: string; message?: string } };
  const message = error?.message ?? `${control}: expected the control API of an edge, got status ${answer.status}`;
  throw new EdgeError((error?.code ?? 'ERR_STORE_UNREACHABLE') as EdgeErrorCode, message);
}

/** Why `fetch` failed: `ECONNREFUSED` and the like. */
export function codeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code ?? 'no answer';
}

function etagOf(answer: Response): string {
  const etag = answer.headers.get('etag');
  if (etag !== null) return etag;
  throw new EdgeError('ERR_STORE_UNREACHABLE', `${answer.url}: expected the control API of an edge, got no ETag`);
}
