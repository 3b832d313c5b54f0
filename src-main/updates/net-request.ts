/**
 * One question over the network of Electron, as `net.request` has it (electronjs.org/docs/latest/api/client-request): `net.fetch` follows
 * redirects by itself and gives no address that could be looked at.
 */
import type { ClientRequest, ClientRequestConstructorOptions, IncomingMessage } from 'electron';
import { Readable } from 'node:stream';

/** Answers whose body must be empty (Fetch Standard, “null body status”). */
const EMPTY: ReadonlySet<number> = new Set([204, 205, 304]);
/** What a Response takes (Fetch Standard, “Response class”). */
const [LEAST_STATUS, MOST_STATUS] = [200, 599];

/** @returns the answer; a redirect is one with its `location`, and is not followed. */
export function askOnce(
  request: (options: ClientRequestConstructorOptions) => ClientRequest,
  url: string,
  signal: AbortSignal,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const asked = request({ url, redirect: 'manual' });
    const abort = (): void => {
      asked.abort();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    const answer = (
      body: ReadableStream<Uint8Array> | null,
      init: { status: number; headers?: HeadersInit },
    ): void => {
      if (init.status >= LEAST_STATUS && init.status <= MOST_STATUS) return resolve(new Response(body, init));
      // A Response cannot have it, and nothing catches what an event of Electron throws.
      asked.abort();
      reject(new Error(`the status ${init.status} is none of HTTP`));
    };
    // What is not followed at once is canceled by Electron, and comes as an error behind the answer.
    asked.on('redirect', (status, _method, location) => answer(null, { status, headers: { location } }));
    asked.on('response', (message: IncomingMessage) => {
      const { statusCode: status } = message;
      // Of Node’s kind in every version of Electron, though its types do not say so.
      const body = EMPTY.has(status) ? null : Readable.toWeb(message as unknown as Readable);
      answer(body as ReadableStream<Uint8Array> | null, { status });
    });
    asked.on('error', reject);
    asked.end();
  });
}
