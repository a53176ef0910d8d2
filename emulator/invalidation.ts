/** What an invalidation takes out of the cache. */
import { unexpected } from '../config/errors.ts';

/**
 * The patterns of an invalidation, each with its leading slash.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID when it is not `{"paths": [...]}` with paths in visible ASCII,
 * where `*` is at the end or nowhere.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
export function parseInvalidation(body: unknown): string[] {
  const { paths } = Object(body);
  if (!Array.isArray(paths) || paths.length === 0) {
    throw unexpected('ERR_OPTION_INVALID', 'paths', 'a list of paths', paths);
  }
  return paths.map((path) => {
    if (typeof path !== 'string' || !/^[!-)+-~]*\*?$/.test(path) || path === '') {
      throw unexpected('ERR_OPTION_INVALID', 'path', 'visible ASCII, with * at the end or nowhere', path);
    }
    return path.startsWith('/') ? path : `/${path}`;
  });
}

/** Whether one of the patterns covers a path, which has its query string where the cache key has one. */
export function isInvalidated(patterns: readonly string[], path: string): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern));
}
