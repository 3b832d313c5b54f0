/**
 * A session as its kernel met it: what it was made from, and every call that it got, in order, those of the carries beside it among them. Together with the journal
 * it can be played again, call by call, to see whether the same decisions come out. One JSON text a line, and its checksum.
 */
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { createInterface } from 'node:readline';
import { crc32 } from 'node:zlib';
import { UserError } from '../domain/errors.ts';
import type { InstrumentId } from '../domain/ids.ts';
import { createInstrument, specOf } from '../domain/instrument.ts';
import { EXECUTION_SETTINGS } from '../domain/limit-table.ts';
import { withCurrentNames } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Input } from '../kernel/input.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import { type CarryCall, isCarryCall } from '../strategies/carry/carry-calls.ts';

const VERSION = 3;
/** The second has no lines of carries, and those of the first have no checksum. */
const [WITHOUT_CARRIES, WITHOUT_SUMS] = [2, 1];
/** What stands behind the JSON of a line: the CRC-32 of it. */
const SUM = /#([0-9a-f]{8})$/;
/** What a book message is. */
const [CHANGE, SNAPSHOT, TOUCH] = [0, 1, 2];
/** Text that may wait for a slow disk, and the longest file: about a day of a busy market. */
const MAX_WAITING = 64 * 1024 * 1024;
const MAX_BYTES = 8 * 1024 * 1024 * 1024;

/** One call of the kernel. `take` and `look` are the two halves of a book's `step`, where the engine made them apart. */
export type KernelCall =
  | { readonly call: 'begin' | 'end'; readonly atUs: TimeUs }
  | { readonly call: 'step'; readonly input: Input }
  | { readonly call: 'take'; readonly update: BookUpdate }
  | { readonly call: 'look'; readonly instrumentId: InstrumentId; readonly atUs: TimeUs };

/** A call of the kernel, or of the carries beside it, which read its books. */
export type SessionCall = KernelCall | CarryCall;

export type SessionHead = {
  readonly version: number;
  readonly profile: string;
  readonly engineVersion: string;
  readonly config: Omit<KernelConfig, 'instruments' | 'verifierOf' | 'shelf'> & {
    readonly instruments: readonly (ReturnType<typeof specOf> & { readonly venue: string })[];
  };
};

/** Writes one session. A write that fails ends the log and is reported; the session goes on. */
export class SessionLogWriter {
  readonly path: string;
  readonly #stream: WriteStream;
  readonly #note: (text: string) => void;
  #bytes = 0;
  #isOpen = true;

