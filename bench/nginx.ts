/** Debian's nginx as a proxy cache in front of an origin: a yardstick, where it is installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface Nginx {
  readonly url: string;
  end(): void;
}

export const nginxAvailable = (): boolean => spawnSync('nginx', ['-v']).error === undefined;

/** One process, without an access log; `x-cache` says `HIT` or `MISS`. Its files go into `folder`. */
export async function startNginx(folder: string, originUrl: string): Promise<Nginx> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configuration(port, new URL(originUrl).port));
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
  const child = spawn('nginx', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  await listening(child, port);
  return { url: `http://localhost:${port}`, end: () => child.kill() };
}

function configuration(port: number, originPort: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${name};`);
  return `daemon off;
master_process off;
pid nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
${temporary.join('\n')}
  proxy_cache_path cache keys_zone=edge:64m max_size=256m;
  upstream origin { server 127.0.0.1:${originPort}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000;
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache edge;
      add_header X-Cache $upstream_cache_status;
    }
  }
}
`;
}

/** One that was free a moment ago: nginx has to be told. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** @throws when it has ended, or does not listen within five seconds. */
async function listening(child: ChildProcess, port: number): Promise<void> {
  for (let attempt = 0; attempt < 250 && child.exitCode === null; attempt++) {
    if (await isListening(port)) return;
    await wait(20);
  }
  child.kill();
  throw new Error('nginx: expected it to listen, got nothing');
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
