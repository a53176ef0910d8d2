/** `Buffer`, `crypto`, `querystring` and the coders, beside those of Node.js, which they are documented to be like. */
import nodeCrypto from 'node:crypto';
import nodeQuerystring from 'node:querystring';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { evaluated, runFunction } from '../../support/function-run.ts';

/** Each is the same here and in Node.js. */
const EXPRESSIONS = [
  'Buffer.from("häß").toString("base64url")',
  'Buffer.from("68c3", "hex").toJSON()',
  'Buffer.from([1, 2, 300]).toJSON()',
  'Buffer.from(new Uint8Array([1, 2, 3]).buffer, 1, 1).toJSON()',
  'Buffer.from(Buffer.from("abc")).toString()',
  'Buffer.from(new String("abc")).toString()',
  'Buffer.alloc(5, "ab").toString()',
  'Buffer.alloc(3).toJSON()',
  'Buffer.byteLength("ä") + Buffer.byteLength("YWI", "base64") + Buffer.byteLength(new ArrayBuffer(9))',
  'Buffer.compare(Buffer.from("a"), Buffer.from("b"))',
  'Buffer.concat([Buffer.from("ab"), Buffer.from("cd")], 3).toString()',
  'Buffer.concat([Buffer.from("ab")], 4).toJSON()',
  'Buffer.isEncoding("hex") && !Buffer.isEncoding("x")',
  'Buffer.isBuffer(Buffer.from("a").subarray(0)) && !Buffer.isBuffer(new Uint8Array(1))',
  'Buffer.from("xabcx").compare(Buffer.from("abc"), 0, 3, 1, 4)',
  'var b = Buffer.alloc(4); var n = Buffer.from("abcdef").copy(b, 1, 2); return [n, b.toString()]',
  'Buffer.from("abc").equals(Buffer.from("abc"))',
  'Buffer.alloc(6).fill("xyz", 1, 5).toString()',
  'Buffer.from("abcabc").indexOf("ca") + Buffer.from("abcabc").lastIndexOf("ab") + Buffer.from("abc").indexOf(99, -1)',
  'Buffer.from("abc").includes(Buffer.from("bd"))',
  'Buffer.from("0102030405060708", "hex").swap16().toString("hex")',
  'Buffer.from("0102030405060708", "hex").swap32().toString("hex")',
  'Buffer.from("0102030405060708", "hex").swap64().toString("hex")',
  'var b = Buffer.from("abc"); b.slice(1)[0] = 65; return b.toString()',
  'var b = Buffer.alloc(4); var n = b.write("ab€", 1); return [n, b.toString()]',
  'var b = Buffer.alloc(5); var n = b.write("ab€", 0); return [n, b.toString()]',
  'var b = Buffer.alloc(3); var n = b.write("ffee", 1, "hex"); return [n, b.toString("hex")]',
  'Buffer.from("fffefdfcfbfa", "hex").readIntBE(0, 6)',
  'Buffer.from("fffefdfcfbfa", "hex").readUIntLE(1, 3)',
  'Buffer.from("fffefdfc", "hex").readInt32LE(0) + Buffer.from("fffefdfc", "hex").readUInt16BE(2)',
  'var b = Buffer.alloc(8); b.writeIntBE(-2, 0, 3); b.writeUIntLE(513, 3, 2); b.writeInt8(-1, 7); return b.toString("hex")',
  'var b = Buffer.alloc(8); var n = b.writeDoubleLE(1.5, 0); return [n, b.readDoubleLE(0), b.toString("hex")]',
  'var b = Buffer.alloc(4); b.writeFloatBE(0.5); return b.readFloatBE()',
  'new TextEncoder().encode("€").length',
  'new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff]))',
  'new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])).length',
  'new TextEncoder().encodeInto("a€b", new Uint8Array(3))',
  'atob("YWI=") + btoa("ab")',
  'crypto.createHash("sha1").update("a").update(Buffer.from("b")).digest("hex")',
  'crypto.createHmac("md5", "key").update("a").digest("base64url")',
  'crypto.createHmac("sha256", Buffer.from("key")).update("a").digest().toString("base64")',
  'querystring.parse("name=value&abc=xyz&abc=123&x&=y&a%20b=c+d&bad=%E4")',
  'querystring.parse("a:1;b:2", ";", ":")',
  'querystring.parse("a=1&b=2&c=3", null, null, { maxKeys: 2 })',
  'querystring.parse("a=1", "&", "=", { decodeURIComponent: function (text) { return text + "!"; } })',
  'querystring.stringify({ name: "value", abc: ["xyz", "123"], anotherName: "", n: 1, o: {}, "ä": true })',
  'querystring.stringify({ a: "b c" }, ";", ":", { encodeURIComponent: function (text) { return text; } })',
  'querystring.escape("ä b") + querystring.unescape("%C3%A4%zz")',
];

