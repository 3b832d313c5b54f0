/** WebSockets through `ws` and HTTP through `fetch`. */
import { WebSocket } from 'ws';
import { retryAfterMs } from '../lib/retry-after.ts';
import type {
  ConnectOptions,
  Connection,
  ConnectionEvents,
  HttpAnswer,
  HttpRequest,
  Network,
} from './network.ts';

/** What may wait to be sent on one connection, in bytes. More means that the other side no longer reads. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** What `ws` reports of a connection that ended without a closing handshake. */
const ABNORMAL = 1006;

/** A machine's network without processes and keychain: all that a watchdog of most venues needs. */
export class WebNetwork implements Network {
  /** @throws SyntaxError when `url` is not a WebSocket address. */
  connect(url: string, options: ConnectOptions, events: ConnectionEvents): Connection {
    const { maxFrameBytes, takesBinary = false } = options;
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: maxFrameBytes });
    let problem = '';
    socket.on('open', () => events.onOpen());
    socket.on('message', (data, isBinary) => {
      // With the default binaryType a frame comes as one Buffer.
      if ((takesBinary || !isBinary) && Buffer.isBuffer(data)) events.onMessage(data);
    });
    socket.on('ping', () => events.onPing?.());
    // An error is always followed by `close`, which acts on it.
    socket.on('error', (error) => {
      problem = error.message;
    });
    socket.on('close', (code, reason) =>
      events.onClose(problem === '' ? code : ABNORMAL, problem === '' ? reason.toString('utf8') : problem),
    );
    return {
      send(text) {
        if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > MAX_BUFFERED_BYTES) return false;
        socket.send(text);
        return true;
      },
      close: () => socket.close(1000),
      terminate: () => socket.terminate(),
    };
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    const { method, url, headers, timeoutMs, maxBytes } = request;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method,
        headers,
        body: request.body ?? null,
        redirect: 'error',
        signal: timeout,
      });
      const waitMs = retryAfterMs(response.headers.get('retry-after'));
      const { status, headers: answered } = response;
      const body = await textOf(response, maxBytes);
      return { status, body, retryAfterMs: waitMs, headers: Object.fromEntries(answered) };
    } catch (error) {
      throw timeout.aborted
        ? new Error(`no answer within ${timeoutMs} ms`)
        : unreachable(new URL(url).host, error);
    }
  }
}

/** Reads a body to its end, or gives it up when it grows beyond `maxBytes`. */
async function textOf(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop by an error cancels the body and frees its connection.
    if (bytes > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What a code of the operating system means for whoever waits for an answer. */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known: check the connection to the internet and DNS',
  EAI_AGAIN: 'its name could not be looked up: check the connection to the internet and DNS',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it cut the connection',
  ENETUNREACH: 'there is no way to it: check the connection to the internet',
  EHOSTUNREACH: 'there is no way to it: check the connection to the internet',
  ETIMEDOUT: 'it does not answer: check the connection to the internet and the firewall',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer: check the connection to the internet and the firewall',
  UND_ERR_SOCKET: 'it cut the connection',
};

/** What fetch hides behind "fetch failed": which host, why, and what to look at. */
function unreachable(host: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const { cause } = error;
  // Several addresses of one name make one error of several.
  const [first] = cause instanceof AggregateError ? (cause.errors as unknown[]) : [cause];
  if (!(first instanceof Error)) return error;
  const { code = '', message } = first as NodeJS.ErrnoException;
  const meaning = MEANINGS[code];
  return meaning === undefined
    ? first
    : new Error(`${host} cannot be reached: ${meaning} (${message === '' ? code : message})`);
}
