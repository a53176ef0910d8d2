/** The functions that behaviors refer to, each with its code: from the template, a file, or the folder of the bundles. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EdgeError, unexpected } from '../config/errors.ts';
import { builtMap, scriptOfFile } from './cloudfront-functions/code.ts';
import type {
  CloudFrontFunction,
  Distribution,
  LambdaFunction,
  OriginFunction,
  ViewerFunction,
} from './distribution.ts';
import { lambdaFunctionNamed } from './edge-functions.ts';
import { builtCode, codeOfFile, inlineCode, type LambdaCode } from './lambda-edge/code.ts';

/** What a distribution's own configuration does not say of a CloudFront Function. */
export type FunctionDescription = Pick<CloudFrontFunction, 'runtime' | 'hasStore'>;

export interface CodeSources {
  /** Files by the name, the ARN or the logical id of a function. */
  readonly files: Readonly<Record<string, string>>;
  /** The folder that `edgekeeper build` wrote; null: there is none. */
  readonly bundles: string | null;
  /** Where files are made, in folders that need not exist. */
  readonly made: string;
  /** CloudFront Functions by name, for those that no template describes. Absent there: runtime 2.0 without a store. */
  readonly described?: ReadonlyMap<string, FunctionDescription>;
}

/** By the reference of a behavior. */
export interface FunctionCode {
  readonly cloudFront: ReadonlyMap<string, CloudFrontFunction>;
  readonly lambda: ReadonlyMap<string, { readonly definition: LambdaFunction; readonly code: LambdaCode }>;
}

/** The quota of a function at any event of Lambda@Edge. */
const MAX_TIMEOUT_SECONDS = 30;

/**
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for a function that nothing gives the code of, or that CloudFront
 * would not take; ERR_OPTION_INVALID and ERR_FILE_MISSING for `files`; ERR_BUILD_FAILED and
 * ERR_BUNDLE_TOO_LARGE for what is in them.
 */
export async function functionCode(distribution: Distribution, sources: CodeSources): Promise<FunctionCode> {
  const referred = references(distribution);
  const file = fileFinder(sources.files, referred);
  const cloudFront = new Map<string, CloudFrontFunction>();
  const lambda = new Map<string, { definition: LambdaFunction; code: LambdaCode }>();
  for (const reference of referred) {
    const { id } = reference;
    if (reference.runtime === 'cloudfront-function') {
      cloudFront.set(id, await cloudFrontFunction(reference, file(reference), sources));
    } else {
      const made = join(sources.made, String(lambda.size));
      lambda.set(id, await lambdaFunction(reference, file(reference), { ...sources, made }));
    }
  }
  return { cloudFront, lambda };
}

type Definition<T> = { readonly definition: T | undefined; readonly names: readonly string[] };

/** A function that a behavior refers to, and all that it may be called by; the first is the one to propose. */
type Reference = Pick<ViewerFunction, 'id' | 'where'> &
  (
    | ({ readonly runtime: 'cloudfront-function' } & Definition<CloudFrontFunction>)
    | ({ readonly runtime: 'lambda-edge' } & Definition<LambdaFunction>)
  );

function references(distribution: Distribution): Reference[] {
  const found = new Map<string, Reference>();
  const add = (associated: OriginFunction | null, runtime: ViewerFunction['runtime']): void => {
    if (associated === null) return;
    const { id, where } = associated;
    const reference =
      runtime === 'lambda-edge'
        ? lambdaReference(distribution, id, where)
        : { id, where, runtime, ...scriptReference(distribution, id) };
    found.set(`${runtime} ${id}`, found.get(`${runtime} ${id}`) ?? reference);
  };
  for (const { viewerRequest, viewerResponse, originRequest, originResponse } of distribution.behaviors) {
    for (const associated of [viewerRequest, viewerResponse]) add(associated, associated?.runtime ?? 'lambda-edge');
    for (const associated of [originRequest, originResponse]) add(associated, 'lambda-edge');
  }
  return [...found.values()];
}

function scriptReference({ cloudFrontFunctions }: Distribution, id: string): Definition<CloudFrontFunction> {
  const named = /^arn:[^:]*:cloudfront::\d*:function\/(.+)$/.exec(id)?.[1] ?? id;
  const definition =
    cloudFrontFunctions.get(id) ?? [...cloudFrontFunctions.values()].find(({ name }) => name === named);
  return { definition, names: distinct([definition?.name ?? named, named, id]) };
}

const LAMBDA_ARN = /^(arn:[^:]*:lambda:([^:]*):[^:]*:function:([^:]+))(?::(.+))?$/;

