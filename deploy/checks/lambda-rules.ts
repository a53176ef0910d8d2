/** Lambda@Edge functions: what CloudFront refuses, and what it finds out only when viewers are there. */
import { LAMBDA_EDGE_ZIP_QUOTA_BYTES } from '../../config/quotas.ts';
import { type Associated, associationsOf, VIEWER_EVENTS } from './associations.ts';
import type { CheckedTemplate, Place, Rule } from './finding.ts';
import { isKnown, listOf, objectOf, type Properties, referred, resourcesOf } from './read.ts';

const PAGE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';

export const LAMBDA_RULES: readonly Rule[] = [
  {
    id: 'lambda-version',
    severity: 'error',
    why: 'CloudFront replicates numbered versions alone, neither $LATEST nor an alias.',
    advice: 'Refer to an AWS::Lambda::Version, or to the ARN with its number.',
    see: `${PAGE}/edge-function-restrictions-all.html`,
    find: (template) =>
      lambdasOf(template)
        .filter(({ arn }) => !isNumbered(template, arn))
        .map((one) => ({ ...placeOf(one, 'LambdaFunctionARN'), expected: 'a numbered version', got: one.arn })),
  },
  {
    id: 'lambda-region',
    severity: 'error',
    why: 'CloudFront takes functions from us-east-1 alone, wherever they run then.',
    advice: 'Deploy the function to us-east-1.',
    see: `${PAGE}/lambda-at-edge-function-restrictions.html`,
    find: (template) =>
      lambdasOf(template)
        .filter(({ arn }) => isKnown(arn) && /^arn:[^:]+:lambda:(?!us-east-1:)/.test(String(arn)))
        .map((one) => ({ ...placeOf(one, 'LambdaFunctionARN'), expected: 'a function in us-east-1', got: one.arn })),
  },
  {
    id: 'lambda-body',
    severity: 'error',
    why: 'Only a request has a body that a function may read.',
    advice: 'Take IncludeBody away at the response events.',
    see: `${PAGE}/lambda-include-body-access.html`,
    find: (template) =>
      lambdasOf(template)
        .filter(({ event, includesBody }) => includesBody && event?.endsWith('-response'))
        .map((one) => ({ ...placeOf(one, 'IncludeBody'), expected: 'a request event', got: one.event })),
  },
  {
    id: 'lambda-at-edge',
    severity: 'error',
    why: 'CloudFront refuses functions with what the edge does not have.',
    advice: 'Take it away: settings are inlined at build time, files are bundled.',
    see: `${PAGE}/lambda-at-edge-function-restrictions.html`,
    find: (template) =>
      edgeFunctions(template).flatMap(([resource, properties]) =>
        [
          ...ABSENT.filter(({ path }) => !mayBeNothing(template, properties[path])),
          ...LIMITED.filter(({ path, isFine }) => isKnown(at(properties, path)) && !isFine(at(properties, path))),
        ].map(({ path, expected }) => ({ resource, path, expected, got: shownAt(properties, path) })),
      ),
  },
  {
    id: 'lambda-viewer-quotas',
    severity: 'warning',
    why: 'At the viewer events some of the documentation allows 128 MB and 5 seconds, and viewers wait for it.',
    advice: 'Stay within both, or have seen that your account takes more.',
    see: `${PAGE}/edge-functions-choosing.html`,
    find: (template) =>
      edgeFunctions(template, VIEWER_EVENTS).flatMap(([resource, properties]) =>
        VIEWER_QUOTAS.filter(({ path, most }) => Number(properties[path]) > most).map(({ path, most }) => ({
          ...{ resource, path, expected: `at most ${most} at a viewer event`, got: properties[path] },
        })),
      ),
  },
  {
    id: 'lambda-code-size',
    severity: 'error',
    why: 'CloudFront takes no larger zip file.',
    advice: 'Bundle the function, and leave out what the edge does not run.',
    see: `${PAGE}/cloudfront-limits.html#limits-lambda-at-edge`,
    find: (template, { zips }) =>
      edgeFunctions(template).flatMap(([resource, { Code }]) => {
        const name = String(objectOf(Code).S3Key).replace(/^.*\//, '');
        const bytes = zips.get(name) ?? 0;
        const expected = `at most ${LAMBDA_EDGE_ZIP_QUOTA_BYTES} bytes in ${name}`;
        return bytes > LAMBDA_EDGE_ZIP_QUOTA_BYTES ? [{ resource, path: 'Code.S3Key', expected, got: bytes }] : [];
      }),
  },
  {
    id: 'lambda-role',
    severity: 'error',
    why: 'CloudFront replicates a function only when both services may take its role.',
    advice: 'Let lambda.amazonaws.com and edgelambda.amazonaws.com assume the role.',
    see: `${PAGE}/lambda-edge-permissions.html`,
    find: (template) =>
      edgeFunctions(template).flatMap(([, { Role }]) => {
        const resource = referred(Role) ?? '';
        const role = objectOf(template.Resources[resource]);
        const services = servicesIn(objectOf(role.Properties).AssumeRolePolicyDocument);
        if (role.Type !== 'AWS::IAM::Role' || !isKnown(services)) return [];
        if (SERVICES.every((service) => services.includes(service))) return [];
        return [{ resource, path: 'AssumeRolePolicyDocument', expected: SERVICES.join(' and '), got: services }];
      }),
  },
];

const SERVICES = ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'];

const VIEWER_QUOTAS = [
  { path: 'MemorySize', most: 128 },
  { path: 'Timeout', most: 5 },
];

const ABSENT = ['Environment', 'VpcConfig', 'DeadLetterConfig', 'Layers', 'FileSystemConfigs', 'KmsKeyArn'].map(
  (path) => ({ path, expected: 'nothing' }),
);

/** What has a value that is not fine is refused; nothing is fine. */
const LIMITED: readonly { path: string; expected: string; isFine(value: unknown): boolean }[] = [
  {
    path: 'Architectures',
    expected: '[x86_64]',
    isFine: (list) => listOf(list).every((architecture) => architecture === 'x86_64'),
  },
  { path: 'Timeout', expected: 'at most 30 seconds', isFine: (seconds) => !(Number(seconds) > 30) },
  { path: 'MemorySize', expected: 'at most 10240 MB', isFine: (size) => !(Number(size) > 10_240) },
  { path: 'EphemeralStorage.Size', expected: 'at most 512 MB', isFine: (size) => !(Number(size) > 512) },
  { path: 'TracingConfig.Mode', expected: 'PassThrough', isFine: (mode) => mode !== 'Active' },
  {
    path: 'Runtime',
    expected: 'Node.js or Python',
    isFine: (runtime) => typeof runtime !== 'string' || /^(?:nodejs|python)/.test(runtime),
  },
  { path: 'PackageType', expected: 'Zip', isFine: (type) => type !== 'Image' },
];

function at(properties: Properties, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => objectOf(value)[name], properties);
}

