/** A pair that a venue takes off its list and lists again within one session: its book comes back, at both venues. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../assemble.ts';
import { connectEngine, type EngineClient } from '../gateway/client.ts';
import { PatientClock } from '../testing/patient-clock.ts';
import { until } from '../testing/until.ts';
import {
  type RunningExchange,
  startBinanceExchange,
  startLocalExchange,
} from '../venues/local-exchange/local-exchange.ts';

let dataDir: string;
let kraken: RunningExchange;
let binance: RunningExchange;
let engine: RunningEngine;
const clock = new PatientClock();

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-relisted-'));
  const market = { seed: 5, updatesPerSecond: 200, edgeSeconds: 0.5 } as const;
  kraken = await startLocalExchange(market);
  binance = await startBinanceExchange({ ...market, fees: 'real' });
  engine = await createEngine({
    dataDir,
    seed: 5,
    clock,
    profile: 'paper',
    venues: ['kraken', 'binance'],
    venueUrls: {
      kraken: { rest: kraken.url, stream: `${kraken.wsUrl}/v2` },
      binance: { rest: binance.url, stream: binance.wsUrl },
    },
    note: () => undefined,
  });
});
afterEach(async () => {
  await engine.stop();
  await kraken.stop();
  await binance.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function instrumentAt(client: EngineClient, venue: string, symbol: string) {
  const { instruments } = await client.call('getSnapshot', {});
  return instruments.find((one) => one.venue === venue && one.symbol === symbol);
}

it.each([
  ['kraken', 'ETH/USD', 'ETH/USD'],
  ['binance', 'ETHUSDT', 'ETH/USDT'],
] as const)('at %s', async (venue, symbol, pair) => {
  const exchange = venue === 'kraken' ? kraken : binance;
  const client = connectEngine(dataDir, 'test');
  const bookState = () => {
    const found = engine.engine.session?.parts.kernel.config.instruments.find(
      (one) => one.venue === venue && one.symbol === symbol,
    );
    return found === undefined ? undefined : engine.engine.session?.parts.kernel.store.sync(found.id).state;
  };
  const statusOf = () =>
    engine.engine.session?.parts.kernel.config.instruments.find(
      (one) => one.venue === venue && one.symbol === symbol,
    )?.status;
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
});