/** @throws {EdgeError} ERR_TEMPLATE_INVALID for the ARN of a function elsewhere than in us-east-1, or without a numbered version. */
function lambdaReference({ lambdaFunctions }: Distribution, id: string, where: string): Reference {
  const [isArn, unversioned, region, named = id, version = '1'] = LAMBDA_ARN.exec(id) ?? [];
  if (isArn !== undefined && (region !== 'us-east-1' || !/^\d+$/.test(LAMBDA_ARN.exec(id)?.[4] ?? ''))) {
    throw unexpected('ERR_TEMPLATE_INVALID', where, 'a numbered version of a function in us-east-1', id);
  }
  const known = lambdaFunctions.get(id) ?? [...lambdaFunctions.values()].find(({ name }) => name === named);
  const definition = isArn === undefined ? known : { ...(known ?? lambdaFunctionNamed(named, version)), version };
  const names = distinct([definition?.name ?? named, definition?.functionId ?? named, named, unversioned ?? id, id]);
  return { runtime: 'lambda-edge', id, where, definition, names };
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** @throws {EdgeError} ERR_OPTION_INVALID for a file that no function is for, or that is the second of one. */
function fileFinder(files: Readonly<Record<string, string>>, referred: readonly Reference[]) {
  for (const name of Object.keys(files)) {
    if (referred.some(({ names }) => names.includes(name))) continue;
    const known = referred.map(({ names: [first] }) => first).join(', ');
    throw unexpected('ERR_OPTION_INVALID', '--function', known === '' ? 'none: no behavior has one' : known, name);
  }
  return ({ names }: Reference): string | null => {
    const [given, second] = names.filter((name) => files[name] !== undefined);
    if (second !== undefined) throw unexpected('ERR_OPTION_INVALID', '--function', `${given} alone`, second);
    return given === undefined ? null : checkedFile(given, files[given] ?? '');
  };
}

function checkedFile(name: string, path: string): string {
  const file = resolve(path);
  if (!/\.[cm]?[jt]s$/.test(file)) {
    throw unexpected('ERR_OPTION_INVALID', `--function ${name}`, 'a file of JavaScript or TypeScript', path);
  }
  if (existsSync(file) && statSync(file).isFile()) return file;
  throw unexpected('ERR_FILE_MISSING', `--function ${name}`, 'a file', path);
}

async function cloudFrontFunction(
  { id, where, names, definition }: Extract<Reference, { runtime: 'cloudfront-function' }>,
  file: string | null,
  { described, bundles }: CodeSources,
): Promise<CloudFrontFunction> {
  if (file !== null) {
    const [name = id] = names;
    const known = definition ?? described?.get(name) ?? { runtime: 'cloudfront-js-2.0', hasStore: false };
    return { ...known, name, ...(await scriptOfFile(file)) };
  }
  if (definition !== undefined) return { ...definition, ...(bundles !== null && builtMap(definition, bundles)) };
  const expected = `a CloudFront Function of the template, or its code by --function ${names[0]}=<file>`;
  throw unexpected('ERR_TEMPLATE_INVALID', where, expected, id);
}

async function lambdaFunction(
  { id, where, names, definition }: Extract<Reference, { runtime: 'lambda-edge' }>,
  file: string | null,
  { bundles, made }: CodeSources,
): Promise<{ definition: LambdaFunction; code: LambdaCode }> {
  const given = definition ?? (file === null ? undefined : lambdaFunctionNamed(id, '1'));
  const option = `its code by --function ${names[0]}=<file>`;
  if (given === undefined) {
    throw unexpected('ERR_TEMPLATE_INVALID', where, `a numbered Lambda version of the template, or ${option}`, id);
  }
  if (given.timeoutSeconds > MAX_TIMEOUT_SECONDS) {
    const expected = `a Timeout of at most ${MAX_TIMEOUT_SECONDS} seconds`;
    throw unexpected('ERR_TEMPLATE_INVALID', where, expected, given.timeoutSeconds);
  }
  if (file !== null) return { definition: given, code: await codeOfFile(given, file, made) };
  if (given.code !== null) return { definition: given, code: await inlineCode(given, given.code, made) };
  const code = bundles === null ? null : builtCode(given, bundles);
  if (code !== null) return { definition: given, code };
  throw new EdgeError(
    'ERR_FILE_MISSING',
    `${where}: expected the bundle of ${given.handler}, which npm run build makes, or ${option}, got ${JSON.stringify(id)}`,
  );
}
