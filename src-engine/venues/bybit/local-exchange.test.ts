/** Our feed against the local exchange as Bybit, under a made clock: every level of every book, over thousands of updates. */
import { describe, expect, it } from 'vitest';
import { faceFeed } from '../conformance/testing/face-feed.ts';
import { BybitExchange } from '../local-exchange/protocols/bybit/bybit-exchange.ts';
import { bybitFace } from '../local-exchange/protocols/bybit/bybit-face.ts';
import { selectBybitPairs } from '../local-exchange/protocols/bybit/pairs.ts';
import { bybitAdapter } from './adapter.ts';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'ETH/BTC', 'DOGE/USDT'];
/** Of books of 50 levels. */
const PACE_US = 20_000;

const rig = () =>
  faceFeed({
    adapter: bybitAdapter,
    exchangeOf: (clock) =>
      new BybitExchange({ pairs: selectBybitPairs(SYMBOLS), fees: 'demo', accounts: [], clock }),
    faceOf: bybitFace,
    home: 'USDT',
  });

describe('the feed at the local exchange', () => {
  it('has every level of every book over thousands of updates, as levels come into the window and fall out of it', async () => {
    const { lost, pass, compareAll, counts, second, stop } = await rig();
    await pass(3 * second);
    for (let step = 0; step < 20; step++) {
      await pass(second);
      await compareAll(PACE_US);
    }
    expect(counts.updates).toBeGreaterThan(1_000);
    expect(counts.trades).toBeGreaterThan(30);
    expect(lost).toEqual([]);
    await stop();
  });

  it('finds the update that never came, gives up that book alone, and has it again', async () => {
    const { exchange, store, pass, renew, compareAll, second, stop } = await rig();
    await pass(3 * second);
    exchange.faults.corruptNextChecksum('ETH/BTC');
    await pass(3 * second);
    expect(store.sync(2).state).not.toBe('live');
    expect(store.sync(0).state).toBe('live');
    renew();
    await pass(3 * second);
    await compareAll(PACE_US);
    await stop();
  });

  it('connects again when nothing comes any more, and has every book again', async () => {
    const { exchange, counts, pass, compareAll, second, stop } = await rig();
    await pass(3 * second);
    exchange.faults.silence(true);
    await pass(20 * second);
    exchange.faults.silence(false);
    await pass(30 * second);
    await compareAll(PACE_US);
    expect(counts.opened).toBeGreaterThan(1);
    await stop();
  });
});
