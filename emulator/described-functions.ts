/** The functions that run, as they may be shown: their code and their environment stay out of it. */
import { statSync } from 'node:fs';
import { CLOUDFRONT_FUNCTION_QUOTA_BYTES, LAMBDA_EDGE_ZIP_QUOTA_BYTES } from '../config/quotas.ts';
import type { Distribution } from './distribution.ts';
import type { FunctionCode } from './function-code.ts';

export interface DescribedFunction {
  /** As behaviors refer to it: a logical id, or an ARN. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'cloudfront-function' | 'lambda-edge';
  /** `cloudfront-js-2.0`, `nodejs24.x`; null: nothing says. */
  readonly runtime: string | null;
  /** What it runs in here. */
  readonly engine: string;
  /** The file that its code is from; null: the template. */
  readonly file: string | null;
  readonly bytes: number;
  /** At CloudFront: of the code, or for Lambda@Edge of the zip file. */
  readonly quotaBytes: number;
  /** ISO 8601. */
  readonly loadedAt: string;
  readonly associations: readonly { readonly pathPattern: string; readonly event: string }[];
}

const EVENTS = {
  'viewer-request': 'viewerRequest',
  'viewer-response': 'viewerResponse',
  'origin-request': 'originRequest',
  'origin-response': 'originResponse',
} as const;

/** `now` is epoch milliseconds. */
export function describedFunctions(
  distribution: Distribution,
  functions: FunctionCode,
  engine: string,
  now: number,
): DescribedFunction[] {
  const loadedAt = new Date(now).toISOString();
  const associations = (id: string) =>
    distribution.behaviors.flatMap((behavior) =>
      Object.entries(EVENTS)
        .filter(([, name]) => behavior[name]?.id === id)
        .map(([event]) => ({ pathPattern: behavior.pathPattern, event })),
    );
  const scripts = [...functions.cloudFront].map(([id, { name, runtime, code, source }]) => ({
    ...{ id, name, kind: 'cloudfront-function' as const, runtime, engine, file: source?.file ?? null },
    ...{
      bytes: Buffer.byteLength(code),
      quotaBytes: CLOUDFRONT_FUNCTION_QUOTA_BYTES,
      loadedAt,
      associations: associations(id),
    },
  }));
  const lambdas = [...functions.lambda].map(([id, { definition, code }]) => ({
    ...{ id, name: definition.name, kind: 'lambda-edge' as const, runtime: definition.runtime },
    ...{ engine: `Node.js ${process.version}`, file: code.file, bytes: statSync(code.file).size },
    ...{ quotaBytes: LAMBDA_EDGE_ZIP_QUOTA_BYTES, loadedAt, associations: associations(id) },
  }));
  return [...scripts, ...lambdas];
}
