/**
 * One account of an engine, in a process of its own: the key comes first, as a line of its input, and goes nowhere else. One order is open at a time, and
 * the nonces are the wallet’s; the chain is looked at again and again, and what it shows is reported.
 */
import { UserError } from '../../../domain/errors.ts';
import type { Deployment } from '../deployments.ts';
import type { loadContracts } from '../process/contracts.ts';
import { latestHead } from '../process/heads.ts';
import type { Version } from '../process/pools.ts';
import { type Rpc, RpcError } from '../process/rpc.ts';
import type {
  AskedOrder,
  OpenLine,
  OpenSwap,
  WalletAsk,
  WalletLine,
  WalletRights,
  WalletSaid,
  WalletStanding,
} from './asks.ts';
import type { WalletCalls } from './calls.ts';
import { EngineJournal } from './journal.ts';
import { eventsOf } from './outcome.ts';
import { readPrivateKey } from './permit.ts';
import { MOST_WAIT_S, type PoolTable } from './plan.ts';
import { FoundPools } from './pool-table.ts';
import { isReorganisationAlone } from './record.ts';
import { swapOf } from './settlement.ts';
import { balancesAt, takenBackOf, unitedOf } from './standing.ts';
import { TakeBack } from './take-back.ts';
import { Wallet } from './wallet.ts';

export type WalletServerOptions = {
  readonly version: Version;
  readonly rpc: Rpc;
  readonly calls: WalletCalls;
  readonly contracts: Awaited<ReturnType<typeof loadContracts>>;
  readonly deployment: Deployment;
  /** Wei for a unit of gas that a swap may pay at most. */
  readonly maxGasPrice: bigint;
  readonly say: (line: WalletSaid) => void;
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** In place of those that the factory names: tests. */
  readonly pools?: (PoolTable & { discover(): Promise<void> }) | undefined;
};

/** From one look at the chain to the next: while something is open, and while nothing is. */
const LOOK_MS = { open: 200, idle: 1_000 } as const;
/** Looks in a row that fail before the chain is taken for one that cannot be seen. */
const LOST_LOOKS = 2;
/** From one question for the pools that failed to the next. */
const POOLS_AGAIN_MS = 5_000;
/** So long after it is settled the engine may not have taken over yet what the chain took back. */
const SETTLED_MS = 60_000;

type Account = {
  readonly wallet: Wallet;
  readonly journal: EngineJournal;
  readonly rights: OpenLine['rights'];
  readonly sinceMs: number;
  /** Its record was read, and the chain is the one of before. */
  readonly opened: Promise<void>;
  /** What `cancel-all` has counted by now, and what had ended before. */
  readonly counted: Set<string>;
  /** The pools were asked for, whether they are known by now or not. */
  readonly asked: Promise<void>;
};

/** Nothing of it was signed. */
class NotDone extends Error {}

export class WalletServer {
  readonly #options: WalletServerOptions;
  readonly #pools: PoolTable & { discover(): Promise<void> };
  #account: Account | undefined;
  /** In place of an account: another process has its record. */
  #beside: TakeBack | undefined;
  #link: 'up' | 'down' | undefined;
  /** Looks in a row that failed. */
  #failures = 0;
  /** Placements and readings, in the order in which they came: what was not signed by a reading never will be. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Placements that wait for their turn: one that was canceled meanwhile is not made. */
  readonly #queued = new Set<string>();
  /** Why no order can be made though the chain is seen; empty: it can; undefined: the pools are being asked for. */
  #poolsProblem: string | undefined;
  #back: { readonly takenBack: WalletStanding['takenBack']; readonly untilMs: number } | undefined;
  #isStopped = false;
  #wake: () => void = () => undefined;

  constructor(options: WalletServerOptions) {
    this.#options = options;
    const { rpc, contracts, deployment, version } = options;
    this.#pools = options.pools ?? new FoundPools(rpc, contracts, deployment, [version]);
  }

