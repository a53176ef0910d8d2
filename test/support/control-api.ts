/** Asks the control API, and holds each answer against what its own document says of it. */
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Answer, type Asked, ask } from './edge.ts';

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>>;
}

export type ControlApi = (target: string, asked?: Asked) => Promise<Answer>;

/** Answers of another status, type or shape than the document has fail the test. */
export async function controlApi(control: string): Promise<ControlApi> {
  const document: OpenApi = JSON.parse((await ask(control, '/openapi.json')).body);
  const ajv = new Ajv2020.default({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'api');

  return async (target, asked = {}) => {
    const answer = await ask(control, target, asked);
    const [path, operations] = operationsAt(document, target);
    const operation = operations?.[(asked.method ?? 'GET').toLowerCase()];
    if (operation === undefined) return answer;
    const described = operation.responses[String(answer.status)];
    const where = `${asked.method ?? 'GET'} ${target}: ${answer.status}`;
    if (described === undefined) throw new Error(`${where}: not in the document`);
    const type = String(answer.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
    if (described.content === undefined) {
      if (answer.body !== '') throw new Error(`${where}: a body that the document does not have`);
      return answer;
    }
    if (described.content[type] === undefined) throw new Error(`${where}: ${type} is not in the document`);
    const at = [
      'paths',
      path,
      (asked.method ?? 'GET').toLowerCase(),
      'responses',
      String(answer.status),
      'content',
      type,
    ];
    const pointer = [...at, 'schema'].map((part) => encodeURIComponent(part.replaceAll('/', '~1'))).join('/');
    const value = type === 'application/json' ? JSON.parse(answer.body) : answer.body;
    const validate = ajv.getSchema(`api#/${pointer}`);
    if (validate?.(value) !== true) throw new Error(`${where}: ${ajv.errorsText(validate?.errors)}: ${answer.body}`);
    return answer;
  };
}

/** Of the paths that fit the one with the fewest names. */
function operationsAt({ paths }: OpenApi, target: string) {
  const segments = (target.split('?', 1)[0] ?? '').split('/');
  const fits = (path: string) => {
    const wanted = path.split('/');
    return wanted.length === segments.length && wanted.every((part, i) => part.startsWith('{') || part === segments[i]);
  };
  const [path = ''] = Object.keys(paths).filter(fits);
  return [path, paths[path]] as const;
}
