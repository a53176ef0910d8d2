/** One source for every trap of the engine. */
import { ASYNC_FUNCTIONS } from './refused/async-functions.ts';
import { CALLS } from './refused/calls.ts';
import { GLOBALS } from './refused/globals.ts';
import { IMPORTS } from './refused/imports.ts';
import { SYNTAX } from './refused/syntax.ts';
import { TEXT } from './refused/text.ts';
import type { Refused } from './refused/trap.ts';

export const REFUSED: readonly Refused[] = [...ASYNC_FUNCTIONS, ...SYNTAX, ...TEXT, ...GLOBALS, ...CALLS, ...IMPORTS];
