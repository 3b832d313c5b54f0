/**
 * The records of a capture in the order of their times, whatever recorder wrote them: `{"recv_ns": …, "raw": "…"}`, or recv_us or
 * recv_ms; `{"t":"recv"|"http"|…,"conn","ts","data"}`; nanoseconds and a frame. Plain, gzip or zstd.
 */
import { isPlausible, otherUnitOf } from '../../domain/epoch-unit.ts';
import { UserError } from '../../domain/errors.ts';
import type { TimeUs } from '../../domain/time.ts';
import { lineStart, readLineBlocks } from '../../storage/market-log-lines.ts';
import {
  AnswersInTime,
  type CaptureRecord,
  ConnectionAddresses,
  readCaptureLine,
} from '../../venues/capture/capture-record.ts';
import { headOf, inspect, textOf } from './text-source.ts';

/** Longest line: a REST list of all instruments, or the snapshot of a whole book. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** Of a file, to see what it is. */
const HEAD_CHARS = 4_096;
const PER_US: Readonly<Record<string, number>> = { recv_us: 1, recv_ms: 1_000 };
const TIMED_FRAME = /^\s*\{[^\n]*"recv_(?:ns|us|ms)"\s*:/;
const WIRE = /^\s*\{[^\n]*"t"\s*:\s*"(?:header|recv|http|connect|send|error)"/;
const TWO_COLUMNS = /^\d{16,19}\s+[[{]/;

export type CaptureLines = {
  /** Records with a time, not younger than the one before. */
  records(): AsyncGenerator<CaptureRecord>;
  /** The file broke off in the middle of its last line, which was left out; known once it was read. */
  readonly isUnfinished: boolean;
};

/** True when the first line is one of a recorder of frames. @throws UserError when the file is not text. */
export async function isCapture(file: string): Promise<boolean> {
  const { packing } = await inspect(file);
  if (packing === 'zip') return false;
  const head = await beginning(file, packing === 'gzip');
  return TIMED_FRAME.test(head) || WIRE.test(head) || TWO_COLUMNS.test(head);
}

/** @param mayBreakOff a short gzip that breaks off shows nothing to a strict reader: its first line is taken as it is. */
async function beginning(file: string, mayBreakOff: boolean): Promise<string> {
  try {
    return await headOf({ path: file }, HEAD_CHARS);
  } catch (error) {
    if (!mayBreakOff || !(error instanceof UserError)) throw error;
    for await (const { text } of linesOf(file)) return text.slice(0, HEAD_CHARS);
    throw error;
  }
}

/** @param venue names of it in the header of a market log. */
export function captureLines(file: string, venue: string): CaptureLines {
  let isUnfinished = false;
  async function* records(): AsyncGenerator<CaptureRecord> {
    const inTime = new AnswersInTime();
    const addresses = new ConnectionAddresses();
    let ready: CaptureRecord[] = [];
    let lastUs = 0;
    const inOrder = (record: CaptureRecord): CaptureRecord => {
      if (record.atUs < lastUs) {
        const message = `is earlier than the line above it (${lastUs} µs)`;
        const value = String(record.atUs);
        throw badLine(file, record.line, value, message, 'Sort the capture by its times.');
      }
      lastUs = record.atUs;
      return record;
    };
    for await (const { text, line, isTorn } of linesOf(file)) {
      if (text.trim() === '') continue;
      let record: CaptureRecord;
      try {
        record = TIMED_FRAME.test(text) ? timedFrame(file, line, text) : wireRecord(file, line, text, venue);
      } catch (error) {
        if (!isTorn) throw error;
        isUnfinished = true;
        break;
      }
      record = addresses.stamp(record);
      if (record.kind === 'other' || record.kind === 'connect') continue;
      inTime.push(record, (next) => void ready.push(next));
      for (const next of ready) yield inOrder(next);
      ready = [];
    }
    inTime.end((next) => void ready.push(next));
    for (const next of ready) yield inOrder(next);
  }
  return {
    records,
    get isUnfinished() {
      return isUnfinished;
    },
  };
}

type Line = { readonly text: string; readonly line: number; readonly isTorn: boolean };

async function* linesOf(file: string): AsyncGenerator<Line> {
  const { packing } = await inspect(file);
  if (packing === 'zstd') {
    let rest = '';
    let line = 1;
    for await (const text of textOf({ path: file })) {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > MAX_LINE_BYTES)
        throw badLine(
          file,
          line,
          rest,
          `is longer than ${MAX_LINE_BYTES} bytes`,
          'Check that it is a capture.',
        );
      for (const part of parts) yield { text: part, line: line++, isTorn: false };
    }
    if (rest !== '') yield { text: rest, line, isTorn: true };
    return;
  }
  // What breaks off is read up to its last whole line.
  for await (const block of readLineBlocks(file, true, MAX_LINE_BYTES)) {
    for (let index = 0; index < block.ends.length; index++) {
      const text = block.bytes.toString('utf8', lineStart(block, index), block.ends[index]);
      const isTorn = block.unterminated && index === block.ends.length - 1;
      yield { text, line: block.firstLine + index, isTorn };
    }
  }
}

function wireRecord(file: string, line: number, text: string, venue: string): CaptureRecord {
  const record = readCaptureLine(text, line, [venue]);
  if (record.kind === 'other' || record.kind === 'connect' || isPlausible(record.atUs)) return record;
  throw badLine(
    file,
    line,
    text,
    'has no time between the years 2000 and 2099',
    'Correct the line, or leave it out.',
  );
}

/** The time is read from the text: nanoseconds since 1970 are more than a double counts exactly. */
function timedFrame(file: string, line: number, text: string): CaptureRecord {
  let frame: unknown;
  try {
    frame = (JSON.parse(text) as { readonly raw?: unknown }).raw;
  } catch {
    frame = undefined;
  }
  const [, name = '', digits = ''] = /"(recv_(?:ns|us|ms))"\s*:\s*(\d{1,19})\s*[,}]/.exec(text) ?? [];
  const atUs: TimeUs =
    name === 'recv_ns' ? Number(digits.slice(0, -3)) : Number(digits) * (PER_US[name] ?? 0);
  if (typeof frame === 'string' && isPlausible(atUs))
    return { line, kind: 'received', connection: '', atUs, url: '', text: frame };
  if (typeof frame === 'string' && digits !== '') {
    const message = `is outside the years 2000 to 2099 as ${name}${otherUnitOf(Number(digits))}`;
    const remedy = 'Write recv_ns, recv_us or recv_ms according to the unit of the numbers.';
    throw badLine(file, line, digits, message, remedy);
  }
  const message = 'is not {"recv_ns": TIME, "raw": "FRAME"}';
  throw badLine(file, line, text, message, 'Correct the line, or leave it out.');
}

function badLine(file: string, line: number, value: string, message: string, remedy: string): UserError {
  const shown = value.length > 80 ? `${value.slice(0, 77)}...` : value;
  return new UserError({ code: 'bad-capture', field: `${file} line ${line}`, value: shown, message, remedy });
}
