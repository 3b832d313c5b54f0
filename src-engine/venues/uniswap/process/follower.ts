/**
 * Follows pools block by block: one look at the head, and where it is new one multicall for all pools at its hash. What cannot be trusted is
 * named and its books are withheld: an endpoint of another chain, one that lags, mixes blocks or wants to be left alone.
 */
import type { Deployment } from '../deployments.ts';
import { asksOf, bidsOf, type LadderGrid } from '../ladder.ts';
import { type Head, Heads, hashAt, latestHead, mostAgeS, numberOf } from './heads.ts';
import { roundedUp, tipOf } from './gas.ts';
import { LEAST_GAS, type PoolRow, rowsOf } from './listing.ts';
import type { LeftOut, Pool, PoolReader, PoolState } from './pools.ts';
import { type Rpc, RpcError } from './rpc.ts';

export type FollowerOptions = {
  readonly rpc: Rpc;
  readonly reader: PoolReader;
  readonly deployment: Deployment;
  readonly say: (line: object) => void;
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
};

export type Listing = {
  readonly head: Head;
  readonly rows: readonly PoolRow[];
  readonly leftOut: readonly LeftOut[];
};

const POLL_MS = 1_000;
const RETRY_MS = { first: 1_000, longest: 30_000 };
const BUSY_MS = { first: 2_000, longest: 300_000 };
/** A block of the future says that one of both clocks is wrong. */
const MOST_AHEAD_S = 30;
/** How long a listing is kept: its prices and its gas move. */
const LISTING_MS = 20_000;
const CHAIN_MS = 60_000;
/** A reorganisation is shown for so long. */
const NOTE_MS = 600_000;
/** A cost is shown with so much to spare, and stays until it is too low, or this part of it would do. */
const SPARE = 1.2;
const LEAST_OF_SHOWN = 0.6;

