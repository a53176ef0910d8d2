/** Functions at the edge: what CloudFront refuses, and what it finds out only when viewers are there. */
import { CLOUDFRONT_FUNCTION_QUOTA_BYTES } from '../../config/quotas.ts';
import { ALL_EVENTS, associationsOf, behaviorOf, VIEWER_EVENTS } from './associations.ts';
import type { Place, Rule } from './finding.ts';
import { isKnown, listOf, objectOf, resourcesOf } from './read.ts';

const PAGE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';

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
        const isWrong = listOf(KeyValueStoreAssociations).some(isKnown) && Runtime === 'cloudfront-js-1.0';
        const path = 'FunctionConfig.Runtime';
        return isWrong ? [{ resource, path, expected: 'cloudfront-js-2.0', got: Runtime }] : [];
      }),
  },
  {
    id: 'function-stores',
    severity: 'error',
    why: 'A function reads one key value store.',
    advice: 'Put all entries into one store, under prefixes.',
    see: `${PAGE}/cloudfront-limits.html#limits-keyvaluestores`,
    find: (template) =>
      resourcesOf(template, 'AWS::CloudFront::Function').flatMap(([resource, { FunctionConfig }]) => {
        const { length } = listOf(objectOf(FunctionConfig).KeyValueStoreAssociations).filter(isKnown);
        const path = 'FunctionConfig.KeyValueStoreAssociations';
        return length > 1 ? [{ resource, path, expected: 'one store', got: length }] : [];
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
        return event === null || events.includes(event) ? [] : [{ ...place, expected: `one of ${events.join(', ')}` }];
      }),
  },
  {
    id: 'function-per-event',
    severity: 'error',
    why: 'A behavior has one function an event, and at the viewer events functions of one kind.',
    advice: 'Put both tasks into one function, or one of them at an origin event.',
    see: `${PAGE}/edge-functions-restrictions-all.html`,
    find: (template) => {
      const all = associationsOf(template).filter(({ event }) => event !== null);
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
];

function areViewerEvents(...events: readonly (string | null)[]): boolean {
  return events.every((event) => VIEWER_EVENTS.some((one) => one === event));
}
