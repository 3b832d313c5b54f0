/**
 * Trades with signed transactions on the local chain: a cycle over two pools, a swap that is reverted, answers that are lost, a cancel by nonce, a
 * block that is taken back, another program with the same key, and the process that signs. What is booked is held against the chain’s balances.
 */
import type { Abi } from 'viem';
import { UserError } from '../../src-engine/domain/errors.ts';
import type { Instrument } from '../../src-engine/domain/instrument.ts';
import { DEPLOYMENTS, type Deployment } from '../../src-engine/venues/uniswap/deployments.ts';
import { tipOf } from '../../src-engine/venues/uniswap/process/gas.ts';
import { type Head, latestHead } from '../../src-engine/venues/uniswap/process/heads.ts';
import type { Pool, PoolReader, PoolState } from '../../src-engine/venues/uniswap/process/pools.ts';
import { type Rpc, RpcError } from '../../src-engine/venues/uniswap/process/rpc.ts';
import { type SwapOrder, textOfUnits } from '../../src-engine/venues/uniswap/wallet/amounts.ts';
import { loadWalletCalls, type WalletCalls } from '../../src-engine/venues/uniswap/wallet/calls.ts';
import type { WalletEvent } from '../../src-engine/venues/uniswap/wallet/outcome.ts';
import { wordAt } from '../../src-engine/venues/uniswap/wallet/receipts.ts';
import { Wallet } from '../../src-engine/venues/uniswap/wallet/wallet.ts';
import { FAR, type LocalChain } from './contracts.ts';
import { type Cycle, findCycle } from './cycle.ts';
import { ChainLedger } from './ledger.ts';
import { signInProcess } from './signing-process.ts';

export type TradeParts = {
  readonly chain: LocalChain;
  readonly deployment: Deployment;
  readonly pools: readonly Pool[];
  readonly readers: Readonly<Record<'v2' | 'v3', PoolReader>>;
  readonly token: Abi;
  readonly router2: Abi;
};

/** A key of this trial alone. */
const KEY = `0x${'5a'.repeat(32)}` as const;
const MAX_GAS_PRICE = 50_000_000_000n;
const WAIT_S = 120;

type Sending = 'straight' | 'answer-lost' | 'lost';

class Trial {
  readonly #parts: TradeParts;
  readonly #calls: WalletCalls;
  readonly ledger: ChainLedger;
  readonly events: WalletEvent[] = [];
  /** What becomes of transactions on their way. */
  sending: Sending = 'straight';
  isRight = true;
  /** The record as it was kept last, as text. */
  kept = '';
  wallet: Wallet;
  #orders = 0;

  constructor(parts: TradeParts, calls: WalletCalls) {
    this.#parts = parts;
    this.#calls = calls;
    this.ledger = new ChainLedger(parts.chain.rpc, parts.deployment, calls, calls.signer(KEY).address);
    this.wallet = this.newWallet();
  }