export class PoolFollower {
  readonly #options: FollowerOptions;
  readonly #followed = new Set<string>();
  readonly #heads = new Heads();
  #known: Promise<{ readonly pools: readonly Pool[]; readonly leftOut: readonly LeftOut[] }> | undefined;
  #listing: { readonly value: Listing; readonly atMs: number } | undefined;
  /** Grids of the session’s books: those of the listing that it began with, as long as this process lives. */
  readonly #grids = new Map<string, LadderGrid>();
  /** What a swap costs, as it is shown. */
  readonly #costs = new Map<string, number>();
  /** The hash of the block whose books were sent, and the symbols that have one. */
  #sent = { hash: '', symbols: new Set<string>() };
  #failures = 0;
  #noteUntilMs: number | undefined;
  #chainCheckedMs = Number.NEGATIVE_INFINITY;
  #isPolling = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** All pools with their steps and gas. @throws RpcError. */
  async list(): Promise<Listing> {
    const { rpc, reader, nowMs } = this.#options;
    if (this.#listing !== undefined && nowMs() - this.#listing.atMs < LISTING_MS) return this.#listing.value;
    await this.#checkChain();
    const head = await latestHead(rpc);
    this.#checkAge(head);
    const { pools, leftOut } = await this.#pools(head);
    const { states, faults } = await reader.states(pools, head);
    const listed = rowsOf(pools, states, faults, head, await tipOf(rpc));
    for (const row of listed.rows) this.#gridOf(row, pools);
    const rows = listed.rows.map((row) => ({
      ...row,
      ...this.#decimalsOf(row.symbol),
      ...this.#costOf(row),
    }));
    const value = { head, rows, leftOut: [...leftOut, ...listed.leftOut] };
    this.#listing = { value, atMs: nowMs() };
    return value;
  }

  /** When the newest block was made. @throws RpcError. */
  async time(): Promise<{ readonly ms: number; readonly stepMs: number }> {
    await this.#checkChain();
    const { timeS } = await latestHead(this.#options.rpc);
    // Between two blocks nothing tells the time, and one may be missing.
    return { ms: timeS * 1_000, stepMs: Math.max(2_000, 2 * this.#options.deployment.blockS * 1_000) };
  }

  /**
   * Answers of each symbol by itself, under the number of the request.
   * @param decimals of the books that the session keeps, by symbol: a process that was started anew would count in others.
   */
  async subscribe(
    id: number,
    symbols: readonly string[],
    decimals: Readonly<Record<string, readonly [price: number, qty: number]>> = {},
  ): Promise<void> {
    const { say } = this.#options;
    let failure: string | undefined;
    try {
      await this.list();
    } catch (error) {
      failure = textOf(error);
    }
    for (const symbol of symbols) {
      const [known, own] = [this.#grids.get(symbol), decimals[symbol]];
      const isKnown = known !== undefined;
      if (isKnown && own !== undefined)
        this.#grids.set(symbol, {
          ...known,
          priceDecimals: own[0],
          qtyDecimals: Math.min(own[1], known.baseDecimals),
        });
      const error = isKnown ? '' : (failure ?? `no pool of listed tokens is ${symbol}`);
      say({ event: 'ack', id, verb: 'subscribe', symbol, error, isFinal: !isKnown && failure === undefined });
      if (!isKnown) continue;
      this.#followed.add(symbol);
      // Its book is sent with the next look, though the block is known.
      this.#sent.symbols.delete(symbol);
    }
    if (this.#isPolling || this.#followed.size === 0) return;
    this.#isPolling = true;
    void this.#poll();
  }

  unsubscribe(id: number, symbols: readonly string[]): void {
    for (const symbol of symbols) {
      this.#followed.delete(symbol);
      this.#options.say({ event: 'ack', id, verb: 'unsubscribe', symbol, error: '', isFinal: false });
    }
  }

  /** Never ends: its process does. */
  async #poll(): Promise<never> {
    for (;;) await this.#options.wait(await this.look());
  }

  /** One look at the chain. @returns how long to wait for the next, in ms. */
  async look(): Promise<number> {
    if (this.#followed.size === 0) return POLL_MS;
    try {
      await this.#checkChain();
      await this.#follow();
      this.#failures = 0;
      return POLL_MS;
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #follow(): Promise<void> {
    const { rpc, say } = this.#options;
    const head = await latestHead(rpc);
    this.#checkAge(head);
    const news = await this.#heads.take(head, (number) => hashAt(rpc, number));
    if (news.kind === 'older')
      throw new RpcError(
        'no-answer',
        `the endpoint went back ${news.behind} blocks: one of its machines lags`,
      );
    if (news.kind === 'reorg') {
      const lost =
        news.lost === undefined
          ? 'more blocks than are kept'
          : `${news.lost} block${news.lost === 1 ? '' : 's'}`;
      this.#noteUntilMs = this.#options.nowMs() + NOTE_MS;
      say({
        event: 'note',
        text: `a reorganisation took back ${lost}: all pools are read anew at block ${head.number}`,
      });
    }
    if (this.#noteUntilMs !== undefined && this.#options.nowMs() >= this.#noteUntilMs) {
      this.#noteUntilMs = undefined;
      say({ event: 'note', text: '' });
    }
    const isKnown = this.#sent.hash === head.hash;
    const due = [...this.#followed].filter((symbol) => !isKnown || !this.#sent.symbols.has(symbol));
    if (due.length === 0) say({ event: 'alive', block: head.number });
    else await this.#books(head, due, isKnown);
  }

  async #books(head: Head, due: readonly string[], isKnown: boolean): Promise<void> {
    const { reader, say } = this.#options;
    const { pools } = await this.#pools(head);
    const wanted = pools.filter(({ symbol }) => due.includes(symbol));
    const { states, faults } = await reader.states(wanted, head);
    if (!isKnown) this.#sent = { hash: head.hash, symbols: new Set() };
    for (const [at, { symbol }] of wanted.entries()) {
      const state = states[at];
      const grid = this.#grids.get(symbol);
      if (state === undefined || grid === undefined)
        say({ event: 'failed', symbol, text: faults.get(symbol) ?? 'the pool cannot be read', failures: 1 });
      else say(bookOf(symbol, head, state, grid));
      this.#sent.symbols.add(symbol);
    }
  }

  async #pools(head: Head) {
    this.#known ??= this.#options.reader.discover(head);
    try {
      return await this.#known;
    } catch (error) {
      this.#known = undefined;
      throw error;
    }
  }

  #gridOf({ symbol, priceDecimals, qtyDecimals }: PoolRow, pools: readonly Pool[]): void {
    const pool = pools.find((one) => one.symbol === symbol);
    if (pool === undefined || this.#grids.has(symbol)) return;
    const { base, quote } = pool;
    this.#grids.set(symbol, {
      baseDecimals: base.decimals,
      quoteDecimals: quote.decimals,
      priceDecimals,
      qtyDecimals,
    });
  }

  /** Of the books that are kept already. */
  #decimalsOf(symbol: string): Partial<Pick<PoolRow, 'priceDecimals' | 'qtyDecimals'>> {
    const grid = this.#grids.get(symbol);
    return grid === undefined ? {} : { priceDecimals: grid.priceDecimals, qtyDecimals: grid.qtyDecimals };
  }

  /** The cost that was shown stays while it is enough and not far too much, so that it is no news each minute. */
  #costOf({ symbol, cost }: PoolRow): Pick<PoolRow, 'gas' | 'minNotional'> {
    const before = this.#costs.get(symbol);
    const stays = before !== undefined && cost <= before && cost >= before * LEAST_OF_SHOWN;
    const shown = stays ? before : Number(roundedUp(cost * SPARE));
    this.#costs.set(symbol, shown);
    return { gas: roundedUp(shown), minNotional: roundedUp(shown * LEAST_GAS) };
  }

