/** Rewrites of directories beside behaviors that check viewers by themselves. */
import { matchesWildcard } from '../../shared/access/wildcard.ts';
import type { SettingsRule } from './finding.ts';
import { type CheckedBehavior, distributionsOf, isSigned, listOf, objectOf } from './read.ts';

/**
 * The function at the origin request holds a rewrite against the sections and the signed paths. A behavior of the
 * template that checks viewers by itself is safe as long as every behavior has a directory and its index both, or neither.
 */
export const REWRITE_DIRECTORIES: SettingsRule = {
  id: 'rewrite-directories',
  severity: 'error',
  why: 'A behavior checks viewers by itself, and a rewrite from a directory to its index would lead past that, or into it.',
  advice: 'Cover directories together with their index in every behavior, or leave rewrites out.',
  see: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern',
  find: (template, { rewrites, protected: sections, signed }) => {
    if (rewrites === null) return [];
    const index = rewrites.directoryIndex;
    const known = [...sections.map(({ path }) => path), signed?.path];
    return distributionsOf(template).flatMap(({ id: resource, behaviors }) => {
      const usual = behaviors.at(-1) as CheckedBehavior;
      const others = behaviors.slice(0, -1).filter(({ pattern }) => !known.includes(pattern));
      if (!others.some((behavior) => hasOwnCheck(behavior, usual))) return [];
      const expected = `behaviors for a directory with its ${index}, since one checks viewers by itself, or no rewrites`;
      return others
        .filter(({ pattern }) => dividesDirectories(pattern, index))
        .map(({ path, pattern }) => ({
          ...{ resource, path: `${path}.PathPattern`, setting: 'rewrites', expected, got: pattern },
        }));
    });
  },
};

function hasOwnCheck(behavior: CheckedBehavior, usual: CheckedBehavior): boolean {
  const functions = viewerFunctions(behavior);
  const isOther = JSON.stringify(functions) !== JSON.stringify(viewerFunctions(usual));
  return isSigned(behavior) || (functions.length > 0 && isOther);
}

function viewerFunctions({ properties }: CheckedBehavior): unknown[] {
  return [...listOf(properties.FunctionAssociations), ...listOf(properties.LambdaFunctionAssociations)].filter(
    (association) => objectOf(association).EventType === 'viewer-request',
  );
}

/** Whether there can be a path `x/` of which only one of `x/` and `x/index.html` matches. */
function dividesDirectories(pattern: string, index: string): boolean {
  const full = /^[/*]/.test(pattern) ? pattern : `/${pattern}`;
  const beginning = full.replace(/\*+$/, '');
  if (beginning === full) return endsIn(full, '/') || endsIn(full, `/${index}`);
  return [...index].some((_, at) => endsIn(beginning, `/${index.slice(0, at + 1)}`));
}

/** Whether the pattern matches any text with that end. */
function endsIn(pattern: string, end: string): boolean {
  return [...pattern].some((_, from) => matchesWildcard(pattern.slice(from), end));
}