/** Of an environment the names alone: values may be secret. */
function shownAt(properties: Properties, path: string): unknown {
  const value = at(properties, path);
  return path === 'Environment' ? Object.keys(objectOf(objectOf(value).Variables)) : value;
}

function lambdasOf(template: CheckedTemplate): Associated[] {
  return associationsOf(template).filter(({ kind }) => kind === 'LambdaFunctionAssociations');
}

function placeOf({ distribution, path }: Associated, property: string): Pick<Place, 'resource' | 'path'> {
  return { resource: distribution, path: `${path}.${property}` };
}

/** What parameters, other stacks and custom resources bring can only be seen when it is deployed, and counts as such. */
function isNumbered({ Resources }: CheckedTemplate, arn: unknown): boolean {
  if (typeof arn === 'string') return !isKnown(arn) || /:\d+$/.test(arn);
  const { Type } = objectOf(Resources[referred(arn) ?? '']);
  return Type !== 'AWS::Lambda::Function' && Type !== 'AWS::Lambda::Alias';
}

/** Whether a value may be gone when it is deployed: what refers to a resource is there. */
function mayBeNothing(template: CheckedTemplate, value: unknown): boolean {
  if (value === undefined) return true;
  if (Array.isArray(value)) return value.every((entry) => mayBeNothing(template, entry));
  return !isKnown(value) && template.Resources[referred(value) ?? ''] === undefined;
}

/** Functions of the template that some behavior runs, at one of the events where they are given. */
function edgeFunctions(template: CheckedTemplate, events?: readonly string[]): [id: string, properties: Properties][] {
  const associated = lambdasOf(template).filter(({ event }) => events?.some((one) => one === event) ?? true);
  const versions = new Set(associated.map(({ arn }) => referred(arn)));
  const used = resourcesOf(template, 'AWS::Lambda::Version')
    .filter(([id]) => versions.has(id))
    .map(([, { FunctionName }]) => referred(FunctionName));
  return resourcesOf(template, 'AWS::Lambda::Function').filter(([id]) => used.includes(id));
}

/** Which services a policy lets take a role, and what of it is known only when it is deployed. */
function servicesIn(policy: unknown): unknown[] {
  return [objectOf(policy).Statement ?? policy].flat().flatMap((statement) => {
    const { Effect, Principal } = objectOf(statement);
    const unknown = [statement, Effect, Principal].filter((part) => !isKnown(part));
    if (unknown.length > 0) return unknown;
    return Effect === 'Allow' ? [objectOf(Principal).Service ?? []].flat() : [];
  });
}
