/** Viewers in the storm: each asks for one thing, and says what it got. */
import { Agent, request as httpRequest } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Readable } from 'node:stream';
import { CITIES } from '../../../emulator/cities.ts';
import type { Edge } from '../../../emulator/edge.ts';
import type { Random } from './random.ts';

export interface Visit {
  readonly path: string;
  readonly isHttp2: boolean;
  /** Where the viewer is. */
  readonly city: string;
  /** How many bytes of the body the viewer waits for before it goes away; null: for all. */
  readonly leavesAfter: number | null;
}

export interface Received {
  /** 0: no answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** `left`: the viewer did; `broken`: the answer ended before its end. */
  readonly end: 'whole' | 'left' | 'broken';
  readonly milliseconds: number;
}

const VIEWER = 'x-edgekeeper-viewer';

/** A few paths lead functions into failure; those that cost a second are rare. */
export function plannedVisits(count: number, random: Random): Visit[] {
  return Array.from({ length: count }, (_, index) => {
    const size = random.oneOf([1, 40, 900, 20_000, 300_000]);
    const kind = random.happens(0.03)
      ? random.oneOf(['throws', 'rejects', 'exits'])
      : random.happens(0.0005)
        ? random.oneOf(['loops', 'hangs'])
        : random.oneOf(['kept', 'sent']);
    const name = kind === 'kept' ? random.below(50) : index;
    return {
      path: `/${kind}/${name}/${kind === 'kept' ? 900 + name : size}`,
      isHttp2: random.happens(0.3),
      city: random.oneOf(CITIES).city,
      leavesAfter: random.happens(0.05) ? random.below(2000) : null,
    };
  });
}

export interface Viewers {
  visit(visit: Visit): Promise<Received>;
  close(): void;
}

export function viewersOf({ url, https }: Edge): Viewers {
  const agent = new Agent({ keepAlive: true, maxSockets: 500 });
  let sessions: ClientHttp2Session[] = [];
  let turn = 0;
  const session = (): ClientHttp2Session => {
    sessions = sessions.filter((each) => !each.closed && !each.destroyed);
    if (sessions.length < 8) {
      const made = connect(https?.url ?? '', { ca: https?.authority ?? '' });
      made.on('error', () => made.destroy());
      sessions.push(made);
    }
    turn++;
    return sessions[turn % sessions.length] as ClientHttp2Session;
  };
  return {
    visit: (visit) => (visit.isHttp2 ? overHttp2(session(), visit) : overHttp1(url, agent, visit)),
    close() {
      agent.destroy();
      for (const each of sessions) each.destroy();
    },
  };
}

function overHttp1(url: string, agent: Agent, { path, city, leavesAfter }: Visit): Promise<Received> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const sent = httpRequest(url, {
      path,
      headers: { [VIEWER]: city },
      agent,
      ...(leavesAfter !== null && { agent: false }),
    });
    sent.once('error', () => resolve(nothing(begun)));
    sent.once('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      void read(response, leavesAfter).then(({ body, hasLeft, hasFailed }) => {
        if (hasLeft) sent.destroy();
        const isWhole = !hasFailed && response.complete;
        resolve({ status, headers, body, end: endOf(hasLeft, isWhole), milliseconds: performance.now() - begun });
      });
    });
    sent.end();
  });
}

function overHttp2(session: ClientHttp2Session, { path, city, leavesAfter }: Visit): Promise<Received> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const stream = session.request({ ':path': path, [VIEWER]: city });
    stream.once('error', () => resolve(nothing(begun)));
    stream.once('close', () => resolve(nothing(begun)));
    stream.once('response', (headers) => {
      stream.removeAllListeners('close');
      void read(stream, leavesAfter).then(({ body, hasLeft, hasFailed }) => {
        if (hasLeft) stream.close();
        const status = headers[':status'] ?? 0;
        const isWhole = !hasFailed && stream.rstCode === 0;
        resolve({ status, headers, body, end: endOf(hasLeft, isWhole), milliseconds: performance.now() - begun });
      });
    });
  });
}

function endOf(hasLeft: boolean, isWhole: boolean): Received['end'] {
  if (hasLeft) return 'left';
  return isWhole ? 'whole' : 'broken';
}

function nothing(begun: number): Received {
  return { status: 0, headers: {}, body: '', end: 'broken', milliseconds: performance.now() - begun };
}

async function read(stream: Readable, leavesAfter: number | null) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let hasLeft = false;
  let hasFailed = false;
  await new Promise<void>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (leavesAfter === null || bytes < leavesAfter) return;
      hasLeft = true;
      resolve();
    });
    stream.on('error', () => {
      hasFailed = true;
      resolve();
    });
    stream.once('end', resolve);
    stream.once('close', resolve);
  });
  return { body: Buffer.concat(chunks).toString(), hasLeft, hasFailed };
}
