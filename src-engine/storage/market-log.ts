/**
 * Reading a market log: what a venue's market did, to be replayed. JSON Lines, plain or gzipped. The first line
 * is the header, every further one an event in the order of arrival. Prices and quantities stay text: the
 * consumer turns them into its instrument's units, exactly.
 */
import { UserError } from '../domain/errors.ts';
import { type LineBlock, lineStart, readLineBlocks, truncated } from './market-log-lines.ts';
import { MarketLogParser, parseHeader } from './market-log-parse.ts';
import type { MarketLogEvent, MarketLogHeader } from './market-log-types.ts';

export type MarketLogOptions = {
  /**
   * For a recording that was interrupted (`.part`): reads up to the last complete line instead of refusing the
   * file. Faults other than the broken end are still refused.
   */
  readonly allowUnfinished?: boolean;
};

export type MarketLog = {
  readonly path: string;
  readonly header: MarketLogHeader;
  /**
   * All events, some hundreds to thousands at a time; to be iterated once.
   * @throws UserError while iterating, naming file, line, field and value, at the first fault.
   */
  readonly batches: AsyncIterable<readonly MarketLogEvent[]>;
  /** True once the end was reached and an incomplete last line was left out (`allowUnfinished` only). */
  readonly cutShort: () => boolean;
  /** Lets go of the file when `batches` is not iterated to its end. */
  readonly close: () => Promise<void>;
};

/**
 * Opens a market log and checks its header.
 * @throws UserError when there is no such file, it is empty or no market log, or of a newer version.
 */
export async function readMarketLog(path: string, options: MarketLogOptions = {}): Promise<MarketLog> {
  const salvage = options.allowUnfinished === true;
  const blocks = readLineBlocks(path, salvage);
  const first = await blocks.next();
  if (first.done === true) throw truncated(path, 1);
  let header: MarketLogHeader;
  try {
    const { value: block } = first;
    const text = block.bytes.toString('utf8', 0, block.ends[0]);
    header = parseHeader(path, text, block.unterminated && block.ends.length === 1);
  } catch (error) {
    await blocks.return(undefined);
    throw error;
  }
  const state = { cutShort: false };
  return {
    path,
    header,
    batches: parsedBatches(path, header, first.value, blocks, salvage, state),
    cutShort: () => state.cutShort,
    close: async () => {
      await blocks.return(undefined);
    },
  };
}

async function* parsedBatches(
  path: string,
  header: MarketLogHeader,
  first: LineBlock,
  rest: AsyncGenerator<LineBlock>,
  salvage: boolean,
  state: { cutShort: boolean },
): AsyncGenerator<readonly MarketLogEvent[]> {
  const parser = new MarketLogParser(path, header);
  const parse = (block: LineBlock, fromLine: number): MarketLogEvent[] => {
    const { bytes, ends, firstLine } = block;
    const events: MarketLogEvent[] = [];
    const last = ends.length - 1;
    for (let index = fromLine; index <= last; index++) {
      const start = lineStart(block, index);
      const end = ends[index] ?? start;
      if (end === start) continue;
      const unterminated = block.unterminated && index === last;
      try {
        events.push(parser.parseLine(bytes, start, end, firstLine + index, unterminated));
      } catch (error) {
        if (!salvage || !(error instanceof UserError) || error.problem.code !== 'truncated-log') throw error;
        state.cutShort = true;
      }
    }
    return events;
  };
  const opening = parse(first, 1);
  if (opening.length > 0) yield opening;
  for await (const block of rest) {
    const events = parse(block, 0);
    if (events.length > 0) yield events;
  }
}
