/** Recorded frames of a venue, read again by the venue's own adapter: a replay sees what the live run saw. */
import { UserError } from '../domain/errors.ts';
import type { InstrumentId, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { MarketLogEvent, MarketLogRaw } from '../storage/market-log-types.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import { protocolOf, RECORDED_VENUES } from '../venues/registry.ts';

export type FrameDecoder = {
  /** Reads one frame and calls the sink. Answers what was wrong with it; empty: nothing. */
  decode(event: MarketLogRaw): string;
  /** A book of the frames so far as a frame that a log begins with, where they know it deeper than a run sees it. */
  bookFrame(id: InstrumentId): string | undefined;
};

/** @param log file of the frames, for the message. @throws UserError when no adapter reads the venue's frames. */
export function frameDecoder(
  venue: VenueName,
  log: string,
  instruments: readonly Instrument[],
  sink: MarketSink,
): FrameDecoder {
  const protocol = protocolOf(venue);
  if (protocol === undefined) {
    throw new UserError({
      code: 'no-adapter',
      field: `${log} venue`,
      value: venue,
      message: 'has raw frames that no adapter reads',
      remedy: `Replay raw frames of ${RECORDED_VENUES.join(' or ')}, or a log of snapshots and deltas.`,
    });
  }
  const own = instruments.filter((instrument) => instrument.venue === venue);
  const decode = protocol.frames.decoder(own, sink, venue);
  return {
    decode: ({ bytes, start, end, tUs }) => decode(bytes, start, end, tUs),
    bookFrame: (id) => decode.bookFrame?.(id),
  };
}

/**
 * Depth at which a log of frames was recorded: as the subscription's answer says, else the smallest depth of the
 * venue that holds the largest snapshot among these events. Checksums match at that depth only. Undefined when
 * nothing shows it.
 */
export function recordedDepth(venue: VenueName, events: readonly MarketLogEvent[]): number | undefined {
  const protocol = protocolOf(venue);
  if (protocol === undefined) return undefined;
  const { frames, capabilities } = protocol;
  const hasChecksums = capabilities.bookIntegrity === 'checksum';
  let levels = 0;
  for (const event of events) {
    if (event.kind === 'snapshot' && hasChecksums)
      levels = Math.max(levels, event.bids.length, event.asks.length);
    if (event.kind !== 'raw') continue;
    const { depth, snapshotLevels } = frames.depthOf(event.frame);
    if (depth !== undefined) return depth;
    levels = Math.max(levels, snapshotLevels);
  }
  return levels === 0 ? undefined : frames.depthFor(levels);
}
