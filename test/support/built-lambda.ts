/** A Lambda@Edge function of this project as it is built, in its runtime. */
import type { Clock } from '../../emulator/clock.ts';
import { lambdaFunctionNamed } from '../../emulator/edge-functions.ts';
import { builtCode } from '../../emulator/lambda-edge/code.ts';
import { type LambdaRuntime, lambdaRuntime } from '../../emulator/lambda-edge/runtime.ts';

/** `folder` is that of the bundles, `name` that of the function and its file. */
export function builtLambda(name: string, folder: string, clock: Clock): LambdaRuntime {
  const handler = `functions/lambda-edge/${name}.handler`;
  const definition = { ...lambdaFunctionNamed(name, '1'), handler, timeoutSeconds: 10 };
  const code = builtCode(definition, folder);
  if (code === null) throw new Error(`${name} is not built`);
  return lambdaRuntime(definition, code, clock, () => {});
}
