/**
 * Entry of a process that holds one class of ccxt and nothing else. Lines of JSON come in by its standard input and go out by its standard
 * output: first what to open, then calls and subscriptions. It ends with its input.
 */
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { type AccountLine, AccountServer } from './account-server.ts';
import { BookFollower } from './book-follower.ts';
import { inexactIn } from './exact-number.ts';
import { type CcxtExchange, openExchange, type OpenOptions, openWatcher } from './exchange.ts';
import { failureOf } from './failure.ts';
import { KeyMask } from './key-mask.ts';
import { readMarkets, readTickers, readTime } from './listing.ts';

type Open = {
  readonly root: string;
  readonly id: string;
  readonly origin?: string;
  /** An account, and no books. */
  readonly isAccount?: boolean;
};
type Request =
  | { readonly do: 'call'; readonly id: number; readonly call: string }
  | { readonly do: 'subscribe' | 'unsubscribe'; readonly id: number; readonly symbols: readonly string[] }
  | { readonly do: 'ping' };

/** More that the engine has not read: books are of no use by then. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
const STATUS = { final: 403, busy: 429, 'no-answer': 503, refused: 400 } as const;

/** Of an account: no line has a part of its key, and nothing on standard error. */
const mask = new KeyMask();

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Books are dropped while nothing reads them: the next one is whole. */
function sayFrame(line: object): void {
  if (process.stdout.writableLength < MAX_UNREAD_BYTES) say(line);
}

async function answer(exchange: CcxtExchange, id: number, call: string): Promise<void> {
  try {
    say({ event: 'answer', id, status: 200, body: JSON.stringify(await result(exchange, call)) });
  } catch (error) {
    const { kind, name, text } = failureOf(error);
    say({ event: 'answer', id, status: STATUS[kind], body: JSON.stringify({ name, text }) });
  }
}

function result(exchange: CcxtExchange, call: string): Promise<unknown> {
  if (call === 'markets') return readMarkets(exchange);
  if (call === 'tickers') return readTickers(exchange);
  if (call === 'time') return readTime(exchange);
  return Promise.reject(new Error(`no call is named ${call.slice(0, 40)}`));
}

async function serve(lines: AsyncIterator<string>): Promise<void> {
  const first = await lines.next();
  if (first.done === true) return;
  const { root, id, origin, isAccount = false } = JSON.parse(first.value) as Open;
  if (isAccount) return await serveAccount({ root, id, origin }, lines);
  const exchange = await openExchange({ root, id, origin });
  const watcher = await openWatcher({ root, id, origin });
  const follower = new BookFollower({ exchange, watcher, say: sayFrame, nowMs: () => Date.now(), wait });
  if (watcher !== undefined) listenForLongNumbers((number) => follower.onInexact(number));
  say({ event: 'ready' });
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
    const request = JSON.parse(line.value) as Request;
    if (request.do === 'ping') say({ event: 'pong' });
    else if (request.do === 'call') void answer(exchange, request.id, request.call);
    else if (request.do === 'subscribe') void follower.subscribe(request.id, request.symbols);
    else follower.unsubscribe(request.id, request.symbols);
  }
}

async function serveAccount(open: OpenOptions, lines: AsyncIterator<string>): Promise<void> {
  // What ends the engine from a terminal reaches this process too: it goes on until the engine has ended its orders, and with them its input.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const server = new AccountServer({ ...open, say, mask, nowMs: () => Date.now() });
  say({ event: 'ready' });
  for (let line = await lines.next(); line.done !== true; line = await lines.next())
    server.take(JSON.parse(line.value) as AccountLine);
}

/** Messages of ccxt's connections go through JSON.parse, and nowhere else is their text seen. */
function listenForLongNumbers(found: (number: string) => void): void {
  const { parse } = JSON;
  JSON.parse = (text: string, ...more: [] | [reviver: Parameters<typeof parse>[1]]): unknown => {
    // REST calls read numbers by a reviver, as text.
    const number = more.length === 0 && typeof text === 'string' ? inexactIn(text) : undefined;
    if (number !== undefined) found(number);
    return parse(text, ...more) as unknown;
  };
}

/** One line, which the engine keeps where it is the last. */
function note(...words: readonly unknown[]): void {
  const text = words
    .map((word) => (word instanceof Error ? failureOf(word, mask.text).text : String(word)))
    .join(' ');
  process.stderr.write(`${mask.text(text).replaceAll(/\s+/g, ' ').slice(0, 500)}\n`);
}

function end(error: unknown): void {
  note(failureOf(error, mask.text).text);
  process.exit(1);
}

// What ccxt leaves behind of a connection that failed is looked after by the next question for its book.
process.on('unhandledRejection', (error) => note(failureOf(error, mask.text).text));
// Node would write the whole error.
process.on('uncaughtException', end);
// ccxt writes to the console what is no line of ours.
for (const name of ['log', 'info', 'debug', 'warn', 'error', 'trace'] as const)
  globalThis.console[name] = note;

void serve(createInterface({ input: process.stdin })[Symbol.asyncIterator]()).then(
  () => process.exit(0),
  end,
);
