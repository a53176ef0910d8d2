/** A program that asks an origin over TLS: `ask-origin.ts <host> <port>`. Authorities are known from a process's start. */
import { text } from 'node:stream/consumers';
import { systemClock } from '../../emulator/clock.ts';
import type { Origin } from '../../emulator/distribution.ts';
import { keptConnections } from '../../emulator/kept-connections.ts';
import { askOrigin } from '../../emulator/origin-connection.ts';

const [host = '', port] = process.argv.slice(2);

const origin: Origin = {
  id: 'api',
  type: 'custom',
  domainName: 'api.example.com',
  path: '',
  customHeaders: [],
  hasAccessControl: false,
  signing: 'none',
  bucketPolicy: null,
  shieldRegion: null,
  connectionAttempts: 1,
  connectionTimeoutSeconds: 10,
  readTimeoutSeconds: 10,
  keepaliveTimeoutSeconds: 5,
  responseCompletionTimeoutSeconds: null,
  protocolPolicy: 'https-only',
  httpPort: 80,
  httpsPort: 443,
};

const answer = await askOrigin(
  origin,
  () => ({
    protocol: 'https:',
    host,
    port: Number(port),
    isUnreachable: false,
    isUnresolvable: false,
    isFaulty: false,
    signingKey: null,
  }),
  { method: 'GET', target: '/', headers: [['host', origin.domainName]], body: null },
  systemClock,
  keptConnections(systemClock),
);
process.stdout.write(typeof answer === 'string' ? answer : `${answer.status} ${await text(answer.body)}`);