  constructor(
    path: string,
    head: { readonly profile: string; readonly engineVersion: string; readonly config: KernelConfig },
    note: (text: string) => void,
  ) {
    this.path = path;
    this.#note = note;
    this.#stream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    this.#stream.on('error', (error) => this.#end(`could not be written (${error.message})`));
    const { instruments, ...config } = head.config;
    const specs = instruments.map((instrument) => ({ ...specOf(instrument), venue: instrument.venue }));
    const { profile, engineVersion } = head;
    this.#write(
      JSON.stringify({ version: VERSION, profile, engineVersion, config: { ...config, instruments: specs } }),
    );
  }

  write(call: SessionCall): void {
    if (this.#isOpen) this.#write(lineOf(call));
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#stream.end();
    await finished(this.#stream).catch(() => undefined);
  }

  #write(line: string): void {
    this.#bytes += line.length + 10;
    this.#stream.write(`${summedLine(line)}\n`);
    if (this.#stream.writableLength > MAX_WAITING) this.#end('is behind: the disk is too slow');
    else if (this.#bytes > MAX_BYTES) this.#end('has reached its maximum length');
  }

  #end(why: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#stream.end();
    this.#note(`the session log ${this.path} ${why}; it ends here`);
  }
}

function lineOf(call: SessionCall): string {
  if (isCarryCall(call)) return JSON.stringify(['c', call]);
  if (call.call === 'take') return bookLine('t', call.update);
  if (call.call === 'step' && call.input.kind === 'book') return bookLine('b', call.input);
  if (call.call === 'step') return JSON.stringify(['s', call.input]);
  if (call.call === 'look') return JSON.stringify(['l', call.instrumentId, call.atUs]);
  return JSON.stringify([call.call, call.atUs]);
}

function bookLine(kind: 'b' | 't', update: BookUpdate): string {
  const { instrumentId, checksum, seq, prevSeq, venueUs, receivedUs } = update;
  const form = update.isTouch ? TOUCH : update.isSnapshot ? SNAPSHOT : CHANGE;
  const side = (prices: Float64Array, qtys: Float64Array, count: number): number[] => {
    const levels: number[] = [];
    for (let k = 0; k < count; k++) levels.push(prices[k] ?? 0, qtys[k] ?? 0);
    return levels;
  };
  return JSON.stringify([
    kind,
    [instrumentId, form, checksum, seq, prevSeq, venueUs, receivedUs],
    side(update.bidPrices, update.bidQtys, update.bidCount),
    side(update.askPrices, update.askQtys, update.askCount),
  ]);
}

/** A log as it is read: its head, and its calls one by one. A last line without its line break broke off and is left out. */
export type SessionLog = {
  readonly head: SessionHead;
  readonly config: KernelConfig;
  /** With the number of the line, from 2 on. `update` is the same object each time. */
  calls(): AsyncGenerator<{ readonly line: number; readonly call: SessionCall }>;
};

/** @throws UserError when the file is none, is damaged, or is of another version. */
export async function readSessionLog(path: string): Promise<SessionLog> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  const iterator = lines[Symbol.asyncIterator]();
  let first: IteratorResult<string>;
  try {
    first = await iterator.next();
  } catch (error) {
    throw bad(path, `cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
  const firstLine = first.done === true ? '' : first.value;
  const isSummed = SUM.test(firstLine);
  const head = parsed(firstLine, isSummed) as Partial<SessionHead> | undefined;
  if (isSummed && head === undefined) throw bad(path, 'is damaged at line 1', COPY_AGAIN);
  const versions = isSummed ? [VERSION, WITHOUT_CARRIES] : [WITHOUT_SUMS];
  if (
    head?.version === undefined ||
    !versions.includes(head.version) ||
    head.config === undefined ||
    head.profile === undefined
  ) {
    throw bad(path, 'is not a session log of this version');
  }
  const isWhole = await endsWithLineBreak(path);
  const { instruments, ...config } = head.config;
  return {
    head: head as SessionHead,
    config: {
      ...underCurrentNames(config),
      instruments: instruments.map((spec, id) => createInstrument(spec, id, spec.venue)),
    },
    async *calls() {
      const update = new BookUpdate();
      let number = 1;
      let broken: number | undefined;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        number++;
        if (broken !== undefined) throw bad(path, `is damaged at line ${broken}`, COPY_AGAIN);
        const call = callOf(parsed(next.value, isSummed), update);
        // Only a last line may break off: the process ended in the middle of it.
        if (call === undefined) broken = number;
        else yield { line: number, call };
      }
      if (broken !== undefined && isWhole) throw bad(path, `is damaged at line ${broken}`, COPY_AGAIN);
    },
  };
}

type StoredConfig = Omit<SessionHead['config'], 'instruments'>;

/** Earlier versions called some of it otherwise. */
function underCurrentNames(
  config: StoredConfig & { readonly leftovers?: StoredConfig['residuals'] },
): StoredConfig {
  const { leftovers, execution, ...rest } = config;
  return {
    ...rest,
    ...(leftovers === undefined ? {} : { residuals: leftovers }),
    ...(execution === undefined ? {} : { execution: withCurrentNames(EXECUTION_SETTINGS, execution) }),
  };
}

function callOf(line: unknown, update: BookUpdate): SessionCall | undefined {
  if (!Array.isArray(line)) return undefined;
  const [kind, first, second, third] = line as readonly unknown[];
  if ((kind === 'begin' || kind === 'end') && typeof first === 'number') return { call: kind, atUs: first };
  if (kind === 'c') return isObject(first) && isCarryCall(first) ? first : undefined;
  if (kind === 's' && typeof first === 'object' && first !== null)
    return { call: 'step', input: first as Input };
  if (kind === 'l' && typeof first === 'number' && typeof second === 'number') {
    return { call: 'look', instrumentId: first, atUs: second };
  }
  if ((kind !== 'b' && kind !== 't') || !isNumbers(first) || !isNumbers(second) || !isNumbers(third))
    return undefined;
  const [instrumentId = 0, form = CHANGE, checksum = 0, seq = 0, prevSeq = 0, venueUs = 0, receivedUs = 0] =
    first;
  update.reset(instrumentId, form === SNAPSHOT, receivedUs);
  update.isTouch = form === TOUCH;
  update.checksum = checksum;
  update.seq = seq;
  update.prevSeq = prevSeq;
  update.venueUs = venueUs;
  for (let k = 0; k + 1 < second.length; k += 2) update.pushBid(second[k] ?? 0, second[k + 1] ?? 0);
  for (let k = 0; k + 1 < third.length; k += 2) update.pushAsk(third[k] ?? 0, third[k + 1] ?? 0);
  return kind === 't' ? { call: 'take', update } : { call: 'step', input: update };
}

function isObject(value: unknown): value is { readonly call?: unknown } {
  return typeof value === 'object' && value !== null;
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number');
}

/** What a line says; undefined when it is not JSON, or not what its checksum says. */
function parsed(line: string, isSummed: boolean): unknown {
  const sum = isSummed ? SUM.exec(line)?.[1] : undefined;
  const text = sum === undefined ? line : line.slice(0, -sum.length - 1);
  if (isSummed && sum !== sumOf(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A line as it is written: its JSON and the checksum of it. */
export function summedLine(json: string): string {
  return `${json}#${sumOf(json)}`;
}

function sumOf(line: string): string {
  return crc32(line).toString(16).padStart(8, '0');
}

async function endsWithLineBreak(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    await handle.read(last, 0, 1, Math.max(0, size - 1));
    return last[0] === 0x0a;
  } finally {
    await handle.close();
  }
}

const COPY_AGAIN = 'Copy it again from where it was written; from this line on it is not reliable.';

function bad(
  path: string,
  message: string,
  remedy = 'Name a file that serve --session-log wrote.',
): UserError {
  return new UserError({ code: 'bad-session-log', field: 'SESSION', value: path, message, remedy });
}
