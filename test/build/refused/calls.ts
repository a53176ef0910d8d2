import { inHandler, type Refused } from './trap.ts';

export const CALLS: readonly Refused[] = [
  {
    name: 'the cause of an error',
    source: inHandler('throw new TypeError("refused", { cause: event });'),
    found: 'the cause of an error',
    instead: 'into the message',
  },
  {
    name: 'console.log with a comma',
    source: inHandler('console.log("a", event.uri); return event;'),
    found: 'console.log with several arguments',
    instead: 'one string',
  },
  {
    name: 'Object.create with properties',
    source: inHandler('return Object.create(null, { uri: { value: 1 } });'),
    found: 'Object.create with properties',
    instead: 'set them afterwards',
  },
  {
    name: 'the hash algorithm sha512',
    source: "import crypto from 'crypto'; export function handler() {\n  return crypto.createHash('sha512');\n}\n",
    found: 'the hash algorithm sha512',
    instead: 'write sha256',
  },
  {
    name: 'the HMAC algorithm sha384',
    source: "import crypto from 'crypto'; export function handler() {\n  return crypto.createHmac('sha384', 'k');\n}\n",
    found: 'the hash algorithm sha384',
    instead: 'write sha256',
  },
  {
    name: 'crypto.timingSafeEqual',
    source:
      "import crypto from 'crypto'; export function handler(event: any) {\n  return crypto.timingSafeEqual(event.a, event.b);\n}\n",
    found: 'crypto.timingSafeEqual',
    instead: 'without an early exit',
  },
];
