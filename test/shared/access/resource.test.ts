import { describe, expect, test } from 'vitest';
import { matchesResource } from '../../../shared/access/resource.ts';
import { matchesWildcard } from '../../../shared/access/wildcard.ts';

describe('a wildcard', () => {
  test.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'a/b', true],
    ['?', '', false],
    ['?', 'a', true],
    ['?', 'ab', false],
    ['/a/*', '/a/', true],
    ['/a/*', '/a', false],
    ['/a*c', '/abc', true],
    ['/a*c', '/ac', true],
    ['/a*c', '/abcd', false],
    ['/a*b*c', '/a-b-b-c', true],
    ['/a**', '/a', true],
    ['/ab*bc', '/abc', false],
    ['/ab*bc', '/abbc', true],
    ['/A', '/a', false],
    ['/a.c', '/abc', false],
  ])('%s against %s: %s', (pattern, text, expected) => {
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });

  test('takes no time worth noting over many stars', () => {
    expect(matchesWildcard(`${'*a'.repeat(200)}*b`, 'a'.repeat(8_000))).toBe(false);
  });
});

describe('a resource', () => {
  test.each<{ pattern: string; url: string; expected: boolean }>([
    { pattern: '*', url: '/a?x', expected: true },
    { pattern: '/a', url: '/a', expected: true },
    { pattern: '/a', url: '/a?x=1', expected: false },
    { pattern: '/a*', url: '/a?x=1', expected: true },
    { pattern: '/*.jpg', url: '/a.jpg', expected: true },
    { pattern: '/*.jpg', url: '/a.jpg?x=1', expected: false },
    { pattern: '/*.jpg', url: '/secret.mp4?x=.jpg', expected: false },
    { pattern: '/hello*world', url: '/hello?world', expected: false },
    { pattern: '/a?x=1', url: '/a?x=1', expected: true },
    { pattern: '/a?x=1', url: '/a?x=2', expected: false },
    { pattern: '/a?x=?', url: '/a?x=2', expected: true },
    { pattern: '/a?x=*', url: '/a?x=2&y', expected: true },
    { pattern: '/a?x=*', url: '/a?y&x=2', expected: false },
    { pattern: '/a?x=*', url: '/a', expected: false },
    { pattern: '/a\\?x=1', url: '/a?x=1', expected: true },
    { pattern: '/?\\?x=1', url: '/a?x=1', expected: true },
    { pattern: 'https://www.example.com/a', url: '/a', expected: true },
    { pattern: 'http://www.example.com/a', url: '/a', expected: false },
    { pattern: '*://www.example.com/a', url: '/a', expected: true },
    { pattern: 'https://*.example.com/*', url: '/a?x', expected: true },
    { pattern: 'https://example.com/*', url: '/a', expected: false },
    { pattern: 'https://www.example.com.evil.test/*', url: '/a', expected: false },
    { pattern: 'https://www.example.com', url: '/', expected: false },
    { pattern: '*://evil.test/x://www.example.com/*', url: '/a', expected: false },
    { pattern: 'https://www.example.com/a?u=http://x/*', url: '/a?u=http://x/y', expected: true },
    { pattern: 'www.example.com/*', url: '/a', expected: false },
    { pattern: '', url: '/a', expected: false },
  ])('$pattern against $url: $expected', ({ pattern, url, expected }) => {
    const [path = '', query] = url.split(/\?(.*)/s);
    expect(matchesResource(pattern, { scheme: 'https', host: 'www.example.com', path, query })).toBe(expected);
  });
});
