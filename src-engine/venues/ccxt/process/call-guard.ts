/**
 * What a class of ccxt sends with a key is looked at before it leaves: an order carries our own digits and our own id, and nothing carries
 * an id of ccxt's, by which some venues pay a share of the fee to it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { exactText, parseExact } from './exact-number.ts';
import type { Lane } from './call-pace.ts';
import type { CcxtAccount, Headers } from './exchange.ts';
import { valuesOf } from './exact-row.ts';

/** Nothing of the order left this machine. */
export class NotSent extends Error {}

export type Placement = {
  readonly side: 'buy' | 'sell';
  readonly qty: string;
  readonly price: string;
  readonly kind: 'ioc' | 'rests' | 'post-only';
  /** As the venue is given it. */
  readonly clientId: string;
  /** The venue’s id of the market. */
  readonly market: string;
  /** Nothing leaves after it, by this machine’s clock in ms. */
  readonly untilMs: number;
};

/** One call, and what became of it. */
export type CallRecord = {
  readonly placement?: Placement | undefined;
  /** Requests of the placement that left. */
  sent: number;
  /** What the class made of an answer of the venue itself, if it was a refusal. */
  refusal?: { readonly error: unknown; readonly status: number; readonly said: ReadonlySet<string> };
  /** In which its requests wait; undefined: with the questions. */
  readonly lane?: Lane | undefined;
  /** Its requests do not wait: a time that waited says little of the clock. */
  readonly isTimed?: boolean | undefined;
  /** Rows that the venue listed, before ccxt filters them. */
  rows: number;
};

const call = new AsyncLocalStorage<CallRecord>();

/** Runs a call of the class, and records what it sent and heard. */
export function recorded<T>(record: CallRecord, run: () => Promise<T>): Promise<T> {
  return call.run(record, run);
}

/** The call that is under way here. */
export function currentCall(): CallRecord | undefined {
  return call.getStore();
}

/** Options under which classes keep ids of ccxt. */
const BROKER_OPTIONS = [
  'broker',
  'brokerId',
  'partner',
  'builder',
  'builderFee',
  'affiliate',
  'channelId',
  'ref',
];
/** Headers that carry one, whatever stands in them. */
const BROKER_HEADERS: ReadonlySet<string> = new Set([
  'referer',
  'x-channel-api-code',
  'x-gate-channel-id',
  'kc-api-partner',
  'kc-api-partner-sign',
  'kc-api-partner-verify',
  'kc-broker-name',
  'source',
]);
const IOC = ['ioc', 'immediate_or_cancel', 'immediate-or-cancel'];
/** Of which an order has one by its kind. */
const KIND_WORDS: Readonly<Record<Placement['kind'], ReadonlySet<string>>> = {
  ioc: new Set(IOC),
  'post-only': new Set([
    'post_only',
    'postonly',
    'post-only',
    'post',
    'poc',
    'limit_maker',
    'maker-or-cancel',
  ]),
  rests: new Set(['limit', 'gtc', 'good_till_cancelled', 'good-till-cancelled']),
};
/** Words of other kinds: no order of ours takes what price there is, or is made whole at once. */
const OTHER_WORDS = ['market', 'fok', 'fill_or_kill', 'fill-or-kill'];
/** No order that rests has one of these. */
const SHORT_WORDS: ReadonlySet<string> = new Set(IOC);

