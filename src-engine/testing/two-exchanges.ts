/** An engine that trades on paper at a Kraken and a Binance exchange of this process, under a clock whose long waits a test ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type RunningEngine } from '../assemble.ts';
import { connectEngine, type EngineClient } from './patient-client.ts';
import {
  type RunningExchange,
  startBinanceExchange,
  startLocalExchange,
} from '../venues/local-exchange/local-exchange.ts';
import { PatientClock } from './patient-clock.ts';

export type AtTwoExchanges = {
  readonly kraken: RunningExchange;
  readonly binance: RunningExchange;
  readonly engine: RunningEngine;
  readonly client: EngineClient;
  readonly clock: PatientClock;
  stop(): Promise<void>;
};

/** @param edgeSeconds mean seconds between two opportunities. @param notListed a pair that neither lists when the engine starts. */
export async function paperAtTwoExchanges(edgeSeconds: number, notListed?: string): Promise<AtTwoExchanges> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-two-exchanges-'));
  const market = { seed: 5, updatesPerSecond: 200, edgeSeconds } as const;
  const kraken = await startLocalExchange(market);
  const binance = await startBinanceExchange({ ...market, fees: 'real' });
  if (notListed !== undefined) for (const { core } of [kraken, binance]) core.setPairListed(notListed, false);
  const clock = new PatientClock();
  const engine = await createEngine({
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
  return {
    kraken,
    binance,
    engine,
    client: connectEngine(dataDir, 'test'),
    clock,
    async stop() {
      await engine.stop();
      await kraken.stop();
      await binance.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