test.each(EXPRESSIONS)('%s is as in Node.js', async (expression) => {
  const body = expression.includes('return ') ? expression : `return ${expression}`;
  const source = `(function () { ${body}; })()`;
  const modules = 'var crypto = require("crypto"); var querystring = require("querystring");';
  const outcome = await runFunction(`${modules} function handler() { return [${source}]; }`);
  const node = {
    Buffer,
    TextEncoder,
    TextDecoder,
    Uint8Array,
    ArrayBuffer,
    atob,
    btoa,
    crypto: nodeCrypto,
    querystring: nodeQuerystring,
  };
  expect(outcome).toMatchObject({ value: JSON.parse(JSON.stringify([runInNewContext(source, node)])) });
});

test.each([
  { expression: 'Buffer.alloc(2).readInt16BE(1)', error: 'RangeError' },
  { expression: 'Buffer.alloc(2).writeInt8(1, 2)', error: 'RangeError' },
  { expression: 'Buffer.alloc(9).readIntLE(0, 7)', error: 'RangeError' },
  { expression: 'Buffer.alloc(3).swap16()', error: 'RangeError' },
  { expression: 'Buffer.from("a", "latin1")', error: 'TypeError' },
  { expression: 'Buffer.from(5)', error: 'TypeError' },
  { expression: 'new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255]))', error: 'TypeError' },
  { expression: 'require("crypto").createHash("sha512")', error: 'TypeError' },
  { expression: 'require("crypto").createHash("md5").update(5)', error: 'TypeError' },
  { expression: 'require("crypto").createHash("md5").digest("utf8")', error: 'TypeError' },
  { expression: 'require("fs")', error: 'Error' },
  { expression: 'eval("1")', error: 'EvalError' },
  { expression: 'new Function("return 1")()', error: 'EvalError' },
  { expression: 'new Symbol()', error: 'TypeError' },
  { expression: 'cf.distributionTenant.id', error: 'Error: distributionTenant module is not available' },
  { expression: 'cf.logCustomData(5)', error: 'TypeError' },
])('$expression throws $error', async ({ expression, error }) => {
  await expect(evaluated(expression)).rejects.toThrow(new RegExp(`^${error}\\b`));
});

/** Reference 1.6. */
test.each([
  { name: 'text', code: 'await kvs.get("a")', value: '{"b":1}' },
  { name: 'JSON', code: 'await kvs.get("a", { format: "json" })', value: { b: 1 } },
  { name: 'bytes', code: 'await kvs.get("n", { format: "bytes" })', value: { type: 'Buffer', data: [0xc3, 0xa4] } },
  {
    name: 'what it says of itself',
    code: 'await kvs.meta()',
    value: {
      creationDateTime: '2026-01-01T12:00:00.000Z',
      lastUpdatedDateTime: '2026-01-01T12:00:00.000Z',
      keyCount: 2,
    },
  },
])('the store gives $name', async ({ code, value }) => {
  const entries = { a: '{"b":1}', n: 'ä' };
  const script = `import cf from 'cloudfront'; async function handler() { const kvs = cf.kvs('id'); return ${code}; }`;
  expect(await runFunction(script, { entries })).toMatchObject({ value });
  expect(await runFunction(script, { entries, hasStore: false })).toMatchObject({
    error: 'Error: the function has no key value store',
  });
});

test.each([
  { name: 'the last value', data: '"a"); cf.logCustomData("ä b"', field: '%C3%A4%20b' },
  { name: '800 bytes', data: '"x".repeat(800)', field: 'x'.repeat(800) },
  { name: 'no more', data: '"x".repeat(801)', field: 'x'.repeat(800) },
  { name: 'half a character', data: '"\\ud800"', field: '%EF%BF%BD' },
])('logCustomData keeps $name (reference 2.4)', async ({ data, field }) => {
  const code = `import cf from 'cloudfront'; function handler(e) { cf.logCustomData(${data}); return e.request; }`;
  expect((await runFunction(code)).logData).toBe(field);
});

/** Reference 1.7. */
test.each([
  { name: '10 KB in one line', bytes: [10_240], kept: [10_240] },
  { name: 'a byte more', bytes: [10_241], kept: [10_240] },
  { name: 'what comes behind', bytes: [10_000, 300, 5], kept: [10_000, 240] },
])('a log of $name', async ({ bytes, kept }) => {
  const code = `function handler() { ${bytes.map((count) => `console.log('x'.repeat(${count}), 'ignored');`).join('')} }`;
  expect((await runFunction(code)).lines.map((line) => line.length)).toEqual(kept);
});
