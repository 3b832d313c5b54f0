/**
 * JSON-RPC calls of one endpoint over HTTP (Ethereum, "JSON-RPC API"; EIP-1474 for its error codes). Its address may hold a key: it is in no error,
 * and no redirect is followed with it.
 */
import { retryAfterMs } from '../../../lib/retry-after.ts';

export type Rpc = { readonly call: (method: string, params: readonly unknown[]) => Promise<unknown> };

/** Why there is no answer: the endpoint wants to be left alone, cannot be reached or answers nonsense, or refuses the call for good. */
export type RpcFault = 'busy' | 'no-answer' | 'refused';

export class RpcError extends Error {
  readonly kind: RpcFault;
  /** How long the endpoint wants to be left alone, where it says so. */
  readonly waitMs: number | undefined;

  constructor(kind: RpcFault, message: string, waitMs?: number) {
    super(message);
    this.name = 'RpcError';
    this.kind = kind;
    this.waitMs = waitMs;
  }
}

/** What is needed of `fetch`. */
export type Post = (
  url: string,
  init: {
    readonly method: 'POST';
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly redirect: 'error';
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

export type RpcOptions = {
  readonly endpoint: string;
  readonly fetch: Post;
  readonly timeoutMs?: number;
};

const TIMEOUT_MS = 8_000;
/** A multicall of forty pools has some 100 kB. */
const MAX_BYTES = 16 * 1024 * 1024;
const MOST_WAIT_S = 3_600;
/** "Limit exceeded" of EIP-1474; the others are those of providers that answer with status 200. */
const BUSY_CODES: ReadonlySet<unknown> = new Set([-32_005, -32_007, -32_029, -32_097, 429]);
const BUSY_WORDS = /rate.?limit|too many requests|capacity|throttl/i;

export function httpRpc({ endpoint, fetch, timeoutMs = TIMEOUT_MS }: RpcOptions): Rpc {
  let lastId = 0;
  const secrets = secretsOf(endpoint);
  return {
    async call(method, params) {
      const id = ++lastId;
      const { status, body, waitMs } = await post(
        fetch,
        endpoint,
        JSON.stringify({ jsonrpc: '2.0', id, method, params }),
        timeoutMs,
        method,
      );
      if (status === 429) throw new RpcError('busy', `${method}: too many requests`, waitMs);
      if (status === 401 || status === 403)
        throw new RpcError(
          'refused',
          `${method}: the endpoint refuses the address (status ${status}): its key may be wrong`,
        );
      return resultOf(method, id, { status, body, waitMs }, secrets);
    },
  };
}

function resultOf(
  method: string,
  id: number,
  { status, body, waitMs }: Answer,
  secrets: readonly string[],
): unknown {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new RpcError('no-answer', `${method}: status ${status}, and the answer is not JSON`);
  }
  if (!isObject(json)) throw new RpcError('no-answer', `${method}: the answer is no object`);
  const { error } = json;
  if (isObject(error)) {
    const text = typeof error['message'] === 'string' ? wordsOf(error['message'], secrets) : '';
    if (BUSY_CODES.has(error['code']) || BUSY_WORDS.test(text))
      throw new RpcError('busy', `${method}: ${text}`, waitMs);
    const code = typeof error['code'] === 'number' ? ` ${error['code']}` : '';
    throw new RpcError('refused', `${method}: error${code} ${text}`.trim());
  }
  if (status !== 200) throw new RpcError('no-answer', `${method}: status ${status}`);
  if (json['id'] !== id) throw new RpcError('no-answer', `${method}: the answer is to another question`);
  if (!('result' in json)) throw new RpcError('no-answer', `${method}: the answer has no result`);
  return json['result'];
}

/** Shorter parts of an address are the same in all addresses: `v3`, `rpc`. */
const LEAST_SECRET = 6;

/** Parts of the address that may be a key, as they are written and decoded, the longest first. */
function secretsOf(endpoint: string): string[] {
  if (!URL.canParse(endpoint)) return [endpoint];
  const { host, hostname, pathname, search, hash, username, password } = new URL(endpoint);
  const parts = [
    ...pathname.split('/'),
    ...search.split(/[?&=]/),
    ...hash.split(/[#&=]/),
    username,
    password,
  ];
  // Providers put a name of the account before their own too.
  const all = [host, `${host}${pathname}`, pathname, search, ...parts, ...hostname.split('.')];
  const written = all.flatMap((part) => [part, decodedOf(part)]);
  return [...new Set(written)]
    .filter(({ length }) => length >= LEAST_SECRET)
    .sort((a, b) => b.length - a.length);
}

function decodedOf(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Words of an endpoint, without what may be its address, or a part of it with a key. */
function wordsOf(text: string, secrets: readonly string[]): string {
  let words = text.replaceAll(/[a-z][a-z0-9+.-]*:\/\/\S+/gi, '…');
  for (const secret of secrets) words = withoutIt(words, secret);
  return words.slice(0, 160);
}

/** In whatever case it is written. */
function withoutIt(text: string, secret: string): string {
  return text.replaceAll(new RegExp(secret.replaceAll(/[^a-z0-9]/gi, String.raw`\$&`), 'gi'), '…');
}

type Answer = { readonly status: number; readonly body: string; readonly waitMs: number | undefined };

async function post(
  fetch: Post,
  endpoint: string,
  body: string,
  timeoutMs: number,
  method: string,
): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(endpoint, { method: 'POST', headers, body, redirect: 'error', signal });
    const askedMs = retryAfterMs(response.headers.get('retry-after'));
    const waitMs = askedMs && Math.min(askedMs, MOST_WAIT_S * 1_000);
    return { status: response.status, body: await textOf(response), waitMs };
  } catch (error) {
    if (error instanceof RpcError) throw error;
    // What fetch says may name the address.
    throw new RpcError(
      'no-answer',
      signal.aborted
        ? `${method}: no answer within ${timeoutMs} ms`
        : `${method}: the endpoint cannot be reached${causeOf(error)}`,
    );
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new RpcError('no-answer', `the answer is longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A code of the operating system, such as ECONNREFUSED. */
function causeOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return isObject(cause) && typeof cause['code'] === 'string' && /^[A-Z_]{3,40}$/.test(cause['code'])
    ? ` (${cause['code']})`
    : '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
