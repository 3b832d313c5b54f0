/** A venue lists a pair while an engine trades it on paper: the session takes the pair in, and keeps its money and its history. */
import { expect, it } from 'vitest';
import { paperAtTwoExchanges } from '../testing/two-exchanges.ts';
import { until, untilFits } from '../testing/until.ts';

it('a pair that a venue lists joins by itself at a quiet moment; money, history and an operator’s pause stay', async () => {
  const rig = await paperAtTwoExchanges(1, 'SOL/BTC');
  const { kraken, client, clock } = rig;
  try {
    const status = () => client.call('getStatus', {});
    const symbols = async () => {
      const { instruments } = await client.call('getSnapshot', {});
      return instruments.map(({ venue, symbol }) => `${venue} ${symbol}`);
    };
    const money = async () => {
      const { balances } = await client.call('getSnapshot', {});
      return Object.fromEntries(balances.map(({ asset, total }) => [asset, total]));
    };
    const history = async () => (await client.call('listExecutions', { limit: 500 })).executions;
    await until(async () => expect((await history()).length).toBeGreaterThan(0));
    await client.call('pauseTrading', {});
    const before = await untilFits(status, ({ ordersInFlight }) => ordersInFlight === 0);
    expect(await symbols()).not.toContain('kraken SOL/BTC');
    expect(before.feeds.map(({ joining }) => joining.count)).toEqual([0, 0]);
    const held = { money: await money(), history: await history() };

    // With a recording the session goes on as it is, and says what waits.
    await client.call('startRecording', {});
    kraken.core.setPairListed('SOL/BTC', true);
    const waiting = await untilFits(
      () => {
        clock.endLongWaits();
        return status();
      },
      ({ feeds }) => feeds.some(({ joining }) => joining.count > 0),
    );
    expect(waiting.feeds.map(({ venue, joining }) => [venue, joining])).toEqual([
      ['kraken', { count: 1, named: ['SOL/BTC'] }],
      ['binance', { count: 0, named: [] }],
    ]);
    expect(waiting.startedUs).toBe(before.startedUs);
    await client.call('stopRecording', {});

    const after = await untilFits(
      () => {
        clock.endLongWaits();
        return status();
      },
      ({ startedUs, feeds }) => startedUs !== before.startedUs && feeds.length === 2,
    );
    expect(after).toMatchObject({ profile: 'paper', haltReason: before.haltReason });
    expect(after.feeds.map(({ joining }) => joining.count)).toEqual([0, 0]);
    expect(await symbols()).toContain('kraken SOL/BTC');
    expect(await symbols()).not.toContain('binance SOLBTC');
    expect({ money: await money(), history: await history() }).toEqual(held);
    await untilFits(status, ({ feeds }) => feeds[0]?.booksLive === kraken.core.markets.length);
  } finally {
    await rig.stop();
  }
});
