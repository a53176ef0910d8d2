import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalPath, normalPath, plainDelimiters } from '../../../shared/access/canonical-path.ts';

describe('canonical', () => {
  test.each([
    { uri: '/', decoded: '/' },
    { uri: '/a/b.c', decoded: '/a/b.c' },
    { uri: '/a/', decoded: '/a/' },
    { uri: '/.well-known/x', decoded: '/.well-known/x' },
    { uri: '/...', decoded: '/...' },
    { uri: '/a..b', decoded: '/a..b' },
    { uri: '/~t/x', decoded: '/~t/x' },
    { uri: '/a%20b', decoded: '/a b' },
    { uri: '/%E6%96%87', decoded: '/文' },
    { uri: '/a%2Bb', decoded: '/a+b' },
    { uri: '/100%25', decoded: '/100%' },
    { uri: '/%252F', decoded: '/%2F' },
    { uri: '/a%3Fb', decoded: '/a?b' },
    { uri: '/a%23b', decoded: '/a#b' },
  ])('$uri is $decoded', ({ uri, decoded }) => {
    expect(canonicalPath(uri)).toBe(decoded);
  });

  test.each([
    { uri: '/a@b', normal: '/a@b' },
    { uri: '/a%40b', normal: '/a@b' },
    { uri: '/f(1),!.jpg', normal: '/f(1),!.jpg' },
    { uri: '/f%281%29%2C%21.jpg', normal: '/f(1),!.jpg' },
    { uri: '/a[1]|^', normal: '/a[1]|^' },
    { uri: '/a%5B1%5D%7C%5E', normal: '/a[1]|^' },
    { uri: "/$&';=:", normal: "/$&';=:" },
    { uri: '/%24%26%27%3B%3D%3A', normal: "/$&';=:" },
    { uri: '/a*', normal: '/a%2A' },
    { uri: '/a%2A', normal: '/a%2A' },
  ])('$uri is $normal to a pattern', ({ uri, normal }) => {
    expect(canonicalPath(uri)).toBeDefined();
    expect(normalPath(uri)).toBe(normal);
  });
});

describe('not canonical', () => {
  test.each([
    ...['', 'a', '*', '//', '/a//b', '//a', '/.', '/./a', '/a/.', '/a/./b', '/..', '/../a', '/a/..', '/a/../b'],
    ...['/private%2Fx', '/private%2fx', '/a%5Cb', '/a%5cb', '/a\\b', '/a%00', '/a+b', '/%', '/%4', '/%zz', '/%c3%a9'],
    ...['/%70rivate', '/%2E%2E/a', '/%2e', '/a%2D', '/a%5F', '/a%7E', '/%30', '/%41', '/%5A', '/%61', '/%7A'],
    ...['/%FF', '/%C0%AF', '/%ED%A0%80', '/é', '/a b', '/"', '/<', '/`', '/{', '/a\u0000', '/a\n', '/a?b', '/a#b'],
  ])('%j', (uri) => {
    expect(canonicalPath(uri)).toBeUndefined();
  });
});

test('is no longer than a key of S3 can be', () => {
  expect(canonicalPath(`/${'%C3%A9'.repeat(512)}`)).toBe(`/${'é'.repeat(512)}`);
  expect(canonicalPath(`/${'x'.repeat(3072)}`)).toBeDefined();
  expect(canonicalPath(`/${'x'.repeat(3073)}`)).toBeUndefined();
});

test('no unreserved character is canonical when it is encoded', () => {
  const unreserved = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'];
  expect(unreserved.filter((character) => canonicalPath(`/${percent(character)}`) !== undefined)).toEqual([]);
});

test('two canonical spellings of one key have one normal form', () => {
  const character = fc.constantFrom(...'aZ0-._~!$&\'()*,;=:@|^[] "%#?<é文'.split(''));
  const spelled = (key: string, encodes: boolean[]): string =>
    [...key]
      .map((c, index) =>
        encodes[index % encodes.length] ? percent(c) : encodeURI(c).replace('#', '%23').replace('?', '%3F'),
      )
      .join('');
  fc.assert(
    fc.property(
      fc.array(character, { minLength: 1, maxLength: 12 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      (characters, a, b) => {
        const key = `k${characters.join('')}`;
        const [one, other] = [`/${spelled(key, a)}`, `/${spelled(key, b)}`];
        fc.pre(canonicalPath(one) !== undefined && canonicalPath(other) !== undefined);
        expect([canonicalPath(one), canonicalPath(other)]).toEqual([`/${key}`, `/${key}`]);
        expect(normalPath(one)).toBe(normalPath(other));
      },
    ),
  );
});

function percent(character: string): string {
  return [...new TextEncoder().encode(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}

test('never throws, and never takes a dot segment for canonical', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'/.%2eEfF0a+\\'.split('')), maxLength: 30 }), (text) => {
      const path = canonicalPath(`/${text}`);
      if (path !== undefined) expect(new URL(`http://x${path}`).pathname.split('/')).not.toContain('..');
      if (path !== undefined) expect(path).not.toMatch(/\/\.{0,2}\/|\/\.{1,2}$/);
    }),
  );
});

test('the path of a pattern keeps its wildcards', () => {
  expect(plainDelimiters('/a%40/*?')).toBe('/a@/*?');
});
