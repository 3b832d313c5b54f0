/** A pair that a venue takes off its list and lists again within one session: its book comes back, and it is traded, at both venues. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineClient } from '../gateway/client.ts';
import { type AtTwoExchanges, paperAtTwoExchanges } from '../testing/two-exchanges.ts';
import { until } from '../testing/until.ts';

let rig: AtTwoExchanges;
beforeEach(async () => {
  rig = await paperAtTwoExchanges(0.5);
});
afterEach(() => rig.stop());

async function instrumentAt(client: EngineClient, venue: string, symbol: string) {
  const { instruments } = await client.call('getSnapshot', {});
  return instruments.find((one) => one.venue === venue && one.symbol === symbol);
}

it.each([
  ['kraken', 'ETH/USD', 'ETH/USD'],
  ['binance', 'ETHUSDT', 'ETH/USDT'],
] as const)('at %s', async (venue, symbol, pair) => {
  const { engine, client, clock } = rig;
  const exchange = venue === 'kraken' ? rig.kraken : rig.binance;
  const session = () => engine.engine.session?.parts.kernel;
  const instrument = () =>
    session()?.config.instruments.find((one) => one.venue === venue && one.symbol === symbol);
  const statusOf = () => instrument()?.status;
  const bookState = () => {
    const id = instrument()?.id;
    return id === undefined ? undefined : session()?.store.sync(id).state;
  };
  await until(() => expect(bookState()).toBe('live'));
  const { startedUs } = await client.call('getStatus', {});

  exchange.core.setPairListed(pair, false);
  await until(() => {
    clock.endLongWaits();
    return statusOf() === 'delisted';
  });

  exchange.core.setPairListed(pair, true);
  await until(() => {
    clock.endLongWaits();
    expect([statusOf(), bookState()]).toEqual(['online', 'live']);
  });
  expect((await client.call('getStatus', {})).startedUs, 'the session is the same').toBe(startedUs);
  expect(await instrumentAt(client, venue, symbol)).toMatchObject({ status: 'online', stoppedFor: '' });

  // It is traded again: an order of it is sent, which comes to an end.
  const relistedUs = clock.nowUs();
  await until(async () => {
    clock.endLongWaits();
    const { orders } = await client.call('listOrders', { limit: 200 });
    expect(
      orders.filter(
        (one) =>
          one.venue === venue &&
          one.symbol === symbol &&
          one.createdUs > relistedUs &&
          (one.state === 'filled' || one.state === 'canceled'),
      ),
    ).not.toEqual([]);
  });
});
