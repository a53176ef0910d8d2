/** What is wrong with a path that `shared/access/canonical-path.ts` does not take, and how it would be spelled. */
import { canonicalPath } from '../../shared/access/canonical-path.ts';

const FAULTS: readonly (readonly [words: string, pattern: RegExp])[] = [
  ['a "%" that encodes nothing', /%(?![0-9a-f]{2})/i],
  ['an encoded slash', /%2f/i],
  ['a backslash', /\\|%5c/i],
  ['an encoded NUL', /%00/],
  ['a bare "+", which S3 reads as a space', /\+/],
  ['lower-case hexadecimal digits', /%(?:[a-f][0-9A-Fa-f]|[0-9A-F][a-f])/],
  ['a letter, digit or one of -._~ percent-encoded', /%(?:2[DE]|3\d|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])/],
  ['a character that has to be percent-encoded', /[^\w.~!$&'()*,;:=@|^[\]%/-]/u],
];

/** Empty is what `takePathToken` leaves of a path that it refuses. The first fault of its kind, with its place: segments and characters are counted from 1. */
export function pathFault(path: string): string {
  if (path === '') return 'no token, nothing behind it, or another token';
  if (!path.startsWith('/')) return 'nothing that begins with "/"';
  const segments = path.slice(1).split('/');
  const index = segments.findIndex(
    (segment, at) => /^(?:\.|%2e){1,2}$/i.test(segment) || (segment === '' && at < segments.length - 1),
  );
  if (index !== -1) return `segment ${index + 1} is ${segments[index] ? `"${segments[index]}"` : 'empty'}`;
  for (const [words, pattern] of FAULTS) {
    const found = pattern.exec(path);
    if (found !== null) return `${words}: "${found[0]}" as character ${found.index + 1}`;
  }
  return isUtf8(path) ? 'a path longer than a key of S3' : 'bytes that are not UTF-8';
}

function isUtf8(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

/** The canonical path that may have been meant; undefined where there is none. */
export function canonicalSpelling(path: string): string | undefined {
  if (!path.startsWith('/')) return undefined;
  const spelled = path
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replace(/%[0-9a-f]{2}/gi, plainOrUpperCase)
    .replace(/[^\w.~!$&'()*,;:=@|^[\]%/-]/gu, percentEncoded);
  const canonical = withoutDots(spelled);
  return canonicalPath(canonical) === undefined ? undefined : canonical;
}

function plainOrUpperCase(byte: string): string {
  const character = String.fromCharCode(Number.parseInt(byte.slice(1), 16));
  return /[\w.~/-]/.test(character) ? character : byte.toUpperCase();
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

function withoutDots(path: string): string {
  const segments = path.split('/').slice(1);
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.' && segment !== '') kept.push(segment);
  }
  const isFolder = ['', '.', '..'].includes(segments.at(-1) ?? '') && kept.length > 0;
  return `/${kept.join('/')}${isFolder ? '/' : ''}`;
}
