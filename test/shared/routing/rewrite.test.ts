import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/parse.ts';
import type { Rewrites } from '../../../shared/config.ts';
import { type Doors, rewritten } from '../../../shared/routing/rewrite.ts';
import { SETTINGS } from '../../support/settings.ts';

const INDEX: Rewrites = { directoryIndex: 'index.html', trailingSlash: 'leave' };
const REDIRECT: Rewrites = { ...INDEX, trailingSlash: 'redirect' };
const OPEN: Doors = { sections: [], signed: null };

describe('a path', () => {
  test.each([
    ['/', { uri: '/index.html' }],
    ['/guide/', { uri: '/guide/index.html' }],
    ['/a/b.c/', { uri: '/a/b.c/index.html' }],
    ['/caf%C3%A9/', { uri: '/caf%C3%A9/index.html' }],
    ['/guide', undefined],
    ['/guide.html', undefined],
  ])('%s with a directory index', (uri, expected) => {
    expect(rewritten(uri, INDEX, OPEN)).toEqual(expected);
  });

  test.each([
    ['/guide', { location: './guide/' }],
    ['/a/b', { location: './b/' }],
    ['/a.b/c', { location: './c/' }],
    ['/javascript:x', { location: './javascript:x/' }],
    ['/guide.html', undefined],
    ['/.well-known', undefined],
    ['/guide/', { uri: '/guide/index.html' }],
  ])('%s with a redirect, too', (uri, expected) => {
    expect(rewritten(uri, REDIRECT, OPEN)).toEqual(expected);
  });

  test('is rewritten once: what comes of it stays', () => {
    const { uri = '' } = rewritten('/guide/', REDIRECT, OPEN) ?? {};
    expect(rewritten(uri, REDIRECT, OPEN)).toBeUndefined();
  });
});

describe('no rewrite leads past a door', () => {
  const section = (path: string): Doors => {
    const config = parseConfig({ ...SETTINGS, protected: [{ ...SETTINGS.protected[0], path }] });
    return { sections: config.protected, signed: null };
  };
  test.each<[string, string, Doors, object | undefined]>([
    ['within a section', '/private/', section('/private/*'), { uri: '/private/index.html' }],
    ['into a section', '/docs/', section('/docs/index.html'), undefined],
    ['out of a section', '/docs/', section('/docs/'), undefined],
    ['by a redirect within a section', '/private/a', section('/private/*'), { location: './a/' }],
    ['by a redirect into a section', '/private', section('/private/*'), undefined],
    ['into signed paths', '/films/', { sections: [], signed: '/films/*.html' }, undefined],
    ['within signed paths', '/films/', { sections: [], signed: '/films/*' }, { uri: '/films/index.html' }],
    ['from a path that is not canonical', '/a//', OPEN, undefined],
  ])('%s', (_, uri, doors, expected) => {
    expect(rewritten(uri, REDIRECT, doors)).toEqual(expected);
  });
});
