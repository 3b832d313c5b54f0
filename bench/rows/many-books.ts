/** The memory of a real engine that follows every pair of a real venue. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineChild } from '../child.ts';
import type { FrameStream } from '../frame-stream.ts';
import { startManyBooksVenue } from '../many-books-venue.ts';
import { boundedRow, type Row } from '../report.ts';

const UPDATES_PER_SECOND = 4_000;
/** The venue's pairs that were open to trading. */
const BOOKS = 1_365;
const READY_MS = 90_000;
/** Updates taken in before the memory is read: what is allocated on the way shows by then. */
const SETTLED_UPDATES = 60_000;

export async function manyBooksRow(stream: FrameStream): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
  const venue = await startManyBooksVenue(stream);
  const engine = new EngineChild({
    dataDir: folder,
    profile: 'paper',
    venueUrls: { kraken: venue.urls },
    maxInstruments: 5_000,
  });
  try {
    await engine.until(({ status }) => status.feeds[0]?.booksLive === BOOKS, READY_MS);
    venue.send(UPDATES_PER_SECOND);
    const { status, health } = await engine.until(
      ({ status: { counters } }) => counters.bookUpdates > BOOKS + SETTLED_UPDATES,
      READY_MS,
    );
    const [feed] = status.feeds;
    if (health === undefined || feed?.booksLive !== BOOKS || feed.checksumMismatches > 0) {
      throw new Error(`books were lost on the way: ${JSON.stringify(feed)}`);
    }
    const name = `resident memory of an engine with ${BOOKS} live books at depth 25, ${UPDATES_PER_SECOND} updates/s`;
    return boundedRow(name, 'MB', health.memory.residentBytes / 1e6, 300);
  } finally {
    await engine.stop();
    await venue.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
