/**
 * Checksums inside of a market log whose header says `"sums":"crc32"`: every so often a line `{"sum":"1a2b3c4d","lines":480}`, the CRC-32
 * of all bytes of the file above it and how many lines these are, and as the very last line one with `"end":true`. So a
 * character that changed, a line that is missing and a file that breaks off are each known, gzipped or not.
 */
import { crc32 } from 'node:zlib';
import { UserError } from '../domain/errors.ts';
import { logError, truncated } from './market-log-lines.ts';

/** How such a line begins; no event does. */
export const SUM_HEAD = Buffer.from('{"sum":"');
const SUM_LINE = /^\{"sum":"([0-9a-f]{8})","lines":(\d{1,12})(,"end":true)?\}$/;
const NEWLINE = Buffer.from('\n');
/** Lines without a checksum that are held back at the most; the writers put one at least every 256 KiB. */
export const MAX_UNCHECKED_LINES = 100_000;
const COPY_AGAIN =
  'Copy the file again from where it was recorded, or record it again; "parallax library trim --to" keeps what lies before.';

/** The checksums of a log that is being written. */
export class LogSummer {
  #crc = 0;
  #lines = 0;

  /** Takes whole lines, in their order, each with its line break. */
  add(text: string, lines: number): void {
    this.#crc = crc32(text, this.#crc);
    this.#lines += lines;
  }

  /** The checksum line that follows, with its line break; it counts as taken. @param isEnd the file ends with it. */
  line(isEnd: boolean): string {
    const text = `{"sum":"${hex(this.#crc)}","lines":${this.#lines}${isEnd ? ',"end":true' : ''}}\n`;
    this.add(text, 1);
    return text;
  }
}

/** Compares a log that is being read with its checksums. */
export class LogChecker {
  readonly #path: string;
  #crc = 0;
  /** Number of the last line that a checksum has confirmed. */
  #confirmed = 0;
  #isEnded = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** The last line was that of the file's end. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Takes the bytes between two checksum lines, or a part of them. */
  take(bytes: Buffer): void {
    this.#crc = crc32(bytes, this.#crc);
  }

  takeLineBreak(): void {
    this.#crc = crc32(NEWLINE, this.#crc);
  }

  /**
   * A checksum line: what lies above it was taken, the line itself was not.
   * @throws UserError when something above it, or it, is not as it was written.
   */
  check(text: string, line: number): void {
    const [, sum, lines, end] = SUM_LINE.exec(text) ?? [];
    if (sum === undefined || Number(lines) !== line - 1 || sum !== hex(this.#crc)) throw this.#damaged(line);
    this.#confirmed = line;
    this.#isEnded = end !== undefined;
  }

  /** An event at this line. @throws UserError when it lies behind the end, or too far from the last checksum. */
  event(line: number): void {
    if (this.#isEnded) {
      throw logError(this.#path, line, {
        code: 'damaged-log',
        message: 'is after the end of the log',
        remedy: COPY_AGAIN,
      });
    }
    if (line - this.#confirmed > MAX_UNCHECKED_LINES) throw this.#damaged(line);
  }

  /** The file has no further line. @throws UserError when it should have. */
  finish(line: number): void {
    if (!this.#isEnded) throw truncated(this.#path, line);
  }

  #damaged(line: number): UserError {
    const first = this.#confirmed + 1;
    const where = first >= line - 1 ? `line ${first}` : `one of the lines ${first} to ${line - 1}`;
    return logError(this.#path, line, {
      code: 'damaged-log',
      field: 'sum',
      message: `does not fit: ${where}, or this checksum, is damaged`,
      remedy: COPY_AGAIN,
    });
  }
}

/** A line of such a log that makes no sense: it was written with sense, and has changed. */
export function damaged({ problem }: UserError): UserError {
  const message = `${problem.message}: the line is damaged`;
  return new UserError({ ...problem, code: 'damaged-log', message, remedy: COPY_AGAIN });
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