  /** @throws RpcError for an endpoint of another chain: what it shows is no pool of this one. */
  async #checkChain(): Promise<void> {
    const { rpc, deployment, nowMs } = this.#options;
    if (nowMs() - this.#chainCheckedMs < CHAIN_MS) return;
    const id = numberOf(await rpc.call('eth_chainId', []));
    if (id !== deployment.chainId)
      throw new RpcError(
        'refused',
        `the endpoint is of chain ${id ?? 'unknown'}, and not of ${deployment.title} (${deployment.chainId})`,
      );
    this.#chainCheckedMs = nowMs();
  }

  /** @throws RpcError for a head that is too old or of the future. */
  #checkAge({ number, timeS }: Head): void {
    const { deployment, nowMs } = this.#options;
    if (deployment.blockS === 0) return;
    const ageS = Math.round(nowMs() / 1_000 - timeS);
    if (ageS > mostAgeS(deployment.blockS)) {
      const blocks = Math.round(ageS / deployment.blockS);
      throw new RpcError(
        'no-answer',
        `the endpoint lags: its newest block ${number} is ${ageS} s old, some ${blocks} blocks`,
      );
    }
    if (ageS < -MOST_AHEAD_S)
      throw new RpcError(
        'no-answer',
        `block ${number} is ${-ageS} s ahead of this machine’s clock: one of both is wrong`,
      );
  }

  /** Withholds every book with the reason, and asks again, ever later. */
  #failed(error: unknown): number {
    const { say } = this.#options;
    const failures = ++this.#failures;
    this.#sent = { hash: '', symbols: new Set() };
    this.#chainCheckedMs = Number.NEGATIVE_INFINITY;
    const text = textOf(error);
    for (const symbol of this.#followed) say({ event: 'failed', symbol, text, failures });
    const isBusy = error instanceof RpcError && error.kind === 'busy';
    const { first, longest } = isBusy ? BUSY_MS : RETRY_MS;
    const waitMs = Math.min(longest, first * 2 ** Math.min(failures - 1, 10));
    return error instanceof RpcError && error.waitMs !== undefined ? Math.max(waitMs, error.waitMs) : waitMs;
  }
}

function bookOf(symbol: string, head: Head, state: PoolState, grid: LadderGrid): object {
  return {
    event: 'book',
    symbol,
    block: head.number,
    hash: head.hash,
    time: head.timeS * 1_000,
    bids: bidsOf(state.sell, state.depth, grid),
    asks: asksOf(state.buy, state.depth, grid),
  };
}

/** A fault of ours is named by its kind alone: its text may hold what was sent. */
function textOf(error: unknown): string {
  return error instanceof RpcError
    ? error.message
    : `it failed (${error instanceof Error ? error.name : 'unknown'})`;
}
