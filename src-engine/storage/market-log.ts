/**
 * Reading a market log: what a venue's market did, to be replayed. JSON Lines, plain or gzipped. The first line
 * is the header, every further one an event in the order of arrival. Prices and quantities stay text: the
 * consumer turns them into its instrument's units, exactly.
 */
import { UserError } from '../domain/errors.ts';
import { type LineBlock, lineStart, logError, readLineBlocks, truncated } from './market-log-lines.ts';
import { MarketLogParser, parseHeader } from './market-log-parse.ts';
import { damaged, LogChecker, SUM_HEAD } from './market-log-sums.ts';
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
  /** Bytes of the file that were read so far, and all that it has. */
  readonly readBytes: () => number;
  readonly fileBytes: number;
  /** True once the end was reached, and it is not the log's own: something is missing (`allowUnfinished` only). */
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
  const state = { cutShort: false, readBytes: first.value.fileRead };
  return {
    path,
    header,
    readBytes: () => state.readBytes,
    fileBytes: first.value.fileSize,
    batches: parsedBatches(path, header, first.value, blocks, salvage, state),
    cutShort: () => state.cutShort,
    close: async () => {
      await blocks.return(undefined);
    },
  };
}

/** Lines without anything: no recording has one, and a file of nothing else must come to an end. */
const MAX_BLANK_LINES = 1_000;

function tooManyBlank(path: string, line: number): UserError {
  return logError(path, line, {
    code: 'damaged-log',
    message: `is one of more than ${MAX_BLANK_LINES} blank lines`,
    remedy: 'Check that this is a market log: one event a line.',
  });
}

async function* parsedBatches(
  path: string,
  header: MarketLogHeader,
  first: LineBlock,
  rest: AsyncGenerator<LineBlock>,
  salvage: boolean,
  state: { cutShort: boolean; readBytes: number },
): AsyncGenerator<readonly MarketLogEvent[]> {
  const reader = new BlockReader(path, header, salvage);
  const opening = reader.read(first, 1);
  if (opening.length > 0) yield opening;
  for await (const block of rest) {
    state.readBytes = block.fileRead;
    const events = reader.read(block, 0);
    if (events.length > 0) yield events;
  }
  const held = reader.finish();
  state.cutShort = reader.cutShort;
  if (held.length > 0) yield held;
}

/** Events of block after block. Those of a log with checksums are given out once the checksum below them has held. */
class BlockReader {
  readonly #parser: MarketLogParser;
  readonly #checker: LogChecker;
  readonly #isSummed: boolean;
  readonly #salvage: boolean;
  #held: MarketLogEvent[] = [];
  #line = 0;
  #blank = 0;
  readonly #path: string;
  cutShort = false;

  constructor(path: string, header: MarketLogHeader, salvage: boolean) {
    this.#path = path;
    this.#parser = new MarketLogParser(path, header);
    this.#checker = new LogChecker(path);
    this.#isSummed = header.sums !== undefined;
    this.#salvage = salvage;
  }

  /** @param fromLine of the block: the header is not an event. */
  read(block: LineBlock, fromLine: number): MarketLogEvent[] {
    const { bytes, ends, firstLine } = block;
    const whole: MarketLogEvent[] = [];
    const events = this.#held;
    const last = ends.length - 1;
    let unsummed = 0;
    for (let index = fromLine; index <= last; index++) {
      const start = lineStart(block, index);
      const end = ends[index] ?? start;
      const line = firstLine + index;
      if (end === start) {
        if (++this.#blank > MAX_BLANK_LINES) throw tooManyBlank(this.#path, line);
        continue;
      }
      this.#line = line;
      if (isSum(bytes, start, end)) {
        const unterminated = block.unterminated && index === last;
        this.#checker.take(bytes.subarray(unsummed, start));
        unsummed = start;
        // One that is cut off confirms nothing, and is not damage.
        if (unterminated) continue;
        this.#checker.check(bytes.toString('utf8', start, end), line);
        for (const event of events) whole.push(event);
        events.length = 0;
        continue;
      }
      if (this.#isSummed) this.#checker.event(line);
      const event = this.#parse(bytes, start, end, line, block.unterminated && index === last);
      if (event !== undefined) events.push(event);
    }
    this.#checker.take(bytes.subarray(unsummed));
    if (!block.unterminated) this.#checker.takeLineBreak();
    if (this.#isSummed) return whole;
    this.#held = [];
    return whole.length === 0 ? events : whole.concat(events);
  }

  /** What no checksum has confirmed: of a log that breaks off. @throws UserError unless such a log is asked for. */
  finish(): readonly MarketLogEvent[] {
    if (!this.#isSummed) return [];
    if (!this.#salvage) this.#checker.finish(this.#line + 1);
    this.cutShort ||= !this.#checker.isEnded;
    return this.#held;
  }

  #parse(bytes: Buffer, start: number, end: number, line: number, unterminated: boolean) {
    try {
      return this.#parser.parseLine(bytes, start, end, line, unterminated);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error.problem.code !== 'truncated-log') throw this.#isSummed ? damaged(error) : error;
      if (!this.#salvage) throw error;
      this.cutShort = true;
      return undefined;
    }
  }
}

function isSum(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < SUM_HEAD.length) return false;
  for (let at = 0; at < SUM_HEAD.length; at++) if (bytes[start + at] !== SUM_HEAD[at]) return false;
  return true;
}
