import { inAsync, inHandler, type Refused, top } from './trap.ts';

export const ASYNC_FUNCTIONS: readonly Refused[] = [
  {
    name: 'await in the arguments of a call',
    source: inAsync('return String(await load());'),
    found: 'await in the arguments of a call',
    instead: 'assign it first',
  },
  {
    name: 'await after other arguments',
    source: inAsync('return [event].concat(1, await load());'),
    found: 'await in the arguments of a call',
    instead: 'assign it first',
  },
  {
    name: 'await deep inside an argument',
    source: inAsync('return String({ a: [await load()] });'),
    found: 'await in the arguments of a call',
    instead: 'assign it first',
  },
  {
    name: 'await in the arguments of new',
    source: inAsync('return new Error(await load());'),
    found: 'await in the arguments of a call',
    instead: 'assign it first',
  },
  {
    name: 'a closure over a variable that changes after an await',
    source: inAsync('let s = 0; [1, 2].forEach((x) => { s += x; }); await load(); return s;'),
    found: 'a function inside an async function',
    instead: 'declare it at the top level',
  },
  {
    name: 'a closure over a parameter',
    source: inAsync('const read = function () { return event.uri; }; await load(); return read();'),
    found: 'a function inside an async function',
    instead: 'declare it at the top level',
  },
  {
    name: 'a function declaration inside an async function',
    source: inAsync('function read() { return event.uri; } await load(); return read();'),
    found: 'a function inside an async function',
    instead: 'declare it at the top level',
  },
  {
    name: 'a getter inside an async function',
    source: inAsync('return { get uri() { return event.uri; } };'),
    found: 'a function inside an async function',
    instead: 'declare it at the top level',
  },
  {
    name: 'an async arrow function',
    source: top('const load = async () => 1;', 'load()'),
    found: 'an async closure',
    instead: 'declare an async function at the top level',
  },
  {
    name: 'an async function expression',
    source: top('const load = async function () { return 1; };', 'load()'),
    found: 'an async closure',
    instead: 'declare an async function at the top level',
  },
  {
    name: 'an async function inside a function',
    source: inHandler('async function load() { return 1; } return load();'),
    found: 'an async closure',
    instead: 'declare an async function at the top level',
  },
  {
    name: 'arguments in an async function',
    source: inAsync('await load(); return arguments.length;'),
    found: 'arguments in an async function',
    instead: 'name the parameters',
  },
  {
    name: 'await at the top level',
    source: top('const value = await Promise.resolve(1);', 'value'),
    found: 'await at the top level',
    instead: 'await in the handler',
  },
];
