/** A watchdog, or a kill without a session, on a machine whose clock is off: every venue that is traded is canceled all the same. */
import { expect, it } from 'vitest';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import * as binance from '../binance/private/testing/scripted-account.ts';
import * as bybit from '../bybit/private/testing/scripted-account.ts';
import * as coinbase from '../coinbase/private/testing/scripted-account.ts';
import { emergencyCancelOf } from '../emergency-registry.ts';
import * as kucoin from '../kucoin/private/testing/scripted-account.ts';
import type { HttpRequest, Network } from '../network.ts';
import * as okx from '../okx/private/testing/scripted-account.ts';
import { ADAPTERS } from '../registry.ts';
import { RequestPause } from '../toolkit/request-pause.ts';
import type { Credential, EmergencyContext } from '../venue-account.ts';

type Rig = Pick<EmergencyContext, 'clock' | 'network'> & {
  readonly credential: Credential;
  /** The nonce that earlier processes used. */
  readonly usedNonce?: bigint;
};

const OFF_S = [-3_600, 3_600] as const;

/** Kraken looks at no time, but at nonces that are taken from the clock. */
function kraken(offS: number): Rig {
  const clock = new SimulatedClock(1_700_000_000_000_000);
  let seen = BigInt(clock.nowUs() + offS * 1_000_000);
  const usedNonce = seen;
  const network: Network = {
    connect: () => {
      throw new Error('no socket here');
    },
    request: ({ url, body }: HttpRequest) => {
      const nonce = BigInt(new URLSearchParams(body).get('nonce') ?? 0);
      const isTaken = nonce > seen;
      if (isTaken) seen = nonce;
      const result = url.endsWith('CancelAll') ? { count: 1 } : { open: {} };
      const answer = isTaken ? { error: [], result } : { error: ['EAPI:Invalid nonce'] };
      return Promise.resolve({ status: 200, body: JSON.stringify(answer) });
    },
  };
  const secret = Buffer.from('a secret of a test').toString('base64');
  return { clock, network, credential: { key: 'key-of-a-test-of-clocks', secret }, usedNonce };
}

function binanceRig(offS: number): Rig {
  const peer = new binance.ScriptedAccount();
  peer.skewMs = offS * 1_000;
  let open = [{ symbol: 'BTCUSDT' }];
  peer.rest.set('GET /api/v3/openOrders', () => binance.ok(open));
  peer.rest.set('DELETE /api/v3/openOrders', () => {
    open = [];
    return binance.ok([{}]);
  });
  return { clock: peer.clock, network: peer, credential: { key: binance.KEY, secret: binance.SECRET } };
}

function bybitRig(offS: number): Rig {
  const peer = new bybit.ScriptedAccount();
  peer.skewMs = offS * 1_000;
  peer.rest.set('POST /v5/order/cancel-all', ({ orderFilter }) =>
    bybit.ok({ list: orderFilter === 'Order' ? [{}] : [] }),
  );
  peer.rest.set('GET /v5/order/realtime', () => bybit.ok({ list: [] }));
  return { clock: peer.clock, network: peer, credential: { key: bybit.KEY, secret: bybit.SECRET } };
}

function coinbaseRig(offS: number): Rig {
  const peer = new coinbase.ScriptedAccount();
  peer.skewMs = offS * 1_000;
  let open = [coinbase.orderRow('an-order-of-mine')];
  peer.rest.set('GET /orders/historical/batch', ({ order_status: status }) =>
    coinbase.ok({ orders: status === 'OPEN' ? open : [], has_next: false }),
  );
  peer.rest.set('POST /orders/batch_cancel', () => {
    open = [];
    return coinbase.ok({ results: [{ success: true, order_id: 'venue-an-ord' }] });
  });
  return { clock: peer.clock, network: peer, credential: { key: coinbase.KEY, secret: coinbase.SECRET } };
}

function kucoinRig(offS: number): Rig {
  const peer = new kucoin.ScriptedAccount();
  peer.skewMs = offS * 1_000;
  const canceled = { succeedSymbols: [kucoin.SYMBOL], failedSymbols: [] };
  peer.rest.set('DELETE /api/v1/hf/orders/cancelAll', () => kucoin.ok(canceled));
  peer.rest.set('GET /api/v1/hf/orders/active/symbols', () => kucoin.ok({ symbols: [] }));
  return { clock: peer.clock, network: peer, credential: kucoin.CREDENTIAL };
}

function okxRig(offS: number): Rig {
  const peer = new okx.ScriptedAccount();
  peer.skewMs = offS * 1_000;
  let open = [okx.orderRow('a1')];
  peer.rest.set('GET /api/v5/trade/orders-pending', () => okx.ok(open));
  peer.rest.set('POST /api/v5/trade/cancel-batch-orders', () => {
    open = [];
    return okx.ok([{ sCode: '0' }]);
  });
  return { clock: peer.clock, network: peer, credential: okx.CREDENTIAL };
}

const RIGS: Readonly<Record<string, (offS: number) => Rig>> = {
  kraken,
  binance: binanceRig,
  'binance-us': binanceRig,
  bybit: bybitRig,
  coinbase: coinbaseRig,
  kucoin: kucoinRig,
  okx: okxRig,
};

/** Wallets cancel by nonces of the chain, and send no time. */
const BY_WALLET: ReadonlySet<string> = new Set(['uniswap-v2', 'uniswap-v3']);

it.each(
  ADAPTERS.filter(({ id, account }) => account !== undefined && !BY_WALLET.has(id)).map(({ id }) => id),
)(
  '%s is canceled at the first try, during a pause too, by a clock that is an hour slow or fast',
  async (venue) => {
    for (const offS of OFF_S) {
      for (const isPaused of [false, true]) {
        const rig = RIGS[venue]?.(offS);
        if (rig === undefined) throw new Error(`${venue} has no rig here`);
        const { usedNonce, ...context } = rig;
        const nowUs = context.clock.nowUs();
        const pause = new RequestPause();
        if (isPaused) pause.begin(nowUs + 60_000_000, nowUs);
        const nonces = { load: () => Promise.resolve(usedNonce), save: () => Promise.resolve() };
        const cancel = emergencyCancelOf(venue)({ ...context, nonces, pause, timeoutMs: 1_000 });
        expect([venue, offS, await cancel.cancelAll(), await cancel.countOpen()]).toEqual([
          venue,
          offS,
          1,
          0,
        ]);
      }
    }
  },
);
