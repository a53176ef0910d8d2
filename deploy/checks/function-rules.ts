/** Functions at the edge: what CloudFront refuses, and what it finds out only when viewers are there. */
import { CLOUDFRONT_FUNCTION_QUOTA_BYTES } from '../../config/quotas.ts';
import type { CheckedTemplate, Place, Rule } from './finding.ts';
import { distributionsOf, itemsPath, listOf, objectOf, referred, resourcesOf } from './read.ts';

const PAGE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';

const VIEWER_EVENTS = ['viewer-request', 'viewer-response'];
const ALL_EVENTS = [...VIEWER_EVENTS, 'origin-request', 'origin-response'];

/** Seconds, at the origin events. */
const MAX_TIMEOUT = 30;

interface Associated {
  readonly distribution: string;
  /** Of the list. */
  readonly path: string;
  readonly kind: 'FunctionAssociations' | 'LambdaFunctionAssociations';
  readonly event: string;
  readonly arn: unknown;
}

function associationsOf(template: CheckedTemplate): Associated[] {
  return distributionsOf(template).flatMap(({ id, behaviors }) =>
    behaviors.flatMap(({ path, properties }) =>
      (['FunctionAssociations', 'LambdaFunctionAssociations'] as const).flatMap((kind) =>
        listOf(properties[kind]).map((entry, index) => {
          const { EventType, FunctionARN, LambdaFunctionARN } = objectOf(entry);
          const at = `${path}.${kind}${itemsPath(properties[kind])}.${index}`;
          const arn = kind === 'FunctionAssociations' ? FunctionARN : LambdaFunctionARN;
          return { distribution: id, path: at, kind, event: String(EventType), arn };
        }),
      ),
    ),
  );
}

function behaviorOf({ distribution, path, kind }: Associated): string {
  return `${distribution} ${path.slice(0, path.lastIndexOf(`.${kind}`))}`;
}

export const FUNCTION_RULES: readonly Rule[] = [
  {
    id: 'function-code-size',
    severity: 'error',
    why: 'CloudFront takes no larger function.',
    advice: 'Make the code smaller: minify it, and move data to a key value store.',
    see: `${PAGE}/cloudfront-limits.html#limits-functions`,
    find: (template) =>
      resourcesOf(template, 'AWS::CloudFront::Function').flatMap(([resource, { FunctionCode }]) => {
        const bytes = typeof FunctionCode === 'string' ? Buffer.byteLength(FunctionCode) : 0;
        const expected = `at most ${CLOUDFRONT_FUNCTION_QUOTA_BYTES} bytes`;
        return bytes > CLOUDFRONT_FUNCTION_QUOTA_BYTES
          ? [{ resource, path: 'FunctionCode', expected, got: bytes }]
          : [];
      }),
  },
  {
    id: 'function-store-runtime',
    severity: 'error',
    why: 'Only runtime 2.0 reads key value stores.',
    advice: 'Set Runtime to cloudfront-js-2.0.',
    see: `${PAGE}/kvs-with-functions.html`,
    find: (template) =>
      resourcesOf(template, 'AWS::CloudFront::Function').flatMap(([resource, { FunctionConfig }]) => {
        const { Runtime, KeyValueStoreAssociations } = objectOf(FunctionConfig);
        const isWrong = listOf(KeyValueStoreAssociations).length > 0 && Runtime === 'cloudfront-js-1.0';
        const path = 'FunctionConfig.Runtime';
        return isWrong ? [{ resource, path, expected: 'cloudfront-js-2.0', got: Runtime }] : [];
      }),
  },
  {
    id: 'function-event',
    severity: 'error',
    why: 'CloudFront Functions run at the viewer events, Lambda@Edge functions at all four.',
    advice: 'Name one of these events.',
    see: `${PAGE}/edge-functions-choosing.html`,
    find: (template) =>
      associationsOf(template).flatMap(({ distribution, path, kind, event }) => {
        const events = kind === 'FunctionAssociations' ? VIEWER_EVENTS : ALL_EVENTS;
        const place = { resource: distribution, path: `${path}.EventType`, got: event };
        return events.includes(event) ? [] : [{ ...place, expected: `one of ${events.join(', ')}` }];
      }),
  },
  {
    id: 'function-per-event',
    severity: 'error',
    why: 'A behavior has one function an event, and at the viewer events functions of one kind.',
    advice: 'Put both tasks into one function, or one of them at an origin event.',
    see: `${PAGE}/edge-functions-restrictions-all.html`,
    find: (template) => {
      const all = associationsOf(template);
      return all.flatMap((one, index): Place[] => {
        const before = all.slice(0, index).filter((other) => behaviorOf(other) === behaviorOf(one));
        const isSecond = before.some(({ event }) => event === one.event);
        const isMixed = before.some(({ kind, event }) => kind !== one.kind && areViewerEvents(event, one.event));
        if (!isSecond && !isMixed) return [];
        const expected = isSecond ? 'one function an event' : 'functions of one kind at the viewer events';
        return [{ resource: one.distribution, path: `${one.path}.EventType`, expected, got: one.event }];
      });
    },
  },
  {
    id: 'lambda-version',
    severity: 'error',
    why: 'CloudFront replicates numbered versions alone, neither $LATEST nor an alias.',
    advice: 'Refer to an AWS::Lambda::Version, or to the ARN with its number.',
    see: `${PAGE}/edge-functions-restrictions-all.html`,
    find: (template) =>
      associationsOf(template).flatMap(({ distribution, path, kind, arn }) => {
        if (kind !== 'LambdaFunctionAssociations' || isNumbered(template, arn)) return [];
        const place = { resource: distribution, path: `${path}.LambdaFunctionARN`, got: arn };
        return [{ ...place, expected: 'a numbered version of a function' }];
      }),
  },
  {
    id: 'lambda-at-edge',
    severity: 'error',
    why: 'CloudFront refuses functions with what the edge does not have.',
    advice: 'Take it away: settings are inlined at build time, files are bundled.',
    see: `${PAGE}/lambda-at-edge-function-restrictions.html`,
    find: (template) =>
      edgeFunctions(template).flatMap(([resource, properties]) => missingAtEdge(resource, properties)),
  },
];

