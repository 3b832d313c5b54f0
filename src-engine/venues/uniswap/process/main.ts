/**
 * Entry of a process that reads pools through a trader’s endpoint. Lines of JSON come in by its standard input and go out by its standard
 * output: first the endpoint and what to open, then calls and subscriptions. It ends with its input.
 */
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { type Deployment, DEPLOYMENTS } from '../deployments.ts';
import type { OwnNames } from '../own-tokens.ts';
import { loadContracts } from './contracts.ts';
import { PoolFollower, type SaidLine } from './follower.ts';
import { PoolReader, type Version } from './pools.ts';
import { httpRpc, type Rpc, RpcError } from './rpc.ts';

type Open = {
  readonly version: Version;
  readonly chainId: number;
  readonly endpoint: string;
  /** Of a local chain, which no list has. */
  readonly deployment?: Deployment;
  readonly tokens?: readonly string[];
  readonly names?: OwnNames;
};
type Request =
  | { readonly do: 'call'; readonly id: number; readonly call: string }
  | {
      readonly do: 'subscribe';
      readonly id: number;
      readonly symbols: readonly string[];
      readonly decimals?: Readonly<Record<string, readonly [price: number, qty: number]>>;
    }
  | ({ readonly do: 'endpoint' } & Omit<Open, 'version' | 'deployment'>)
  | { readonly do: 'unsubscribe'; readonly id: number; readonly symbols: readonly string[] }
  | { readonly do: 'ping' };

/** More that the engine has not read: books are of no use by then. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
/** More: it reads nothing any longer, not even what became of its requests. */
const END_UNREAD_BYTES = 4 * MAX_UNREAD_BYTES;
/** Lines that the next block replaces. What was asked for, or is wrong with a book, is always said. */
const REPLACED: ReadonlySet<unknown> = new Set(['book', 'gas', 'alive']);
const STATUS = { busy: 429, 'no-answer': 503, refused: 400 } as const;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Books are dropped while nothing reads them: the next one is whole. False: it was dropped. */
function sayFrame(line: SaidLine): boolean {
  const unread = process.stdout.writableLength;
  if (unread >= END_UNREAD_BYTES) process.exit(1);
  if (unread >= MAX_UNREAD_BYTES && REPLACED.has(line.event)) return false;
  say(line);
  return true;
}

async function answer(follower: PoolFollower, id: number, call: string): Promise<void> {
  try {
    const result = call === 'markets' ? await markets(follower) : await follower.time();
    say({ event: 'answer', id, status: 200, body: JSON.stringify(result) });
  } catch (error) {
    const [kind, text, retryAfterMs] =
      error instanceof RpcError
        ? [error.kind, error.message, error.waitMs]
        : (['refused', 'it failed', undefined] as const);
    const body = JSON.stringify({ name: kind, text });
    say({ event: 'answer', id, status: STATUS[kind], body, retryAfterMs });
  }
}

async function markets(follower: PoolFollower): Promise<object> {
  const { rows, leftOut } = await follower.list();
  return { rows, leftOut };
}

async function serve(lines: AsyncIterator<string>): Promise<void> {
  const first = await lines.next();
  if (first.done === true) return;
  const opening = JSON.parse(first.value) as Open;
  const { version, chainId, endpoint, tokens = [], names = {} } = opening;
  const deployment = opening.deployment ?? DEPLOYMENTS.find((one) => one.chainId === chainId);
  if (deployment === undefined) throw new Error(`chain ${chainId} is not known`);
  let asked = httpRpc({ endpoint, fetch: globalThis.fetch });
  const rpc: Rpc = { call: (method, params) => asked.call(method, params) };
  const reader = new PoolReader(rpc, await loadContracts(), deployment, version);
  reader.own = tokens;
  reader.names = names;
  const follower = new PoolFollower({
    rpc,
    reader,
    deployment,
    say: sayFrame,
    nowMs: () => Date.now(),
    wait,
  });
  say({ event: 'ready' });
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
    const request = JSON.parse(line.value) as Request;
    if (request.do === 'ping') say({ event: 'pong' });
    else if (request.do === 'endpoint') {
      asked = httpRpc({ endpoint: request.endpoint, fetch: globalThis.fetch });
      reader.own = request.tokens ?? [];
      reader.names = request.names ?? {};
      follower.onEndpoint();
    } else if (request.do === 'call') void answer(follower, request.id, request.call);
    else if (request.do === 'subscribe')
      void follower.subscribe(request.id, request.symbols, request.decimals);
    else follower.unsubscribe(request.id, request.symbols);
  }
}

/** Never the text of an error that may hold what came in. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed';
  const code = 'code' in error ? error.code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND'
    ? 'viem is not installed: run npm ci, or npm install with optional packages, in the folder of Parallax'
    : `it failed (${error.name})`;
}

void serve(createInterface({ input: process.stdin })[Symbol.asyncIterator]()).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exit(1);
  },
);
