/**
 * Follows pools block by block: one look at the head, and where it is new one multicall for all pools at its hash. What cannot be trusted is
 * named and its books are withheld: an endpoint of another chain, one that lags, mixes blocks or wants to be left alone.
 */
import type { Deployment } from '../deployments.ts';
import { asksOf, bidsOf, type LadderGrid } from '../ladder.ts';
import { type Head, Heads, hashAt, latestHead, mostAgeS, nextTimeS, numberOf } from './heads.ts';
import { type PoolRow, rowsOf, type ShownCost } from './listing.ts';
import type { Discovery, LeftOut, Pool, PoolReader, PoolState } from './pools.ts';
import { type Rpc, RpcError } from './rpc.ts';
import { SwapCosts } from './swap-costs.ts';

export type SaidLine = { readonly event: string; readonly [field: string]: unknown };

export type FollowerOptions = {
  readonly rpc: Rpc;
  readonly reader: PoolReader;
  readonly deployment: Deployment;
  /** False: the line was dropped, as nothing reads. */
  readonly say: (line: SaidLine) => boolean;
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
};

export type Listing = {
  readonly head: Head;
  readonly rows: readonly (PoolRow & ShownCost)[];
  readonly leftOut: readonly LeftOut[];
};

/** A listing without what changes with each block. */
type Kept = {
  readonly head: Head;
  readonly rows: readonly PoolRow[];
  readonly leftOut: readonly LeftOut[];
  readonly atMs: number;
};

const POLL_MS = 1_000;
const RETRY_MS = { first: 1_000, longest: 30_000 };
const BUSY_MS = { first: 2_000, longest: 300_000 };
/**
 * Blocks after which books are as good as their block no longer, and the least time that this is: an endpoint that stands still
 * shows an old block as the newest. Two blocks in a row are missed now and then.
 */
const MOST_STILL = { blocks: 3, leastS: 4 };
/** A block of the future says that one of both clocks is wrong. */
const MOST_AHEAD_S = 30;
/** How long a listing is kept: its prices and its gas move. */
const LISTING_MS = 20_000;
const CHAIN_MS = 60_000;
/** So long after a token of the trader’s own could not be read it is looked for again. */
const LOOK_AGAIN_MS = 60_000;
/** A reorganisation is shown for so long. */
const NOTE_MS = 600_000;

