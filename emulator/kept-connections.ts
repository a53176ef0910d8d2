/**
 * Connections to origins that stay open for the next request.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-persistent-connections
 */
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Clock } from './clock.ts';
import type { Origin } from './distribution.ts';

export interface KeptConnections {
  /** Those to one origin; one that has been idle for its keep-alive timeout is not used again. */
  agentFor(origin: Origin, protocol: 'http:' | 'https:'): Agent;
  /** Ends those that are idle. */
  close(): Promise<void>;
}

export function keptConnections(clock: Clock): KeptConnections {
  const agents = new Map<string, Agent>();
  const idleSince = new WeakMap<Duplex, number>();

  function newAgent(protocol: 'http:' | 'https:', idleMs: number): Agent {
    // The machine's own time closes what nobody asks for again.
    const options = { keepAlive: true, timeout: idleMs };
    const agent = protocol === 'https:' ? new TlsAgent(options) : new Agent(options);
    return agent.on('free', (socket: Duplex) => idleSince.set(socket, clock.now()));
  }

  return {
    agentFor({ id, keepaliveTimeoutSeconds }, protocol) {
      const idleMs = keepaliveTimeoutSeconds * 1000;
      const key = `${protocol} ${keepaliveTimeoutSeconds} ${id}`;
      const agent = agents.get(key) ?? newAgent(protocol, idleMs);
      agents.set(key, agent);
      for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
        if (clock.now() - (idleSince.get(socket) ?? 0) >= idleMs) socket.destroy();
      }
      return agent;
    },
    close: async () => {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}
