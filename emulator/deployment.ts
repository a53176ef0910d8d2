/** What is deployed to the edge: a distribution, and its functions running. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { unexpected } from '../config/errors.ts';
import { type PublicKeys, publicKeys as readPublicKeys } from '../signing/public-keys.ts';
import type { Clock } from './clock.ts';
import { njsRuntime } from './cloudfront-functions/njs-runtime.ts';
import { type CloudFrontFunctionRuntime, cloudFrontFunctionRuntime } from './cloudfront-functions/runtime.ts';
import type { StartThread } from './cloudfront-functions/thread.ts';
import { type DescribedFunction, describedFunctions } from './described-functions.ts';
import type { Distribution, LambdaFunction } from './distribution.ts';
import { type DistributionSource, readDistribution } from './distribution-source.ts';
import type { Fault } from './fault.ts';
import type { Finding } from './finding.ts';
import { functionCode } from './function-code.ts';
import type { VisibleEntries } from './key-value-store.ts';
import type { LambdaCode } from './lambda-edge/code.ts';
import { type LambdaRuntime, lambdaRuntime } from './lambda-edge/runtime.ts';
import { mapValues } from './map-values.ts';
import { forwardingAll } from './rfc9111/forwarding.ts';
import { type RunningFunctions, runningFunctions } from './running-functions.ts';
import { type OriginSource, type StandIns, startStandIns } from './stand-ins.ts';

export type CacheKind = 'cloudfront' | 'rfc9111';

export type Engine = 'realm' | 'njs';

export interface DeploymentSource extends DistributionSource {
  /** What stands in for origins, by origin id. One without is answered 502. */
  readonly origins?: Readonly<Record<string, OriginSource>>;
  /** Files with the code of functions, by name, ARN or logical id; in place of the template's code, where it has any. */
  readonly functions?: Readonly<Record<string, string>>;
  /** The folder that `edgekeeper build` wrote, for Lambda@Edge functions whose code is in neither. */
  readonly bundles?: string;
  /**
   * Checks the template or the configuration. It is called when the control API is asked for findings, once. Default:
   * nothing checks them.
   */
  readonly findings?: () => Promise<readonly Finding[]>;
}

/** What it is deployed to, and what outlasts it. */
export interface DeploymentTarget {
  readonly engine: Engine;
  /** For each CloudFront Function that runs in this process. */
  readonly startThread: StartThread;
  readonly cache: CacheKind;
  readonly clock: Clock;
  /** What functions see of the key value store. */
  readonly store: VisibleEntries;
  /** Told of each line that a Lambda@Edge function prints while there is no event. */
  onLine(functionName: string, line: string): void;
  /** Told of what a request handler in the place of an origin throws. */
  onFailure(error: unknown): void;
  /** Told when an origin was broken or repaired. */
  onFault(id: string, fault: Fault | null): void;
}

export interface Deployment {
  readonly distribution: Distribution;
  /** What is asked for and the emulator does not do, one line each. */
  readonly notices: readonly string[];
  readonly publicKeys: PublicKeys;
  readonly cloudFrontFunctions: ReadonlyMap<string, CloudFrontFunctionRuntime>;
  readonly lambdaFunctions: ReadonlyMap<string, LambdaRuntime>;
  readonly standIns: StandIns;
  readonly runtimes: RunningFunctions;
  /** Its functions, as they may be shown. */
  readonly described: readonly DescribedFunction[];
  /** What a check finds in it, made when it is asked for the first time; null: nothing checks it. */
  findings(): Promise<readonly Finding[] | null>;
  /** The code of a CloudFront Function, by the reference of a behavior, that is in the template and made of no file; else null. */
  codeOf(functionId: string): string | null;
  /** Ends the functions, whatever they do, but for those that the next one goes on with. */
  closeFunctions(next?: Deployment): Promise<void>;
}

