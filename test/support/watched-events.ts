/** A watcher of the control API's events, which a test can wait for. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

export interface WatchedEvents {
  readonly response: IncomingMessage;
  /** All that has come, as it came. */
  text(): string;
  /** Settles with all that has come as soon as it holds the text. */
  until(text: string): Promise<string>;
  close(): void;
}

/** @param lastEventId of the event that was seen last */
export async function watchEvents(control: string, lastEventId?: string): Promise<WatchedEvents> {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const sent = get(`${control}/events`, { agent: false, headers });
  sent.on('error', () => {});
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  let notify = (): void => {};
  response.on('error', () => {});
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    notify();
  });
  return {
    response,
    text: () => text,
    until: (wanted) =>
      new Promise((resolve) => {
        notify = () => text.includes(wanted) && resolve(text);
        notify();
      }),
    close: () => sent.destroy(),
  };
}

/** The events of a stream, in turn, without heartbeats. */
export function eventsIn(text: string): { name: string; id: string | null; data: unknown }[] {
  const blocks = text.split('\n\n').filter((block) => block.startsWith('event: '));
  return blocks.map((block) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? null;
    return { name: field('event') ?? '', id: field('id'), data: JSON.parse(field('data') ?? 'null') };
  });
}
