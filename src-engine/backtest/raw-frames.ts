/** Recorded frames of a venue, read again by the venue's own adapter: a replay sees what the live run saw. */
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { BOOK_DEPTHS } from '../venues/kraken/frame.ts';
import { KrakenDecoder } from '../venues/kraken/market-decoder.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import type { MarketLogEvent, MarketLogRaw } from '../storage/market-log-types.ts';

/** Venues whose frames are Kraken's WebSocket v2: Kraken, and the local exchange. */
const KRAKEN_PROTOCOL: ReadonlySet<VenueName> = new Set(['kraken', 'simulated']);

/** Reads one frame and tells the sink. Answers what was wrong with it; empty: nothing. */
export type FrameDecoder = (event: MarketLogRaw) => string;

/** True when frames of this venue can be replayed. */
export function canDecode(venue: VenueName): boolean {
  return KRAKEN_PROTOCOL.has(venue);
}

/** @param log file of the frames, for the message. @throws UserError when no adapter reads the venue's frames. */
export function frameDecoder(
  venue: VenueName,
  log: string,
  instruments: readonly Instrument[],
  sink: MarketSink,
): FrameDecoder {
  if (!canDecode(venue)) {
    throw new UserError({
      code: 'no-adapter',
      field: `${log} venue`,
      value: venue,
      message: 'has raw frames that no adapter reads',
      remedy: `Replay raw frames of ${[...KRAKEN_PROTOCOL].join(' or ')}, or a log of snapshots and deltas.`,
    });
  }
  const own = instruments.filter((instrument) => instrument.venue === venue);
  const decoder = new KrakenDecoder(own, sink, venue);
  return ({ bytes, start, end, tUs }) => {
    const read = decoder.decodeEscaped(bytes, start, end, tUs);
    return read.kind === 'error' ? `${read.code}: ${read.detail}` : '';
  };
}

/**
 * Depth at which a log of frames was recorded: as the subscription's answer says, else the smallest depth of the
 * venue that holds the largest snapshot among these events. Checksums match at that depth only. Undefined when
 * nothing tells.
 */
export function recordedDepth(events: readonly MarketLogEvent[]): number | undefined {
  let levels = 0;
  for (const event of events) {
    if (event.kind === 'snapshot') levels = Math.max(levels, event.bids.length, event.asks.length);
    if (event.kind !== 'raw') continue;
    const { depth, snapshotLevels } = depthHints(event.frame);
    if (depth !== undefined) return depth;
    levels = Math.max(levels, snapshotLevels);
  }
  return levels === 0 ? undefined : (BOOK_DEPTHS.find((depth) => depth >= levels) ?? levels);
}

type Json = { readonly [key: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

function depthHints(frame: string): { readonly depth?: number; readonly snapshotLevels: number } {
  const isAck = frame.includes('"subscribe"');
  if (!isAck && !frame.includes('"snapshot"')) return { snapshotLevels: 0 };
  let json: unknown;
  try {
    json = JSON.parse(frame);
  } catch {
    return { snapshotLevels: 0 };
  }
  if (!isObject(json)) return { snapshotLevels: 0 };
  const { result, data, channel } = json;
  if (isAck && isObject(result) && typeof result['depth'] === 'number') {
    return { depth: result['depth'], snapshotLevels: 0 };
  }
  const first: unknown = Array.isArray(data) ? data[0] : undefined;
  if (channel !== 'book' || !isObject(first)) return { snapshotLevels: 0 };
  const sizes = [first['bids'], first['asks']].map((side) => (Array.isArray(side) ? side.length : 0));
  return { snapshotLevels: Math.max(...sizes) };
}
