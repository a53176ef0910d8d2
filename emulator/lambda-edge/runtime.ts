import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { EdgeError } from '../../config/errors.ts';
import type { LambdaFunction } from '../distribution.ts';
import { type WorkerFault, workerThread } from '../worker-thread.ts';

/** What a run of a function came to. Nothing of it is checked yet. */
export type LambdaOutcome =
  | { readonly value: unknown; readonly lines: readonly string[] }
  | { readonly error: string; readonly lines: readonly string[] };

export interface LambdaRuntime {
  invoke(event: object): Promise<LambdaOutcome>;
  close(): Promise<void>;
}

/**
 * Runs the built bundle of a Lambda@Edge function, under its memory size and time limit, without the
 * environment of this process. `functions/lambda-edge/origin-response.handler` is the export
 * `handler` of `lambda-edge/origin-response.js` in the folder of the bundles.
 *
 * @throws {EdgeError} ERR_FILE_MISSING without that file.
 */
export function lambdaRuntime(definition: LambdaFunction, bundles: string): LambdaRuntime {
  const source = definition.handler.slice(0, -extname(definition.handler).length);
  const file = join(basename(dirname(source)), `${basename(source)}.js`);
  if (!existsSync(join(bundles, file))) {
    throw new EdgeError(
      'ERR_FILE_MISSING',
      `${file}: expected the bundle of ${definition.handler}; npm run build makes it`,
    );
  }
  const thread = workerThread(
    new URL('./worker.js', import.meta.url),
    () => ({
      workerData: { file: join(bundles, file), handler: extname(definition.handler).slice(1) },
      env: { AWS_REGION: 'us-east-1', AWS_LAMBDA_FUNCTION_NAME: `us-east-1.${definition.name}`, TZ: ':UTC' },
      resourceLimits: { maxOldGenerationSizeMb: definition.memoryMegabytes },
    }),
    definition.timeoutSeconds * 1000,
  );
  return {
    async invoke(event) {
      try {
        const answer = await thread.ask({ event: JSON.stringify(event) });
        return JSON.parse(String(answer)) as LambdaOutcome;
      } catch (fault) {
        return { error: `Error: the function ${fault as WorkerFault}`, lines: [] };
      }
    },
    close: () => thread.close(),
  };
}
