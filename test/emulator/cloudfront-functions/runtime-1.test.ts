/** Functions of runtime cloudfront-js-1.0. */
import { describe, expect, test } from 'vitest';
import { functionScript } from '../../../emulator/cloudfront-functions/script.ts';
import { evaluated } from '../../support/function-run.ts';

const FIRST = { runtime: 'cloudfront-js-1.0' } as const;

describe('runtime 1.0', () => {
  test.each([
    { expression: 'String.bytesFrom([97, 0xff])', value: 'a\u00ff' },
    { expression: 'String.bytesFrom("w6Q", "base64url").fromUTF8()', value: 'ä' },
    { expression: 'String.bytesFrom("ff", "hex").fromUTF8()', value: null },
    { expression: '"ä".toUTF8()', value: '\u00c3\u00a4' },
    { expression: '"aä".toBytes(1)', value: 'ä' },
    { expression: '"€".toBytes()', value: null },
    {
      expression: 'require("crypto").createHash("md5").update("abc").digest()',
      value: '\u0090\u0001P\u0098<\u00d2O\u00b0\u00d6\u0096?}(\u00e1\u007fr',
    },
    {
      expression:
        'require("crypto").createHmac("sha256", require("crypto").createHash("md5").update("abc").digest()).update("x").digest("hex")',
      value: 'c86ea982ec78c15af52e59e071484f3e7136275b9188c3374662ca4cc4c6a54f',
    },
    { expression: 'require("querystring").parse("a=1+2").a', value: '1 2' },
    { expression: 'typeof Buffer + typeof event.request.rawQueryString', value: 'undefinedundefined' },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the function's
    { expression: '(() => `${[1, 2].map((n) => n ** 2)}`)()', value: '1,4' },
    { expression: '((...all) => all.length)(1, 2)', value: 2 },
    { expression: 'new MemoryError("x") instanceof Error', value: true },
  ])('$expression', async ({ expression, value }) => {
    expect(await evaluated(expression, FIRST)).toEqual(value);
  });

  test('has no module of 2.0', async () => {
    await expect(evaluated('require("cloudfront")', FIRST)).rejects.toThrow('Cannot load module "cloudfront"');
  });

  test.each([
    { code: 'let a = 1;', got: 'let' },
    { code: 'const a = 1;', got: 'const' },
    { code: 'async function a() {}', got: 'async' },
    { code: 'var a = async () => 1;', got: 'async' },
    { code: 'import cf from "cloudfront";', got: 'import' },
  ])('refuses $code, which 2.0 takes', ({ code, got }) => {
    const definition = { name: 'f', code, hasStore: false };
    expect(() => functionScript({ ...definition, ...FIRST })).toThrow(
      `f: expected what cloudfront-js-1.0 has, got "${got}"`,
    );
    expect(functionScript({ ...definition, runtime: 'cloudfront-js-2.0' })).toContain("'use strict'");
  });
});
