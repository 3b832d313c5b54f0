/** A wallet on the scripted chain, its journal and what it reported. */
import type { SwapOrder } from '../wallet/amounts.ts';
import { loadWalletCalls } from '../wallet/calls.ts';
import type { WalletEvent } from '../wallet/outcome.ts';
import { Wallet } from '../wallet/wallet.ts';
import type { WalletOptions } from '../wallet/wallet-options.ts';
import { LOCAL, POOL, POOLS, ScriptedMempool } from './scripted-mempool.ts';

const calls = await loadWalletCalls();
export const KEY = `0x${'5a'.repeat(32)}` as const;
export const signer = calls.signer(KEY);
export const GWEI = 10n ** 9n;
export type Rig = {
  readonly chain: ScriptedMempool;
  readonly events: WalletEvent[];
  wallet: Wallet;
  /** What was done, in its order. */
  readonly done: string[];
  kept: string;
  /** Nothing can be kept. */
  isFull: boolean;
  /** Called while something is being kept. */
  onKept: () => void;
  restart(): Promise<Wallet>;
};

export async function rig(change: Partial<WalletOptions> = {}): Promise<Rig> {
  const chain = new ScriptedMempool(signer.address);
  const events: WalletEvent[] = [];
  const done: string[] = [];
  const made = (): Wallet =>
    new Wallet({
      rpc: {
        call: (method, params) => {
          if (method === 'eth_sendRawTransaction') done.push('sent');
          return chain.call(method, params);
        },
      },
      calls,
      signer,
      deployment: LOCAL,
      pools: POOLS,
      journal: {
        load: () => Promise.resolve(all.kept === '' ? undefined : (JSON.parse(all.kept) as unknown)),
        save: (record) => {
          if (all.isFull) return Promise.reject(new Error('ENOSPC'));
          all.kept = JSON.stringify(record);
          done.push('kept');
          all.onKept();
          return Promise.resolve();
        },
      },
      maxGasPrice: 50n * GWEI,
      report: (event) => events.push(event),
      ...change,
    });
  const all: Rig = {
    chain,
    events,
    done,
    kept: '',
    isFull: false,
    onKept: () => undefined,
    wallet: made(),
    async restart() {
      all.wallet = made();
      await all.wallet.open();
      return all.wallet;
    },
  };
  await all.wallet.open();
  done.length = 0;
  return all;
}

export const sale: SwapOrder = {
  orderId: 'o1',
  symbol: POOL.symbol,
  side: 'sell',
  qty: '1.5',
  price: '2980',
  waitS: 60,
};
export const purchase: SwapOrder = { ...sale, side: 'buy', price: '3020' };

export const kinds = (events: readonly WalletEvent[]): string => events.map(({ kind }) => kind).join(' ');
