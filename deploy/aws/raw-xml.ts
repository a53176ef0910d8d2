/**
 * The XML of a call of the SDK, in and out as it is on the wire. Signing, retries, credentials and errors stay the SDK's;
 * its types, which drop what they do not know, are passed by.
 */
import { Readable } from 'node:stream';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';

/** What the commands of the client have in common, as far as it is used here. */
interface Command {
  readonly middlewareStack: { add(middleware: unknown, options: object): void };
}

interface Wire {
  request: { body?: unknown; headers: Record<string, string> };
}

type Next = (args: Wire) => Promise<{ response: { body: AsyncIterable<Buffer> } }>;

/** Sends a command, with `body` in the place of what the SDK would write, and returns the text of the answer beside its own. */
export async function sendRaw<Output>(client: CloudFrontClient, command: Command, body?: string) {
  let xml = '';
  command.middlewareStack.add(
    (next: Next) => async (args: Wire) => {
      const result = await next(args);
      const chunks: Buffer[] = [];
      for await (const chunk of result.response.body) chunks.push(chunk);
      xml = Buffer.concat(chunks).toString();
      // Read again by whoever makes the output, or the error, of it.
      (result.response as { body: unknown }).body = Readable.from(chunks);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'keepAnswer' },
  );
  if (body !== undefined) {
    command.middlewareStack.add(
      (next: Next) => (args: Wire) => {
        args.request.body = body;
        args.request.headers['content-length'] = String(Buffer.byteLength(body));
        return next(args);
      },
      // Before the SDK counts and signs.
      { step: 'build', priority: 'high', name: 'replaceBody' },
    );
  }
  const output = (await client.send(command as never)) as Output;
  return { output, xml };
}
