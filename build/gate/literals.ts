/** Checks of what is written literally: text, numbers, names, regular expressions. */
import type { AnyNode } from 'acorn';
import type { Place, Refusal } from './place.ts';
import { type Advice, REGEXP_FLAGS } from './runtime-2.0.ts';

/** A name that needs no quotes, with a character outside ASCII. */
const NAME_OUTSIDE_ASCII = /^(?=.*[^ -~])[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

const SURROGATE = /[\ud800-\udfff]/;

/** Literals that the engine does not parse, or counts differently. */
export function refusedLiteral({ node }: Place): Refusal | null {
  if (node.type === 'Literal' && node.bigint) return { found: 'a BigInt', instead: 'write a Number' };
  if (node.type === 'Literal' && node.regex) return patternAdvice(node.regex.pattern, node.regex.flags);
  if (!SURROGATE.test(textOf(node))) return null;
  return {
    found: 'a character above U+FFFF',
    instead: 'write it percent-encoded: the engine counts it as one character, Node.js as two',
  };
}

/**
 * Property names outside ASCII. The minifier removes their quotes and, in an ASCII script, escapes the
 * letters, which the engine reads in strings only.
 */
export function refusedName({ node }: Place): Refusal | null {
  if (!NAME_OUTSIDE_ASCII.test(nameOf(node))) return null;
  const at = node.type === 'MemberExpression' ? node.property : node;
  return { found: 'a property name outside ASCII', instead: 'write it in ASCII', at };
}

/**
 * What a regular expression asks for that the engine lacks, or takes for something else: its regular
 * expressions are Perl's. Null stands for a text that only the run time knows.
 */
export function patternAdvice(pattern: string | null, flags: string | null): Advice | null {
  if (flags === null) return { found: 'computed RegExp flags', instead: 'write them as a string of g, i, m and y' };
  if (!REGEXP_FLAGS.test(flags)) {
    const instead = 'use g, i, m and y only; for s, write [\\s\\S] in place of the dot';
    return { found: `the regular expression flags ${flags}`, instead };
  }
  if (pattern === null) return null;
  if (SURROGATE.test(pattern) || /\\u[dD][89a-fA-F]/.test(pattern)) {
    return { found: 'a surrogate in a regular expression', instead: 'accept ASCII only, or match it percent-encoded' };
  }
  const escapes = pattern.match(/\\[\s\S]/g) ?? [];
  const letter = escapes.find((text) => /[A-Za-z]/.test(text) && !/[bBcdDfknrsStuvwWx]/.test(text));
  if (letter !== undefined) {
    return { found: `${letter} in a regular expression`, instead: 'remove the backslash: Perl gives it a meaning' };
  }
  const unescaped = pattern.replaceAll(/\\[\s\S]/g, 'x');
  if (/\(\?<[=!]/.test(unescaped)) {
    return { found: 'a lookbehind', instead: 'match the text before it too, and take a group' };
  }
  if (/\(\?(?!:)[ims-]+:/.test(unescaped)) {
    return { found: 'flags inside a regular expression', instead: 'set the flags of the whole expression' };
  }
  const classes = unescaped.match(/\[[^\]]*\]/g) ?? [];
  if (classes.some((characters) => characters === '[]' || characters === '[^]')) {
    return { found: 'an empty character class', instead: 'write [\\s\\S] for any character' };
  }
  if (classes.some((characters) => /\[:\w+:\]$/.test(characters))) {
    return {
      found: 'a class that Perl names',
      instead: 'write the bracket as \\[ and the characters in another order',
    };
  }
  return null;
}

/** The value of a string literal; null for every other node. */
export function stringOf(node: AnyNode | undefined): string | null {
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : null;
}

/** The property that a node names; empty when the run time names it, and for every other node. */
function nameOf(node: AnyNode): string {
  if (node.type !== 'Property' && node.type !== 'MemberExpression') return '';
  const key = node.type === 'Property' ? node.key : node.property;
  return key.type === 'Identifier' && !node.computed ? key.name : (stringOf(key) ?? '');
}

/** The text that a node holds itself; a name of a property is no node that is visited. */
function textOf(node: AnyNode): string {
  if (node.type === 'TemplateElement') return node.value.cooked ?? '';
  return stringOf(node.type === 'Property' ? node.key : node) ?? '';
}
