/**
 * Frames and lists in Kraken's form without Kraken: the local exchange writes them under a made clock, the same for the
 * same seed. Its checksums are of its own reckoning, over books of its own.
 */
import type { TimeUs } from '../domain/time.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import { KrakenExchange } from '../venues/local-exchange/protocols/kraken/kraken-exchange.ts';
import { OrderFlow } from '../venues/local-exchange/core/flow/order-flow.ts';
import { type KrakenPair, PAIRS, selectPairs } from '../venues/local-exchange/protocols/kraken/pairs.ts';
import { PUBLIC_ENDPOINTS } from '../venues/local-exchange/protocols/kraken/rest/public-endpoints.ts';
import { instrumentSnapshot } from '../venues/local-exchange/protocols/kraken/websocket/market-frames.ts';
import { SessionHost } from '../venues/local-exchange/protocols/kraken/websocket/session-host.ts';

export type ReceivedFrame = { readonly atUs: TimeUs; readonly raw: string };

const START_US = 1_780_000_000_000_000;
/** Steps of the simulated crowd a second, over all pairs: most of them change a book. */
const UPDATES_PER_SECOND = 100;

function coreOf(pairs: readonly KrakenPair[]): {
  readonly core: KrakenExchange;
  readonly clock: SimulatedClock;
} {
  const clock = new SimulatedClock(START_US);
  return { core: new KrakenExchange({ pairs, fees: 'real', accounts: [], clock }), clock };
}

/**
 * All that a client hears that subscribes to these books: status, acknowledgements, heartbeats, books. At depth 10 levels
 * come and go where the checksum looks, so that a book that is not trimmed fails it within seconds.
 */
export function krakenSession(
  symbols: readonly string[],
  seconds: number,
  { depth = 10, seed = 1 } = {},
): ReceivedFrame[] {
  const { core, clock } = coreOf(selectPairs(symbols));
  new OrderFlow(core, { seed, updatesPerSecond: UPDATES_PER_SECOND }).start();
  const frames: ReceivedFrame[] = [];
  const host = new SessionHost(core);
  const session = host.open({
    send: (raw) => void frames.push({ atUs: clock.nowUs(), raw }),
    bufferedAmount: 0,
    terminate: () => undefined,
  });
  const params = { channel: 'book', symbol: symbols, depth, snapshot: true };
  session.receive(JSON.stringify({ method: 'subscribe', params }));
  clock.advanceTo(START_US + seconds * 1_000_000);
  host.stop();
  return frames;
}

/** The session as a capture: one line a frame, with its time of receipt in nanoseconds. */
export function captureLines(frames: readonly ReceivedFrame[]): string[] {
  // The nanoseconds are beyond what a JSON number of ours carries exactly: they are written as digits.
  return frames.map(({ atUs, raw }) => `{"recv_ns": ${atUs}000, "raw": ${JSON.stringify(raw)}}`);
}

/** The whole answer of REST `AssetPairs`: the pairs of the local exchange, which are some of Kraken's. */
export function assetPairsText(): string {
  const { core } = coreOf(PAIRS);
  return JSON.stringify({ error: [], result: PUBLIC_ENDPOINTS['AssetPairs']?.(core, {}) });
}

/** The snapshot of the WebSocket's `instrument` channel, of the same pairs. */
export function instrumentSnapshotText(): string {
  return instrumentSnapshot(coreOf(PAIRS).core.markets);
}
