import { expect, test } from 'vitest';
import { parseHealth } from '../../config/health.ts';

const DEFAULTS = {
  canary: '/health.txt',
  probes: 5,
  threshold: 4,
  intervalSeconds: 5,
  timeoutSeconds: 2,
  everySeconds: 60,
  holdSeconds: 300,
  drainSeconds: 900,
};

test.each([
  ['nothing, which turns it off', null, null],
  ['a canary alone', { canary: '/health.txt' }, DEFAULTS],
  [
    'the least of all',
    { ...DEFAULTS, probes: 1, threshold: 1, intervalSeconds: 1, timeoutSeconds: 1, holdSeconds: 0, drainSeconds: 240 },
    { ...DEFAULTS, probes: 1, threshold: 1, intervalSeconds: 1, timeoutSeconds: 1, holdSeconds: 0, drainSeconds: 240 },
  ],
  ['the longest round of probes', { ...DEFAULTS, intervalSeconds: 10 }, { ...DEFAULTS, intervalSeconds: 10 }],
  ['more than half of an odd number', { ...DEFAULTS, threshold: 3 }, { ...DEFAULTS, threshold: 3 }],
  [
    'more than half of an even number',
    { ...DEFAULTS, probes: 4, threshold: 3 },
    { ...DEFAULTS, probes: 4, threshold: 3 },
  ],
])('takes %s', (_, input, expected) => {
  expect(parseHealth(input)).toEqual(expected);
});

test.each([
  [
    'an unknown name',
    { canray: '/x' },
    'health.canray: expected one of canary, probes, threshold, intervalSeconds, timeoutSeconds, everySeconds, holdSeconds, drainSeconds, got "canray"',
  ],
  ['no canary', {}, 'health.canary: expected the path of an object such as /health.txt, got nothing'],
  [
    'a canary that needs encoding',
    { canary: '/a b' },
    'health.canary: expected the path of an object such as /health.txt, got "/a b"',
  ],
  [
    'a folder',
    { canary: '/health/' },
    'health.canary: expected the path of an object such as /health.txt, got "/health/"',
  ],
  [
    'half of an even number',
    { ...DEFAULTS, probes: 4, threshold: 2 },
    'health.threshold: expected a whole number from 3 to 4, got 2',
  ],
  [
    'more failures than probes',
    { ...DEFAULTS, threshold: 6 },
    'health.threshold: expected a whole number from 3 to 5, got 6',
  ],
  [
    'a round that takes too long',
    { ...DEFAULTS, intervalSeconds: 11 },
    'health.intervalSeconds: expected times for 5 probes of at most 50 seconds together, the last one\'s time limit included, got "54 seconds"',
  ],
  ['a part of a minute', { ...DEFAULTS, everySeconds: 90 }, 'health.everySeconds: expected whole minutes, got 90'],
  [
    'a drain that a failed run would end',
    { ...DEFAULTS, drainSeconds: 239 },
    'health.drainSeconds: expected at least four times everySeconds 60, got 239',
  ],
])('refuses %s', (_, input, message) => {
  expect(() => parseHealth(input)).toThrow(message);
});