export class PoolFollower {
  readonly #options: FollowerOptions;
  readonly #followed = new Set<string>();
  readonly #heads = new Heads();
  #known: Promise<Discovery> | undefined;
  /** When pools are looked for again. Undefined: all of them were found. */
  #lookAgainMs: number | undefined;
  #listing: Kept | undefined;
  /** Grids of the session’s books: those of the listing that it began with, as long as this process lives. */
  readonly #grids = new Map<string, LadderGrid>();
  readonly #costs: SwapCosts;
  /** The hash of the block whose books were sent, and the symbols that have one. */
  #sent = { hash: '', symbols: new Set<string>() };
  /** When its block was seen first, by our clock: that of the chain may differ. */
  #newMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #noteUntilMs: number | undefined;
  #chainCheckedMs = Number.NEGATIVE_INFINITY;
  /** How many endpoints were asked before this one. */
  #endpoint = 0;
  #isPolling = false;
  /** Ends the wait for the next look. */
  #wake: () => void = () => undefined;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#costs = new SwapCosts(options.deployment);
  }

  /** All pools with their steps and gas. @throws RpcError. */
  async list(): Promise<Listing> {
    const { rpc, reader, nowMs } = this.#options;
    if (this.#listing !== undefined && nowMs() - this.#listing.atMs < LISTING_MS)
      return this.#listed(this.#listing);
    await this.#checkChain();
    const head = await latestHead(rpc);
    this.#checkAge(head);
    const { pools, leftOut } = await this.#pools(head);
    const { states, faults, dataFee } = await reader.states(pools, head);
    await this.#costs.look(rpc, pools, states);
    const prices = this.#costs.prices(head, dataFee);
    const listed = rowsOf(pools, states, faults, prices, this.#costs.natives);
    for (const pool of pools) this.#costs.take(pool, prices);
    for (const row of listed.rows) this.#gridOf(row, pools);
    const rows = listed.rows.map((row) => ({ ...row, ...this.#decimalsOf(row.symbol) }));
    this.#listing = { head, rows, leftOut: [...leftOut, ...listed.leftOut], atMs: nowMs() };
    return this.#listed(this.#listing);
  }

  /** With costs as they are now: a block since may have raised them. */
  #listed({ head, rows, leftOut }: Kept): Listing {
    const shown = rows.flatMap((row) => {
      const cost = this.#costs.of(row.symbol);
      return cost === undefined ? [] : [{ ...row, ...cost }];
    });
    return { head, rows: shown, leftOut };
  }

  /** When the newest block was made. @throws RpcError. */
  async time(): Promise<{ readonly ms: number; readonly stepMs: number }> {
    await this.#checkChain();
    const { rpc, deployment } = this.#options;
    const head = await latestHead(rpc);
    // Of a chain that makes blocks when it is asked to the newest one may be of hours ago.
    const timeS = deployment.blockS === 0 ? await nextTimeS(rpc, head) : head.timeS;
    // Between two blocks nothing tells the time, and one may be missing.
    return { ms: timeS * 1_000, stepMs: Math.max(2_000, 2 * deployment.blockS * 1_000) };
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

  /** Another endpoint is asked from now on, at once: of which chain it is is looked at first. */
  onEndpoint(): void {
    this.#endpoint++;
    this.#known = undefined;
    this.#lookAgainMs = undefined;
    this.#chainCheckedMs = Number.NEGATIVE_INFINITY;
    this.#listing = undefined;
    this.#failures = 0;
    this.#wake();
  }

  /** Never ends: its process does. */
  async #poll(): Promise<never> {
    for (;;) {
      const waitMs = await this.look();
      // How long the endpoint before wanted to be left alone is nothing to the next one.
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await Promise.race([this.#options.wait(waitMs), woken]);
    }
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
    if (news.kind !== 'same') this.#newMs = this.#options.nowMs();
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
    if (due.length === 0) this.#still(head);
    else await this.#books(head, due, isKnown);
  }

  /** The block that was read is still the newest: a sign of life, unless the next one is overdue. */
  #still({ number }: Head): void {
    const { deployment, nowMs, say } = this.#options;
    const mostS = Math.max(MOST_STILL.leastS, MOST_STILL.blocks * deployment.blockS);
    if (deployment.blockS > 0 && nowMs() - this.#newMs > mostS * 1_000) return;
    say({ event: 'alive', block: number });
  }

  async #books(head: Head, due: readonly string[], isKnown: boolean): Promise<void> {
    const { pools } = await this.#pools(head);
    const wanted = pools.filter(({ symbol }) => due.includes(symbol));
    if (wanted.length > 0) await this.#readBooks(head, wanted, isKnown);
    else if (isKnown) this.#still(head);
    else this.#sent = { hash: head.hash, symbols: new Set() };
    for (const symbol of due) {
      if (wanted.some((pool) => pool.symbol === symbol)) continue;
      const text = 'its pool is read no longer: a token of it was removed, or cannot be read';
      this.#options.say({ event: 'failed', symbol, text, failures: 1 });
      // It is not due again with this block: the others would never be alive beside it.
      this.#sent.symbols.add(symbol);
    }
  }

  async #readBooks(head: Head, wanted: readonly Pool[], isKnown: boolean): Promise<void> {
    const { reader, say } = this.#options;
    const { states, faults, dataFee } = await reader.states(wanted, head);
    const prices = this.#costs.prices(head, dataFee);
    const costs = wanted.flatMap((pool) => {
      const cost = this.#costs.take(pool, prices);
      return cost === undefined ? [] : [[pool.symbol, cost.gas, cost.minNotional] as const];
    });
    // Before the books: they are looked at with what a swap costs at their block.
    const { chainId: chain } = this.#options.deployment;
    say({ event: 'gas', chain, block: head.number, costs });
    if (!isKnown) this.#sent = { hash: head.hash, symbols: new Set() };
    for (const [at, pool] of wanted.entries()) {
      const { symbol } = pool;
      const state = states[at];
      const grid = this.#grids.get(symbol);
      if (state === undefined || grid === undefined)
        say({ event: 'failed', symbol, text: faults.get(symbol) ?? 'the pool cannot be read', failures: 1 });
      else if (
        !say({
          event: 'book',
          symbol,
          chain,
          ...bookOf(head, state, grid, this.#costs.ticks(pool, state, prices)),
        })
      )
        continue;
      this.#sent.symbols.add(symbol);
    }
  }

  async #pools(head: Head): Promise<Discovery> {
    const { reader, nowMs } = this.#options;
    if (this.#lookAgainMs !== undefined && nowMs() >= this.#lookAgainMs) {
      this.#known = undefined;
      this.#lookAgainMs = undefined;
    }
    const asked = (this.#known ??= reader.discover(head));
    try {
      const found = await asked;
      if (!found.isWhole && asked === this.#known) this.#lookAgainMs ??= nowMs() + LOOK_AGAIN_MS;
      return found;
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

  /** @throws RpcError for an endpoint of another chain: what it shows is no pool of this one. */
  async #checkChain(): Promise<void> {
    const { rpc, deployment, nowMs } = this.#options;
    if (nowMs() - this.#chainCheckedMs < CHAIN_MS) return;
    const endpoint = this.#endpoint;
    const id = numberOf(await rpc.call('eth_chainId', []));
    if (id !== deployment.chainId)
      throw new RpcError(
        'refused',
        `the endpoint is of chain ${id ?? 'unknown'}, and not of ${deployment.title} (${deployment.chainId})`,
      );
    // An answer of the endpoint before says nothing of this one.
    if (endpoint === this.#endpoint) this.#chainCheckedMs = nowMs();
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
        `the endpoint lags: its newest block ${number} is ${ageS} s old, some ${blocks} blocks; or this machine’s clock is ahead`,
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

function bookOf(head: Head, state: PoolState, grid: LadderGrid, ticks: ReturnType<SwapCosts['ticks']>) {
  return {
    block: head.number,
    hash: head.hash,
    time: head.timeS * 1_000,
    bids: bidsOf(state.sell, state.depth, grid, ticks?.sold),
    asks: asksOf(state.buy, state.depth, grid, ticks?.bought),
  };
}

/** A fault of ours is named by its kind alone: its text may hold what was sent. */
function textOf(error: unknown): string {
  return error instanceof RpcError
    ? error.message
    : `it failed (${error instanceof Error ? error.name : 'unknown'})`;
}
