/** A service that is deployed to endpoints of its own: what each command said, asked and changed. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ended } from '../command.ts';
import { runServerless } from '../serverless.ts';
import { copyService } from '../service-copy.ts';
import type { Account } from './account.ts';
import { type AccountEndpoint, startAccountEndpoint } from './account-endpoint.ts';
import type { Resource } from './stack/resource.ts';
import type { Stack, StackEvent } from './stack/stack.ts';

/** One command, and what came of it. */
export interface Act extends Ended {
  /** What was asked of AWS, as `service operation`. */
  readonly asked: readonly string[];
  /** Of all stacks, in order. */
  readonly events: readonly (StackEvent & { readonly stack: string })[];
  /** What is in the account afterwards. */
  readonly left: readonly Resource[];
  /** What the key value stores hold, by the name of the resource. */
  readonly stored: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How many versions each function has then. */
  readonly versions: Readonly<Record<string, number>>;
}

export interface Rehearsal {
  readonly aws: AccountEndpoint;
  /** The folder of serverless.yml. */
  readonly service: string;
  /** Runs `serverless` to its end; one at a time. */
  act(...args: string[]): Promise<Act>;
  /** The newest stack of the name, or undefined. */
  stack(name: string): Stack | undefined;
  close(): Promise<void>;
}

export async function startRehearsal(): Promise<Rehearsal> {
  const [aws, service] = await Promise.all([startAccountEndpoint(), copyService()]);
  const { account } = aws;
  const eventsOf = () =>
    [...account.stacks.values()].flatMap(({ name, events }) => events.map((event) => ({ ...event, stack: name })));
  return {
    aws,
    service,
    async act(...args) {
      const before = { events: new Set(eventsOf().map(keyOf)), asked: aws.asked.length };
      const ended = await runServerless(service, args, aws.environment);
      return {
        ...ended,
        asked: aws.asked.slice(before.asked),
        events: eventsOf()
          .filter((event) => !before.events.has(keyOf(event)))
          .sort((one, other) => one.time.getTime() - other.time.getTime()),
        left: [...account.resources].map((resource) => ({ ...resource })),
        stored: storedIn(account),
        versions: Object.fromEntries(
          [...account.functions.values()].map(({ name, versions }) => [name, versions.length]),
        ),
      };
    },
    stack: (name) => [...account.stacks.values()].findLast((stack) => stack.name === name),
    async close() {
      await Promise.all([aws.close(), rm(service, { recursive: true })]);
    },
  };
}

/** Where `serverless package` wrote what it compiled. */
export function packagedTemplate({ service }: Rehearsal): string {
  return join(service, '.serverless', 'cloudformation-template-update-stack.json');
}

function storedIn({ resources, stores }: Account): Act['stored'] {
  const found = [...resources].filter(({ type }) => type === 'AWS::CloudFront::KeyValueStore');
  return Object.fromEntries(
    found.map(({ physicalId, attributes }) => [
      physicalId,
      Object.fromEntries(stores.get(String(attributes.Arn))?.store.content.entries() ?? []),
    ]),
  );
}

function keyOf({ stack, id, time }: { stack: string; id: string; time: Date }): string {
  return `${stack} ${id} ${time.getTime()}`;
}