  take(line: WalletLine): void {
    if (line.do === 'ping') this.#options.say({ event: 'pong' });
    else if (line.do === 'open') this.#open(line);
    else if (line.do === 'kept') this.#account?.journal.onKept(line.id);
    else void this.#answer(line.id, line.ask);
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  #open(line: OpenLine): void {
    if (this.#account !== undefined || this.#beside !== undefined) return;
    const { address, key, rights, record, sinceMs = Number.POSITIVE_INFINITY, cancels = [] } = line;
    const { rpc, calls, deployment, maxGasPrice, say } = this.#options;
    let wallet: Wallet;
    const journal = new EngineJournal(record, say);
    try {
      const signer = calls.signer(readPrivateKey(key));
      if (signer.address !== address.toLowerCase())
        throw new UserError({
          code: 'bad-wallet-key',
          field: 'private key',
          message: `is not that of ${address}`,
          remedy: 'Give the address of the key beside it: both are checked against each other.',
        });
      if (line.isBeside === true) {
        this.#beside = new TakeBack({ rpc, calls, signer, deployment, record });
        say({ event: 'account' });
        return;
      }
      const report: ConstructorParameters<typeof Wallet>[0]['report'] = (event) =>
        say({ event: 'order', ...event });
      wallet = new Wallet({
        rpc,
        calls,
        signer,
        deployment,
        pools: this.#pools,
        journal,
        maxGasPrice,
        report,
        nowMs: () => this.#options.nowMs(),
      });
    } catch (error) {
      say({ event: 'closed', text: reasonOf(error) });
      return;
    }
    const isAll = rights === 'cancel' || cancels === 'all';
    const opened = wallet.open((orderId) => isAll || cancels.includes(orderId));
    const counted = new Set<string>();
    // What is open is looked after whatever becomes of the pools: they are for new orders alone.
    const asked = opened.then(() => (rights === 'trade' ? this.#discover() : this.#onPools('')));
    asked.catch(() => undefined);
    this.#account = { wallet, journal, rights, sinceMs, opened, asked, counted };
    opened.then(
      () => {
        for (const { orderId, end } of wallet.orders) if (end !== undefined) counted.add(orderId);
        say({ event: 'account' });
        void this.#follow(wallet, rights);
      },
      (error: unknown) => say({ event: 'closed', text: reasonOf(error) }),
    );
  }

  /** Resolves after the first answer; where that is none it is asked again. */
  async #discover(): Promise<void> {
    try {
      await this.#pools.discover();
      this.#onPools('');
    } catch (error) {
      this.#onPools(`its pools are not known: ${reasonOf(error)}`);
      void this.#options.wait(POOLS_AGAIN_MS).then(() => (this.#isStopped ? undefined : this.#discover()));
    }
  }

  #onPools(problem: string): void {
    this.#poolsProblem = problem;
    this.#wake();
  }

  /** Looks at the chain until the process ends. */
  async #follow(wallet: Wallet, rights: WalletRights): Promise<void> {
    while (!this.#isStopped) {
      await this.#look(wallet, rights).catch(() => undefined);
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const ms = wallet.openOrder === undefined ? LOOK_MS.idle : LOOK_MS.open;
      await Promise.race([this.#options.wait(ms), woken]);
    }
  }

  /** @throws what the wallet throws: nothing is known then. */
  async #look(wallet: Wallet, rights: WalletRights): Promise<void> {
    try {
      await wallet.look();
      // Its engine has to know.
      if (rights === 'trade') await this.#settleTakenBack(wallet);
      this.#failures = 0;
      if (this.#poolsProblem !== undefined)
        this.#linked(this.#poolsProblem === '' ? 'up' : 'down', this.#poolsProblem);
    } catch (error) {
      // Each link that comes back has the account compared, by some twenty calls: an endpoint that is busy now and then would be busier.
      if (++this.#failures >= LOST_LOOKS || this.#link === undefined) this.#linked('down', reasonOf(error));
      throw error;
    }
  }

  /** What was taken back is over once nothing that was signed for it can be made any longer: then its key trades again. */
  async #settleTakenBack(wallet: Wallet): Promise<void> {
    const { halt } = wallet;
    if (!isReorganisationAlone(halt)) return;
    const takenBack = this.#takenBack(wallet);
    try {
      await wallet.resume();
    } catch (error) {
      // It may be mined yet.
      if (error instanceof UserError) return;
      throw error;
    }
    this.#back = { takenBack, untilMs: this.#options.nowMs() + SETTLED_MS };
    this.#options.say({ event: 'settled' });
  }

  #linked(state: 'up' | 'down', reason: string): void {
    if (this.#link === state) return;
    this.#link = state;
    this.#options.say({ event: 'link', state, reason });
  }

  async #answer(id: number, ask: WalletAsk): Promise<void> {
    const { say } = this.#options;
    try {
      const [account, beside] = [this.#account, this.#beside];
      if (beside !== undefined) {
        say({ event: 'reply', id, ok: true, value: await doneBeside(beside, ask) });
        return;
      }
      if (account === undefined) throw new NotDone('no key was given');
      await account.opened;
      say({ event: 'reply', id, ok: true, value: await this.#done(account, ask) });
    } catch (error) {
      say({ event: 'reply', id, ok: false, isSent: !(error instanceof NotDone), text: reasonOf(error) });
    }
  }

  async #done(account: Account, ask: WalletAsk): Promise<unknown> {
    const { wallet, rights } = account;
    switch (ask.what) {
      case 'place': {
        if (rights !== 'trade') throw new NotDone('this process cancels alone');
        const { orderId } = ask.order;
        this.#queued.add(orderId);
        await this.#inTurn(async () => {
          await this.#demandPools(account);
          if (!this.#queued.delete(orderId)) throw new NotDone('it was canceled before');
          await this.#place(wallet, ask);
        }).finally(() => this.#queued.delete(orderId));
        break;
      }
      case 'cancel':
        if (!this.#queued.delete(ask.orderId)) await wallet.cancel(ask.orderId);
        break;
      case 'cancel-all':
        // Neither waits for its turn behind a reading: the wallet does one thing after the other by itself.
        this.#queued.clear();
        await wallet.cancelAll();
        demandSameChain(wallet);
        return countCanceled(account);
      case 'open':
        return await this.#countOpen(account);
      case 'check':
        await this.#demandPools(account);
        return { address: wallet.address, chainId: this.#options.deployment.chainId };
      case 'account':
        await account.asked;
        return await this.#inTurn(() => this.#standing(account, ask.orders));
    }
    this.#wake();
    return null;
  }

  async #demandPools({ asked }: Account): Promise<void> {
    await asked;
    if (this.#poolsProblem !== '') throw new NotDone(this.#poolsProblem ?? 'its pools are not known');
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Whatever becomes of it is reported; the answer only says that it was taken. */
  async #place(
    wallet: Wallet,
    { order, untilMs }: Extract<WalletAsk, { readonly what: 'place' }>,
  ): Promise<void> {
    // A line that is read late gives the order no more time.
    const leftMs = untilMs - this.#options.nowMs();
    if (leftMs <= 0) throw new NotDone('its deadline has passed');
    await wallet.place({ ...order, waitS: Math.min(MOST_WAIT_S, Math.ceil(leftMs / 1_000)) }, untilMs);
  }

  /** Orders that are open, and transactions of the key that wait and are of none. @throws RpcError; NotDone where the chain is another one. */
  async #countOpen({ wallet, rights }: Account): Promise<number> {
    await this.#look(wallet, rights);
    demandSameChain(wallet);
    return wallet.openOrder === undefined ? await wallet.countWaiting() : 1;
  }

  async #standing(
    { wallet, rights, sinceMs }: Account,
    orders: readonly AskedOrder[],
  ): Promise<WalletStanding> {
    const { rpc, calls, deployment } = this.#options;
    await this.#look(wallet, rights);
    const { number: block } = await latestHead(rpc);
    const balances = await balancesAt(rpc, calls, deployment, wallet.address, block);
    // What was mined since the look is not in it: the engine would see a difference that its next question explains.
    await this.#look(wallet, rights);
    const asked = new Set(orders.map(({ orderId }) => orderId));
    const known = wallet.orders.filter(({ orderId }) => asked.has(orderId));
    // One of before may have been signed by another key, or be in a record that is gone.
    const never = orders.filter(
      ({ orderId, createdMs = 0 }) =>
        createdMs >= sinceMs &&
        createdMs > wallet.forgottenMs &&
        !known.some((one) => one.orderId === orderId),
    );
    return {
      block,
      balances,
      open: wallet.orders.flatMap((order): OpenSwap[] => {
        const { orderId, symbol, side, qty, price, end } = order;
        const hash = swapOf(order).signed[0]?.hash ?? '';
        return end === undefined ? [{ orderId, symbol, side, qty, price, hash }] : [];
      }),
      ended: [
        ...known.flatMap(eventsOf),
        // What was never kept was never sent.
        ...never.map(({ orderId }) => {
          return { kind: 'rejected', orderId, reason: 'not sent: it was never signed' } as const;
        }),
      ],
      halt: wallet.halt,
      // The end of one that the engine does not know yet explains a difference before anything is taken over.
      takenBack: known.some(({ isTakenBack }) => isTakenBack === true) ? undefined : this.#takenBack(wallet),
    };
  }

  #takenBack({ halt, orders }: Wallet): WalletStanding['takenBack'] {
    const before =
      this.#back !== undefined && this.#options.nowMs() < this.#back.untilMs
        ? this.#back.takenBack
        : undefined;
    // What was taken back first may not be taken over yet.
    return halt?.code === 'swap-taken-back' ? unitedOf(before, takenBackOf(orders)) : before;
  }
}

/** @throws NotDone for all that takes the record; RpcError. */
async function doneBeside(beside: TakeBack, { what }: WalletAsk): Promise<number> {
  if (what === 'cancel-all') return await beside.cancelAll();
  if (what === 'open') return await beside.countOpen();
  throw new NotDone('another process has the record of this wallet');
}

/** @throws NotDone where the chain is another one than that of the record. */
function demandSameChain({ isOfAnotherChain, halt }: Wallet): void {
  if (isOfAnotherChain) throw new NotDone(halt?.reason ?? 'the chain is another one');
}

/** Orders that have ended as canceled and were not counted before: one that was filled, or waits, is none. */
function countCanceled({ wallet, counted }: Account): number {
  const news = wallet.orders.filter(({ orderId, end }) => end !== undefined && !counted.has(orderId));
  for (const { orderId } of news) counted.add(orderId);
  return news.filter(({ end }) => end?.kind === 'canceled').length;
}

/** Never the text of an error that may hold what came in: words of ours alone. */
export function reasonOf(error: unknown): string {
  if (error instanceof UserError || error instanceof RpcError || error instanceof NotDone)
    return error.message;
  return error instanceof Error ? `it failed (${error.name})` : 'it failed';
}