/**
 * Reads the source and starts what it needs, beside what `before` runs; of that the stand-ins stay whose origin has
 * them still.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID, ERR_KEY_INVALID, ERR_FILE_MISSING (an origin's folder, a bundle, a
 * function's file), ERR_BUILD_FAILED and ERR_BUNDLE_TOO_LARGE (a function), ERR_OPTION_INVALID or
 * ERR_LISTEN_FAILED; nothing is left running then that was not before.
 */
export async function deploy(
  source: DeploymentSource,
  target: DeploymentTarget,
  before: Deployment | null = null,
): Promise<Deployment> {
  const { distribution: read, notices, functionSummaries } = readDistribution(source);
  const distribution = target.cache === 'rfc9111' ? forwardingAll(read) : read;
  const publicKeys = trustableKeys(distribution);
  const made = join(tmpdir(), `edgekeeper-functions-${randomUUID()}`);
  const runtimes = runningFunctions(before?.runtimes);
  const closeFunctions = async (next: Deployment | null = null): Promise<void> => {
    await runtimes.close(next?.runtimes ?? null);
    await rm(made, { recursive: true, force: true });
  };
  try {
    const code = await functionCode(distribution, {
      files: source.functions ?? {},
      bundles: source.bundles === undefined ? null : resolve(source.bundles),
      made,
      described: functionSummaries,
    });
    const { engine, startThread, clock, store } = target;
    // The first that a request meets is started first: their threads take the machine's time from each other.
    const cloudFrontFunctions = mapValues(code.cloudFront, (definition) =>
      runtimes.runtime(JSON.stringify(definition), () =>
        engine === 'njs' ? njsRuntime(definition, store) : cloudFrontFunctionRuntime(definition, store, startThread),
      ),
    );
    const lambdaFunctions = mapValues(code.lambda, (lambda, id) =>
      runtimes.runtime(identityOf(id, lambda, source.bundles), () =>
        lambdaRuntime(lambda.definition, lambda.code, clock, (line) => target.onLine(id, line)),
      ),
    );
    const standIns = await startStandIns(
      distribution.origins,
      source.origins ?? {},
      clock,
      target.onFailure,
      target.onFault,
      before?.standIns,
    );
    const codeOf = (functionId: string): string | null => {
      const { code: text, source, map } = code.cloudFront.get(functionId) ?? {};
      return source === undefined && map === undefined ? (text ?? null) : null;
    };
    const described = describedFunctions(distribution, code, engine, clock.now());
    const functions = { cloudFrontFunctions, lambdaFunctions, runtimes, described, codeOf, closeFunctions };
    return { distribution, notices, publicKeys, standIns, ...functions, findings: foundOnce(source) };
  } catch (error) {
    await closeFunctions(before);
    throw error;
  }
}

function foundOnce({ findings }: DeploymentSource): Deployment['findings'] {
  let found: ReturnType<Deployment['findings']> | null = null;
  return () => {
    found ??= findings?.() ?? Promise.resolve(null);
    return found;
  };
}

/** What a function of Lambda@Edge is, where its bundle is all of its code; null: it may be another each time. */
function identityOf(
  id: string,
  { definition, code }: { definition: LambdaFunction; code: LambdaCode },
  bundles: string | undefined,
): string | null {
  if (bundles === undefined || !code.file.startsWith(`${resolve(bundles)}${sep}`)) return null;
  return JSON.stringify([id, definition, { ...code, file: readFileSync(code.file, 'utf8') }]);
}

/** CloudFront would not have taken the others. */
function trustableKeys(distribution: Distribution): PublicKeys {
  const keys = readPublicKeys(distribution.publicKeys);
  const refused = Object.keys(distribution.publicKeys).find((id) => !keys.has(id));
  if (refused === undefined) return keys;
  throw unexpected(
    'ERR_KEY_INVALID',
    `${refused}.EncodedKey`,
    'a public key of RSA 2048 or ECDSA P-256, as PEM',
    '...',
  );
}