function areViewerEvents(...events: readonly string[]): boolean {
  return events.every((event) => VIEWER_EVENTS.includes(event));
}

function isNumbered({ Resources }: CheckedTemplate, arn: unknown): boolean {
  if (typeof arn === 'string') return /:\d+$/.test(arn);
  const id = referred(arn);
  // What a parameter or another stack brings, or a text that is put together, can only be seen when it is deployed.
  if (id === null || Resources[id] === undefined) return true;
  return Resources[id]?.Type === 'AWS::Lambda::Version';
}

/** Functions of the template that some behavior runs. */
function edgeFunctions(template: CheckedTemplate): [id: string, properties: Readonly<Record<string, unknown>>][] {
  const versions = new Set(associationsOf(template).map(({ arn }) => referred(arn)));
  const used = resourcesOf(template, 'AWS::Lambda::Version')
    .filter(([id]) => versions.has(id))
    .map(([, { FunctionName }]) => referred(FunctionName));
  return resourcesOf(template, 'AWS::Lambda::Function').filter(([id]) => used.includes(id));
}

function missingAtEdge(resource: string, properties: Readonly<Record<string, unknown>>): Place[] {
  const absent = ['Environment', 'VpcConfig', 'DeadLetterConfig', 'Layers', 'FileSystemConfigs', 'KmsKeyArn'];
  const found: Place[] = absent
    .filter((path) => properties[path] !== undefined)
    .map((path) => ({ resource, path, expected: 'nothing', got: properties[path] }));
  const { Architectures, Timeout, Runtime, PackageType } = properties;
  if (listOf(Architectures).some((architecture) => architecture !== 'x86_64')) {
    found.push({ resource, path: 'Architectures', expected: '[x86_64]', got: Architectures });
  }
  if (typeof Timeout === 'number' && Timeout > MAX_TIMEOUT) {
    found.push({ resource, path: 'Timeout', expected: `at most ${MAX_TIMEOUT} seconds`, got: Timeout });
  }
  if (typeof Runtime === 'string' && !/^(?:nodejs|python)/.test(Runtime)) {
    found.push({ resource, path: 'Runtime', expected: 'Node.js or Python', got: Runtime });
  }
  if (PackageType === 'Image') found.push({ resource, path: 'PackageType', expected: 'Zip', got: PackageType });
  return found;
}
