// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are sources
/** What runtime 2.0 documents, and what the build rewrites into it without a helper. */

export interface Accepted {
  readonly name: string;
  readonly source: string;
  /** What the handler returns, or resolves to, for an event with the URI `/a`. */
  readonly returns: unknown;
  /** Documented for the runtime, but not yet in Debian's njs 0.7.9. */
  readonly newerThanNjs?: boolean;
}

export const ACCEPTED: readonly Accepted[] = [
  // Declarations and functions.
  { name: 'let and const', source: inHandler('let a = 1; const b = 2; a += b; return a;'), returns: 3 },
  {
    name: 'a binding for each turn of a loop',
    source: inHandler('const f: any[] = []; for (let i = 0; i < 2; i += 1) f.push(() => i); return f[0]() + f[1]();'),
    returns: 1,
  },
  {
    name: 'arrow functions',
    source: inHandler('return [1, 2].map((x) => ({ x: x }));'),
    returns: [{ x: 1 }, { x: 2 }],
  },
  {
    name: 'rest parameters',
    source: `${inHandler('return count(1, 2, 3);')} function count(first: number, ...rest: number[]) { return rest.length; }`,
    returns: 2,
  },
  {
    name: 'arguments',
    source: `${inHandler('return count(1, 2);')} function count(..._: number[]) { return arguments.length; }`,
    returns: 2,
  },
  {
    name: 'an arrow function that is called at once',
    source: `const a = (() => 4)(); ${inHandler('return a;')}`,
    returns: 4,
  },
  {
    name: 'Function.prototype',
    source: inHandler('return Function.prototype.call.call(String, null, 1);'),
    returns: '1',
  },
  { name: 'call, apply and bind', source: inHandler('return Math.max.apply(null, [1, 3].concat(2));'), returns: 3 },
  {
    name: 'a function declared in a block',
    source: inHandler('{ const a = one(); function one() { return 1; } return a; }'),
    returns: 1,
  },

  // Syntax.
  { name: 'templates in templates', source: inHandler('return `a${`b${event.uri}`}`;'), returns: 'ab/a' },
  {
    name: 'for-in',
    source: inHandler('const n = []; for (const k in { a: 1, b: 2 }) n.push(k); return n;'),
    returns: ['a', 'b'],
  },
  {
    name: 'getters and setters',
    source: inHandler('let v = 1; const o = { get a() { return v; }, set a(x) { v = x; } }; o.a = 3; return o.a;'),
    returns: 3,
  },
  {
    name: 'the operators ** and **=',
    source: inHandler('let a = event.uri.length; a **= 3; return a ** 2;'),
    returns: 64,
  },
  {
    name: 'labels',
    source: inHandler('let n = 0; a: for (;;) { for (;;) { n += 1; if (n > 2) break a; } } return n;'),
    returns: 3,
  },
  {
    name: 'switch with its own scope',
    source: inHandler('switch (event.uri) { case "/a": { let x = 1; return x; } default: return 0; }'),
    returns: 1,
  },
  {
    name: 'comma, void and typeof',
    source: inHandler('let a; return a = 1, [void 0 === undefined, typeof a];'),
    returns: [true, 'number'],
  },
  {
    name: 'try, catch and finally',
    source: inHandler('try { throw new Error("x"); } catch (e: any) { return e.message; } finally { event = null; }'),
    returns: 'x',
  },
  { name: 'property shorthand', source: inHandler('const a = 1; return { a };'), returns: { a: 1 } },
  {
    name: 'binary, octal and separated numbers',
    source: inHandler('return [0b11, 0o17, 1_000];'),
    returns: [3, 15, 1000],
  },
  { name: 'trailing commas', source: inHandler('return Math.max(1, 2,);'), returns: 2 },
  { name: 'characters below U+FFFF', source: inHandler('return ["é".length, "\\u{e9}" === "é"];'), returns: [1, true] },
  {
    name: 'types, and an enum',
    source: `enum Role { Primary, Secondary } interface A { a: Role } ${inHandler('const a: A = { a: Role.Secondary }; return a satisfies A;')}`,
    returns: { a: 1 },
  },
  {
    name: 'strict mode',
    source: inHandler('return (function (this: any) { return this === undefined; })();'),
    returns: true,
  },

  // Async functions.
  { name: 'await before return', source: inAsync('return await load(1);'), returns: 1 },
  {
    name: 'await in expressions',
    source: inAsync('return (await load(1)) + (event ? await load(2) : 0);'),
    returns: 3,
  },
  { name: 'await in a template', source: inAsync('return `a${await load(1)}`;'), returns: 'a1' },
  {
    name: 'await in literals',
    source: inAsync('return [await load(1), { a: await load(2) }];'),
    returns: [1, { a: 2 }],
  },
  {
    name: 'await in loops',
    source: inAsync('let s = 0; for (let i = 0; i < 3; i += 1) { s += await load(i); } return s;'),
    returns: 3,
  },
  {
    name: 'a rejection that is caught',
    source: inAsync('try { await fail(); } catch (e: any) { return e.message; } return 0;'),
    returns: 'x',
  },
  {
    name: 'await and finally',
    source: inAsync('let a = 0; try { a = await load(1); } finally { a += 1; } return a;'),
    returns: 2,
  },
  {
    name: 'an awaited value that is passed on',
    source: inAsync('const a = await load([3]); return JSON.stringify(a);'),
    returns: '[3]',
  },
  {
    name: 'Promise.all and then',
    source: inHandler('return Promise.all([1, Promise.resolve(2)]).then((a) => a.length);'),
    returns: 2,
  },
  {
    name: 'the key value store',
    source: `import cf from 'cloudfront'; const store = cf.kvs(); ${inAsync("return await store.get('state', { format: 'json' });")}`,
    returns: { key: 'state' },
  },

  // Regular expressions.
  { name: 'named groups', source: inHandler('return /(?<first>.)a/.exec(event.uri)!.groups!.first;'), returns: '/' },
  { name: 'a lookahead', source: inHandler('return /\\/(?=a)/.test(event.uri);'), returns: true },
  {
    name: 'the flags g, i, m and y',
    source: inHandler('return [/A/gim.test(event.uri), /\\//y.test(event.uri)];'),
    returns: [true, true],
  },
  {
    name: 'the RegExp constructor',
    source: inHandler('return new RegExp("A", "i").test(event.uri) && RegExp(event.uri).test("/a");'),
    returns: true,
  },

  {
    name: 'escapes, classes and brackets in them',
    source: inHandler(
      'return [/[\\d\\]]/.test("]"), /\\(\\?<=/.test("(?<="), /[[(]/.test("["), /\\[]/.test("[]"), /\\\\A/.test("\\\\A")];',
    ),
    returns: [true, true, true, true, true],
  },

  // Objects that are built in.
  {
    name: 'Symbol',
    source: inHandler('return [typeof Symbol("a"), Symbol.for("a") === Symbol.for("a")];'),
    returns: ['symbol', true],
  },
  { name: 'globalThis', source: inHandler('return typeof globalThis.JSON;'), returns: 'object' },
  {
    name: 'Object',
    source: inHandler(
      'const o = Object.assign(Object.create(null), { a: 1 }); return [Object.keys(o), Object.values(o), Object.entries(o), Object.is(NaN, NaN)];',
    ),
    returns: [['a'], [1], [['a', 1]], true],
  },
  {
    name: 'hasOwnProperty',
    source: inHandler('return Object.prototype.hasOwnProperty.call(event, "uri");'),
    returns: true,
  },
  {
    name: 'own properties named like methods',
    source: inHandler('const o = { at: 1, raw: 2, keys: { a: 3 } }; return [o.at, o.raw, o.keys.a];'),
    returns: [1, 2, 3],
  },
  {
    name: 'Array',
    source: inHandler(
      'return [Array.of(1)[0], [1, 2].find((x) => x > 1), [3].findIndex((x) => x === 3), [1].includes(1), new Array(2).fill(0)];',
    ),
    returns: [1, 2, 0, true, [0, 0]],
  },
  { name: 'sort with a comparison', source: inHandler('return [3, 1, 2].sort((a, b) => a - b);'), returns: [1, 2, 3] },
  {
    name: 'String',
    source: inHandler(
      'return ["ab".startsWith("a"), "ab".endsWith("b"), "a".repeat(2), "a".padStart(2), " a ".trimEnd(), String.fromCharCode(97)];',
    ),
    returns: [true, true, 'aa', ' a', ' a', 'a'],
  },
  {
    name: 'replaceAll',
    source: inHandler('return event.uri.replaceAll("a", "b");'),
    returns: '/b',
    newerThanNjs: true,
  },
  {
    name: 'Number',
    source: inHandler('return [Number.isInteger(1), Number.parseInt("2", 10), parseFloat("1.5"), isNaN(NaN)];'),
    returns: [true, 2, 1.5, true],
  },
  {
    name: 'Math',
    source: inHandler('return [Math.hypot(3, 4), Math.trunc(1.5), Math.imul(2, 3), Math.clz32(1), -1 >>> 0];'),
    returns: [5, 1, 6, 31, 4294967295],
  },
  {
    name: 'Date',
    source: inHandler('return [typeof Date.now(), new Date("2026-01-01T00:00:00Z").getTime()];'),
    returns: ['number', 1767225600000],
  },
  { name: 'JSON', source: inHandler('return JSON.parse(\'{"__proto__":1}\', (_, v) => v).__proto__;'), returns: 1 },
  {
    name: 'typed arrays',
    source: inHandler(
      'return [Uint8Array.from([1, 2]).length, new DataView(new ArrayBuffer(2)).getUint8(0), new Uint32Array(1)[0]];',
    ),
    returns: [2, 0, 0],
  },
  {
    name: 'TextEncoder and TextDecoder',
    source: inHandler('return new TextDecoder().decode(new TextEncoder().encode("é"));'),
    returns: 'é',
  },
  {
    name: 'atob, btoa and URI encoding',
    source: inHandler('return [atob("YQ=="), btoa("a"), decodeURIComponent("%20"), encodeURIComponent("/")];'),
    returns: ['a', 'YQ==', ' ', '%2F'],
  },
  {
    name: 'Buffer',
    source: inHandler(
      'return [Buffer.from("-_8", "base64url").toString("hex"), Buffer.from("a").equals(Buffer.from("a"))];',
    ),
    returns: ['fbff', true],
  },
  {
    name: 'error types, and one of our own',
    source: `function Refused(this: any) { this.name = 'Refused'; } Refused.prototype = Object.create(Error.prototype); ${inHandler('return [new (Refused as any)() instanceof Error, new TypeError("a").message];')}`,
    returns: [true, 'a'],
  },
  {
    name: 'crypto',
    source: `import crypto from 'crypto'; ${inHandler("return [crypto.createHash('sha1').update('a').digest('hex'), crypto.createHmac('sha256', 'k').update('a').digest('base64url')];")}`,
    returns: ['86f7e437faa5a7fce15d1ddcb9eaeaea377667b8', 'eNqRUR5nVYf1ud94vt669VYNoqu4gWLuh13N90SVHZ4'],
  },
  {
    name: 'querystring',
    source: `import querystring from 'querystring'; ${inHandler("return querystring.parse('a=1&b=2').b;")}`,
    returns: '2',
  },
  { name: 'console.log', source: inHandler('if (!event) console.log("a" + 1); return 1;'), returns: 1 },

  // Names that are globals elsewhere.
  {
    name: 'a parameter named like a global',
    source: `${inHandler('return hostOf({ host: 1 });')} function hostOf(URL: any) { return URL.host; }`,
    returns: 1,
  },
  {
    name: 'a variable named like a global',
    source: inHandler('const process = { env: 1 }; return process.env;'),
    returns: 1,
  },
  {
    name: 'a function named like a global with methods of its own',
    source: inHandler('const Array = { from: () => 7 }; return Array.from();'),
    returns: 7,
  },
];

function inHandler(body: string): string {
  return `export function handler(event: any): any { ${body} }`;
}

function inAsync(body: string): string {
  return `export async function handler(event: any): Promise<any> { ${body} }
    function load(value: any) { return Promise.resolve(value); }
    function fail() { return Promise.reject(new Error('x')); }`;
}
