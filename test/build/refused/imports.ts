import { inHandler, type Refused, top } from './trap.ts';

export const IMPORTS: readonly Refused[] = [
  {
    name: 'a named import',
    source: top("import { createHmac } from 'crypto';", 'createHmac("sha256", "k")'),
    found: 'a named or namespace import',
    instead: "write import crypto from 'crypto'",
  },
  {
    name: 'a namespace import',
    source: top("import * as querystring from 'querystring';", 'querystring.parse("a=b")'),
    found: 'a named or namespace import',
    instead: "write import querystring from 'querystring'",
  },
  {
    name: 'an import without a name',
    source: top("import 'crypto';", 'event'),
    found: 'an import without a name',
    instead: 'remove it',
  },
  {
    name: 'the module buffer',
    source: top("import buffer from 'buffer';", 'buffer.from("a")'),
    found: 'the module buffer',
    instead: 'the global Buffer',
  },
  {
    name: 'a module of Node.js',
    source: top("import fs from 'node:fs';", 'fs.readFileSync("a")'),
    found: 'the module node:fs',
    instead: 'cloudfront, crypto and querystring only',
  },
  {
    name: 'crypto with the prefix of Node.js',
    source: top("import crypto from 'node:crypto';", 'crypto.createHash("sha256")'),
    found: 'the module node:crypto',
    instead: "write import crypto from 'crypto'",
  },
  {
    name: 'require',
    source: inHandler('return require("crypto").createHash("md5");'),
    found: 'require',
    instead: "import crypto from 'crypto'",
  },
  {
    name: 'a dynamic import',
    source: inHandler('return import("./viewer-request.ts");'),
    found: 'a dynamic import',
    instead: 'import it at the top of the file',
  },
];
