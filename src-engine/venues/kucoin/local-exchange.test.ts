/** Our feed against the local exchange as KuCoin, under a made clock: every level of every book, over thousands of updates. */
import { describe, expect, it } from 'vitest';
import { faceFeed } from '../conformance/testing/face-feed.ts';
import { KucoinExchange } from '../local-exchange/protocols/kucoin/kucoin-exchange.ts';
import { kucoinFace } from '../local-exchange/protocols/kucoin/kucoin-face.ts';
import { selectKucoinPairs } from '../local-exchange/protocols/kucoin/pairs.ts';
import { kucoinAdapter } from './adapter.ts';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'ETH/BTC', 'DOGE/USDT'];
/** Changes are sent as they come: the steps of the crowd. */
const PACE_US = 100_000;

const rig = () =>
  faceFeed({
    adapter: kucoinAdapter,
    exchangeOf: (clock) =>
      new KucoinExchange({ pairs: selectKucoinPairs(SYMBOLS), fees: 'demo', accounts: [], clock }),
    faceOf: kucoinFace,
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
    expect(counts.updates).toBeGreaterThan(500);
    expect(counts.trades).toBeGreaterThan(30);
    expect(lost).toEqual([]);
    await stop();
  });

  it('finds the change that never came, gives up that book alone, and joins it on to an order book again by itself', async () => {
    const { exchange, lost, pass, compareAll, second, stop } = await rig();
    await pass(3 * second);
    exchange.faults.corruptNextChecksum('ETH/BTC');
    await pass(6 * second);
    expect(lost).toEqual([expect.stringMatching(/^ETH-BTC: changes before number \d+ are missing$/)]);
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