/** Takes the exchange's own ids out of a class, and looks at what it sends from now on. @param nowMs this machine’s clock. */
export function guardCalls(exchange: CcxtAccount, nowMs: () => number): void {
  const marks = withoutBroker(exchange);
  const send = exchange.fetch.bind(exchange);
  const handle = exchange.handleErrors.bind(exchange);
  const [trades, orders] = [exchange.parseTrades.bind(exchange), exchange.parseOrders.bind(exchange)];
  Object.assign(exchange, {
    // Our digits are on the venue’s grid: what rounds them again could only change them.
    amountToPrecision: (_symbol: string, qty: unknown) => qty,
    priceToPrecision: (_symbol: string, price: unknown) => price,
    fetch: (url: string, method = 'GET', headers?: Headers, body?: unknown) => {
      const record = call.getStore();
      const sent = sentValues(url, body);
      if ([...sent].some((value) => marks.some((mark) => value.startsWith(mark))))
        throw new NotSent('it carries an id of ccxt');
      if (record?.placement !== undefined && method !== 'GET') {
        requireOurs(record, record.placement, sent, nowMs());
        record.sent++;
      }
      return send(url, method, withoutMarks(headers, marks), body);
    },
    handleErrors: (...args: unknown[]) => {
      try {
        return handle(...args);
      } catch (error) {
        const record = call.getStore();
        const [status, answer] = [args[0], args[6]];
        if (
          record !== undefined &&
          typeof status === 'number' &&
          typeof answer === 'object' &&
          answer !== null
        )
          record.refusal = { error, status, said: valuesOf(answer) };
        throw error;
      }
    },
    // ccxt cuts a list to what was asked for, and with it what shows whether it is whole.
    parseTrades: (rows: unknown, market?: unknown) => trades(counted(rows), market),
    parseOrders: (rows: unknown, market?: unknown) => orders(counted(rows), market),
  });
}

function counted(rows: unknown): unknown {
  const record = call.getStore();
  if (record !== undefined && typeof rows === 'object' && rows !== null)
    record.rows += Array.isArray(rows) ? rows.length : Object.keys(rows).length;
  return rows;
}

/** @returns what no request may carry. */
function withoutBroker(exchange: CcxtAccount): readonly string[] {
  const marks = new Set<string>(['CCXT', 'ccxt']);
  const { options } = exchange;
  for (const name of BROKER_OPTIONS) {
    if (options[name] === undefined) continue;
    // Short words, such as the name of a market type, are none.
    for (const value of valuesOf(options[name])) if (value.length >= 5) marks.add(value);
    options[name] = typeof options[name] === 'string' ? undefined : {};
  }
  for (const name of Object.keys(exchange.headers ?? {}))
    if (BROKER_HEADERS.has(name.toLowerCase())) delete exchange.headers?.[name];
  return [...marks];
}

function withoutMarks(headers: Headers, marks: readonly string[]): Headers {
  if (headers === undefined) return undefined;
  const kept = Object.entries(headers).filter(
    ([name, value]) =>
      !BROKER_HEADERS.has(name.toLowerCase()) && !marks.some((mark) => String(value) === mark),
  );
  return Object.fromEntries(kept);
}

/** Values of the query and of the body. */
function sentValues(url: string, body: unknown): ReadonlySet<string> {
  const parts: unknown[] = [[...new URL(url).searchParams.values()]];
  if (typeof body === 'string' && /^\s*[[{]/.test(body)) parts.push(parseExact(body));
  else if (typeof body === 'string') parts.push([...new URLSearchParams(body).values()]);
  else parts.push(body);
  return valuesOf(parts);
}

/** @throws NotSent for a request that is not exactly our order. */
function requireOurs(
  { sent: before }: CallRecord,
  { side, qty, price, kind, clientId, market, untilMs }: Placement,
  sent: ReadonlySet<string>,
  nowMs: number,
): void {
  const words = new Set([...sent].map((value) => value.toLowerCase()));
  const isMissing = (amount: string): boolean => !sent.has(exactText(amount) ?? '');
  const has = (wanted: Iterable<string>): string | undefined => [...wanted].find((word) => words.has(word));
  const wrong = has(OTHER_WORDS) ?? (kind === 'ioc' ? undefined : has(SHORT_WORDS));
  if (before > 0) throw new NotSent('ccxt would send it a second time');
  if (nowMs >= untilMs) throw new NotSent('its deadline has passed');
  if (!sent.has(clientId)) throw new NotSent('ccxt would send it without our id');
  if (isMissing(qty)) throw new NotSent(`ccxt would send another quantity than ${qty}`);
  if (isMissing(price)) throw new NotSent(`ccxt would send another price than ${price}`);
  if (!words.has(side)) throw new NotSent(`ccxt would not send it as one to ${side}`);
  if (market === '') throw new NotSent('the market has no id of the venue');
  if (!sent.has(market)) throw new NotSent(`ccxt would not send it for ${market}`);
  if (has(KIND_WORDS[kind]) === undefined) throw new NotSent(`ccxt would send it without “${kind}”`);
  if (wrong !== undefined) throw new NotSent(`ccxt would send it with “${wrong}”`);
}
