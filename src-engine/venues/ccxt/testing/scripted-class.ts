/** An account of one of ccxt's own classes whose requests a script answers: no socket, no clock, and waits that take no time. */
import { ccxtRoot } from '../launch.ts';
import { AccountCalls, type CcxtAccountOptions } from '../process/account-calls.ts';
import { parseExact } from '../process/exact-number.ts';
import { type CcxtAccount, type Headers, openAccountClass } from '../process/exchange.ts';

export const KEY = {
  key: 'the-key-of-a-test',
  secret: Buffer.from('the-secret-of-a-test').toString('base64'),
  passphrase: 'a phrase',
};

export type HeardRequest = {
  /** The last part of its address: `AddOrder`. */
  readonly path: string;
  /** Of its query, form, or the first object of its JSON. */
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Headers;
  readonly atMs: number;
};
/** By the last part of the address; what it throws is no answer. */
export type Script = Record<string, (request: HeardRequest) => unknown>;

const KRAKEN_PAIR = {
  altname: 'XBTUSD',
  wsname: 'XBT/USD',
  base: 'XXBT',
  quote: 'ZUSD',
  pair_decimals: 1,
  lot_decimals: 8,
  leverage_buy: [],
  fees: [[0, 0.26]],
  fees_maker: [[0, 0.16]],
  ordermin: '0.0001',
  costmin: '0.5',
  status: 'online',
};
const OKX_PAIR = {
  instId: 'BTC-USDT',
  instType: 'SPOT',
  baseCcy: 'BTC',
  quoteCcy: 'USDT',
  lotSz: '0.00000001',
  minSz: '0.00001',
  tickSz: '0.1',
  state: 'live',
};
const MARKETS: Script = {
  AssetPairs: () => ({ error: [], result: { XXBTZUSD: KRAKEN_PAIR } }),
  instruments: () => ({ code: '0', data: [OKX_PAIR] }),
};

export class ScriptedAccount {
  readonly heard: HeardRequest[] = [];
  /** How long calls waited for the throttle, one after the other. */
  readonly waitedMs: number[] = [];
  readonly script: Script;
  /** This machine’s clock, as it is set. */
  nowMs = 1_700_000_000_000;
  #tickMs = 0;

  constructor(script: Script) {
    this.script = { ...MARKETS, ...script };
  }

  /** @param change what a class is made to do besides. */
  open(
    id: string,
    more: Partial<CcxtAccountOptions> = {},
    change: (exchange: CcxtAccount) => void = () => undefined,
  ): Promise<AccountCalls> {
    return AccountCalls.open({
      root: ccxtRoot(),
      id,
      key: KEY,
      rights: 'trade',
      nowMs: () => this.nowMs,
      tickMs: () => this.#tickMs,
      wait: async (ms) => {
        this.waitedMs.push(ms);
        this.#tickMs += ms;
        return Promise.resolve();
      },
      openClass: async (...opening) => {
        const exchange = await openAccountClass(...opening);
        Object.assign(exchange, { fetch: this.#fetchOf(exchange) });
        change(exchange);
        return exchange;
      },
      ...more,
    });
  }

  of(path: string): readonly HeardRequest[] {
    return this.heard.filter((request) => request.path === path);
  }

  #fetchOf(exchange: CcxtAccount): CcxtAccount['fetch'] {
    return async (url, method, headers, body) => {
      const { pathname, searchParams } = new URL(url);
      const path = pathname.split('/').at(-1) ?? '';
      const fields = { ...Object.fromEntries(searchParams), ...fieldsOf(body) };
      const request = { path, fields, headers, atMs: this.#tickMs };
      this.heard.push(request);
      const text = JSON.stringify(await this.script[path]?.(request));
      const answer = parseExact(text);
      exchange.handleErrors(200, 'OK', url, method, {}, text, answer, headers, body);
      return answer;
    };
  }
}

function fieldsOf(body: unknown): Record<string, string> {
  if (typeof body !== 'string' || body === '') return {};
  if (!/^[[{]/.test(body)) return Object.fromEntries(new URLSearchParams(body));
  const parsed = JSON.parse(body) as Record<string, string> | Record<string, string>[];
  return Array.isArray(parsed) ? (parsed[0] ?? {}) : parsed;
}