  /** With the record that was kept: as after a crash. */
  newWallet(): Wallet {
    const { chain, deployment, pools } = this.#parts;
    const rpc: Rpc = { call: (method, params) => this.#sent(chain.rpc, method, params) };
    this.wallet = new Wallet({
      rpc,
      calls: this.#calls,
      signer: this.#calls.signer(KEY),
      deployment,
      pools: { find: (symbol) => pools.find((one) => one.symbol === symbol), state: this.state },
      journal: {
        load: () => Promise.resolve(this.kept === '' ? undefined : (JSON.parse(this.kept) as unknown)),
        save: (record) => {
          this.kept = JSON.stringify(record);
          return Promise.resolve();
        },
      },
      maxGasPrice: MAX_GAS_PRICE,
      report: (event) => {
        this.events.push(event);
        const order =
          'orderId' in event ? this.wallet.orders.find((one) => one.orderId === event.orderId) : undefined;
        if (order !== undefined)
          this.ledger.book(event, order.side, {
            base: order.base.asset,
            quote: order.quote.asset,
          } as Instrument);
      },
    });
    return this.wallet;
  }

  readonly state = async (pool: Pool, head: Head): Promise<PoolState | undefined> =>
    (await this.#parts.readers[pool.version].states([pool], head)).states[0];

  async #sent(rpc: Rpc, method: string, params: readonly unknown[]): Promise<unknown> {
    const isSent = method === 'eth_sendRawTransaction';
    if (isSent && this.sending === 'lost') throw new RpcError('no-answer', `${method}: no answer`);
    const answer = await rpc.call(method, params);
    if (isSent && this.sending === 'answer-lost') throw new RpcError('no-answer', `${method}: no answer`);
    return answer;
  }

  head(): Promise<Head> {
    return latestHead(this.#parts.chain.rpc);
  }

  /** At what the pool gives now, to the last unit. */
  async order(side: 'buy' | 'sell', pool: Pool, base: bigint): Promise<SwapOrder> {
    const head = await this.head();
    const state = await this.state(pool, head);
    const quote = side === 'buy' ? state?.buy.inFor(base) : state?.sell.outFor(base);
    const exact =
      ((quote ?? 0n) * 10n ** BigInt(18 + pool.base.decimals)) / (base * 10n ** BigInt(pool.quote.decimals));
    return {
      orderId: `trial-${++this.#orders}`,
      symbol: pool.symbol,
      side,
      qty: textOfUnits(base, pool.base.decimals),
      price: textOfUnits(side === 'buy' ? exact + 1n : exact, 18),
      waitS: WAIT_S,
    };
  }

  async mine(seconds = 0): Promise<void> {
    const { rpc } = this.#parts.chain;
    if (seconds > 0) await rpc.call('evm_increaseTime', [seconds]);
    await rpc.call('evm_mine', []);
    await this.wallet.look();
  }

  /** Kinds of events since the last question. */
  said(): string {
    return this.events
      .splice(0)
      .map(({ kind }) => kind)
      .join(' ');
  }

  async allowance(pool: Pool, side: 'buy' | 'sell'): Promise<bigint> {
    const { deployment, chain } = this.#parts;
    const router = deployment.routers?.[pool.version] ?? '';
    const token = side === 'sell' ? pool.base : pool.quote;
    const data = this.#calls.allowance(this.wallet.address, router);
    return await wordAt(chain.rpc, token.address, data, (await this.head()).number);
  }

  /** @param found what must be so; each part is named where it is not. */
  async check(title: string, found: Readonly<Record<string, boolean>>, isBooked = true): Promise<void> {
    const unequal = isBooked ? await this.ledger.differences() : [];
    const faults = [...Object.entries(found).flatMap(([name, is]) => (is ? [] : [name])), ...unequal];
    if (faults.length > 0) this.isRight = false;
    const booked = isBooked ? ', balances as booked to the last unit' : '';
    process.stdout.write(
      `${title}: ${faults.length === 0 ? `right${booked}` : `WRONG: ${faults.join('; ')}`}\n`,
    );
  }
}

/** @returns whether everything was as it must be. */
export async function trade(parts: TradeParts): Promise<boolean> {
  const { chain, pools, token } = parts;
  const calls = await loadWalletCalls();
  const trial = new Trial(parts, calls);
  const { address } = trial.wallet;
  await chain.rpc.call('hardhat_setBalance', [address, `0x${(10n ** 20n).toString(16)}`]);
  for (const { address: one } of parts.deployment.tokens)
    await chain.send(one, token, 'transfer', [address, 10n ** 27n]);
  await chain.rpc.call('evm_setAutomine', [false]);
  await trial.wallet.open();
  await trial.ledger.begin();
  const cycle = await findCycle(pools, await trial.head(), await tipOf(chain.rpc), trial.state);
  if (cycle === undefined) {
    process.stdout.write('cycle: no two pools of one pair are apart by more than their gas\n');
    return false;
  }
  await tradeCycle(trial, cycle);
  await lateTrades(trial, cycle, parts);
  await lostAnswers(trial, cycle);
  await canceled(trial, cycle);
  await otherProgram(trial, cycle, parts, calls);
  await takenBack(trial, cycle, parts);
  let refused = '';
  try {
    const [public_] = DEPLOYMENTS;
    if (public_ !== undefined) launch(public_, parts, calls);
  } catch (error) {
    refused = error instanceof UserError ? error.problem.code : String(error);
  }
  await trial.check('a public chain', { 'it is not refused': refused === 'chain-not-traded' }, false);
  const order = await trial.order('buy', cycle.buy, cycle.base / 100n);
  await chain.rpc.call('evm_setAutomine', [true]);
  const inProcess = await signInProcess(parts, KEY, MAX_GAS_PRICE, trial.kept, order);
  await trial.check('the process that signs', inProcess, false);
  return trial.isRight;
}

function launch(deployment: Deployment, { chain, pools }: TradeParts, calls: WalletCalls): Wallet {
  return new Wallet({
    rpc: chain.rpc,
    calls,
    signer: calls.signer(KEY),
    deployment,
    pools: { find: () => pools[0], state: () => Promise.resolve(undefined) },
    journal: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
    maxGasPrice: MAX_GAS_PRICE,
    report: () => undefined,
  });
}

async function tradeCycle(trial: Trial, { buy, sell, base, paid, got, gas }: Cycle): Promise<void> {
  const quote = buy.quote.asset;
  const before = trial.ledger.total(quote);
  for (const [side, pool] of [
    ['buy', buy],
    ['sell', sell],
  ] as const) {
    await trial.wallet.place(await trial.order(side, pool, base));
    await trial.mine();
  }
  const said = trial.said();
  const earned = trial.ledger.total(quote).minus(before);
  await trial.check(`a cycle of ${buy.symbol} and ${sell.symbol}`, {
    [`it said ${said}`]: said === 'accepted fill accepted fill',
    [`it earned ${earned.toFixed()} ${quote}`]: earned.eq(textOfUnits(got - paid, buy.quote.decimals)),
    [`its gas of ${trial.ledger.gas.toFixed()} was reckoned as ${gas}`]:
      trial.ledger.gas.gt(0) && trial.ledger.gas.lte(gas),
    'something is left of an approval':
      (await trial.allowance(buy, 'buy')) + (await trial.allowance(sell, 'sell')) === 0n,
  });
}

/** Others trade first in the same block: the limit holds, and what was tried is paid for. */
async function lateTrades(
  trial: Trial,
  { base, ...cycle }: Cycle,
  { chain, router2, deployment }: TradeParts,
) {
  const pool = cycle.buy.version === 'v2' ? cycle.buy : cycle.sell;
  await trial.wallet.place(await trial.order('sell', pool, base / 10n));
  const path = [pool.base.address, pool.quote.address];
  await chain.queue(deployment.routers?.v2 ?? '', router2, 'swapExactTokensForTokens', [
    base,
    0n,
    path,
    chain.account,
    FAR,
  ]);
  await trial.mine();
  const first = trial.said();
  await trial.mine();
  const then = trial.said();
  await trial.check('a swap that is reverted', {
    [`it said ${first}, then ${then}`]: first === 'accepted' && then === 'canceled',
    'something is left of its approval': (await trial.allowance(pool, 'sell')) === 0n,
  });
}

async function lostAnswers(trial: Trial, { buy, base }: Cycle): Promise<void> {
  trial.sending = 'answer-lost';
  await trial.wallet.place(await trial.order('buy', buy, base / 10n));
  const placed = trial.said();
  // The engine ends here, and another one begins with what was kept.
  await trial.newWallet().open();
  trial.sending = 'straight';
  await trial.mine();
  const then = trial.said();
  await trial.check('a lost answer, and a crash', {
    [`it said ${placed}, then ${then}`]: placed === 'unknown' && then === 'fill',
  });
  trial.sending = 'lost';
  await trial.wallet.place(await trial.order('buy', buy, base / 10n));
  for (let blocks = 0; blocks < 4; blocks++) await trial.mine();
  const before = trial.said();
  const isOpen = trial.wallet.openOrder !== undefined;
  trial.sending = 'straight';
  await trial.mine(WAIT_S);
  await trial.mine();
  const after = trial.said();
  await trial.check('a swap that did not arrive', {
    [`it said ${before}, then ${after}`]: before === 'unknown' && after === 'canceled',
    'it was over before its nonces were used': isOpen,
  });
}

async function canceled(trial: Trial, { buy, sell, base }: Cycle): Promise<void> {
  await trial.wallet.place(await trial.order('buy', buy, base / 10n));
  await trial.wallet.cancelAll();
  const before = trial.said();
  await trial.mine();
  const after = trial.said();
  const end = trial.wallet.orders.at(-1)?.slots.map(({ mined }) => mined?.kind);
  await trial.check('a kill', {
    [`it said ${before}, then ${after}`]:
      before === 'accepted open-orders' && after === 'canceled open-orders',
    [`${String(end)} were mined`]: String(end) === 'cancel,cancel,reset',
  });
  const late = await trial.order('sell', sell, base / 10n);
  await trial.wallet.place(late);
  await trial.mine();
  await trial.wallet.cancel(late.orderId);
  await trial.check('a cancel that is late', {
    'it was not filled': trial.said() === 'accepted fill cancel-rejected',
  });
}

async function otherProgram(
  trial: Trial,
  { sell, base }: Cycle,
  { chain, deployment }: TradeParts,
  calls: WalletCalls,
) {
  await trial.wallet.place(await trial.order('sell', sell, base / 10n));
  const nonce = trial.wallet.openOrder?.slots[1]?.nonce ?? 0;
  const signer = calls.signer(KEY);
  const fees = { gas: 21_000n, maxFee: MAX_GAS_PRICE, tip: MAX_GAS_PRICE / 2n };
  const { raw, hash } = await signer.sign({
    chainId: deployment.chainId,
    nonce,
    to: signer.address,
    data: '0x',
    ...fees,
  });
  await chain.rpc.call('eth_sendRawTransaction', [raw]);
  await trial.mine();
  await trial.mine();
  const said = trial.said();
  await trial.ledger.payElsewhere(hash);
  await trial.check('another program with the same key', {
    [`it said ${said}`]: said === 'accepted halted canceled',
    'it is not halted by name': trial.wallet.halt?.code === 'foreign-transaction',
    'something is left of its approval': (await trial.allowance(sell, 'sell')) === 0n,
  });
  await trial.mine(WAIT_S + 1);
  await trial.wallet.resume();
}

async function takenBack(trial: Trial, { sell, base }: Cycle, { chain }: TradeParts): Promise<void> {
  const snapshot = await chain.rpc.call('evm_snapshot', []);
  await trial.wallet.place(await trial.order('sell', sell, base / 10n));
  await trial.mine();
  const before = trial.said();
  await chain.rpc.call('evm_revert', [snapshot]);
  await chain.rpc.call('evm_mine', []);
  await trial.mine();
  const after = trial.said();
  await trial.wallet.place(await trial.order('sell', sell, base / 10n));
  const [refused] = trial.events.splice(0);
  await trial.check(
    'a block that is taken back',
    {
      [`it said ${before}, then ${after}`]: before === 'accepted fill' && after === 'halted',
      'it trades on': refused?.kind === 'rejected' && refused.reason.includes('swap-taken-back'),
    },
    false,
  );
  await trial.mine(WAIT_S + 1);
  await trial.wallet.resume();
  await trial.ledger.begin();
  await trial.wallet.place(await trial.order('sell', sell, base / 10n));
  await trial.mine();
  await trial.check('after a person has looked', { 'it does not trade': trial.said() === 'accepted fill' });
}
