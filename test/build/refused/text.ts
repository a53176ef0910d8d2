// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are sources
import { inHandler, type Refused } from './trap.ts';

export const TEXT: readonly Refused[] = [
  {
    name: 'a string above U+FFFF',
    source: inHandler('return "😀".length;'),
    found: 'a character above U+FFFF',
    instead: 'percent-encoded',
  },
  {
    name: 'an escaped character above U+FFFF',
    source: inHandler('return "\\u{1f600}".length;'),
    found: 'a character above U+FFFF',
    instead: 'percent-encoded',
  },
  {
    name: 'a template above U+FFFF',
    source: inHandler('return `${event.uri}😀`;'),
    found: 'a character above U+FFFF',
    instead: 'percent-encoded',
  },
  {
    name: 'a property name above U+FFFF',
    source: inHandler('return { "😀": 1 };'),
    found: 'a character above U+FFFF',
    instead: 'percent-encoded',
  },
  ...['s', 'u', 'v', 'd', 'gu'].map((flags) => ({
    name: `the regular expression flags ${flags}`,
    source: inHandler(`return /a/${flags}.test(event.uri);`),
    found: `the regular expression flags ${flags}`,
    instead: 'g, i, m and y only',
  })),
  {
    name: 'flags of the RegExp constructor',
    source: inHandler('return new RegExp(event.pattern, "s").test(event.uri);'),
    found: 'the regular expression flags s',
    instead: 'g, i, m and y only',
  },
  {
    name: 'flags that only the run time knows',
    source: inHandler('return RegExp("a", event.flags).test(event.uri);'),
    found: 'computed RegExp flags',
    instead: 'a string of g, i, m and y',
  },
  {
    name: 'a lookbehind',
    source: inHandler('return /(?<=a)b/.test(event.uri);'),
    found: 'a lookbehind',
    instead: 'take a group',
  },
  {
    name: 'flags inside a regular expression',
    source: inHandler('return /(?i:a)b/.test(event.uri);'),
    found: 'flags inside a regular expression',
    instead: 'the whole expression',
  },
  {
    name: 'a surrogate in a regular expression',
    source: inHandler('return /[\\ud800-\\udfff]/.test(event.uri);'),
    found: 'a surrogate in a regular expression',
    instead: 'ASCII only',
  },

  {
    name: 'an empty character class',
    source: inHandler('return /[^]/.test(event.uri);'),
    found: 'an empty character class',
    instead: '[\\s\\S]',
  },
  {
    name: 'an escaped letter that means something to Perl',
    source: inHandler('return /\\A\\//.test(event.uri);'),
    found: '\\A in a regular expression',
    instead: 'remove the backslash',
  },
  {
    name: 'a class that Perl names',
    source: inHandler('return /[[:alpha:]]/.test(event.uri);'),
    found: 'a class that Perl names',
    instead: 'in another order',
  },
  {
    name: 'a property name outside ASCII',
    source: inHandler('return { é: 1 };'),
    found: 'a property name outside ASCII',
    instead: 'write it in ASCII',
  },
  {
    name: 'a quoted property name outside ASCII',
    source: inHandler('return event["é"];'),
    found: 'a property name outside ASCII',
    instead: 'write it in ASCII',
  },
];
