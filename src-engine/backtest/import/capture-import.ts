/**
 * A capture of a venue's frames as a market log: lines of `{"recv_ns": …, "raw": "…"}`, or `recv_us` or `recv_ms`. The
 * frames go in word for word; what a capture does not have is the list of instruments, which is read from a file of the
 * venue, or taken from the digits that its first book is written with.
 */
import { readFile } from 'node:fs/promises';
import { isPlausible, otherUnitOf } from '../../domain/epoch-unit.ts';
import { UserError } from '../../domain/errors.ts';
import { createInstrument, type InstrumentSpec, specOf } from '../../domain/instrument.ts';
import type { TimeUs } from '../../domain/time.ts';
import { lineStart, readLineBlocks } from '../../storage/market-log-lines.ts';
import { protocolOf, RECORDED_VENUES } from '../../venues/registry.ts';
import type { BookShape, VenueAdapter } from '../../venues/venue-adapter.ts';
import { LogFileWriter } from '../library/log-file-writer.ts';
import { headOf, inspect } from './text-source.ts';

export type CaptureImportOptions = {
  readonly file: string;
  readonly out: string;
  readonly venue: string;
  /** A file with the venue's list of instruments. */
  readonly instruments?: string | undefined;
};

export type CaptureImport = {
  readonly kind: 'capture';
  readonly venue: string;
  readonly symbols: readonly string[];
  readonly frames: number;
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
  readonly assumptions: readonly string[];
};

const PER_US: Readonly<Record<string, number>> = { recv_us: 1, recv_ms: 1_000 };
/** Venues whose frames show by themselves what their instruments are. */
const READABLE = RECORDED_VENUES.filter((name) => protocolOf(name)?.frames.bookShape !== undefined);
/** Most symbols of one capture. */
const MAX_SYMBOLS = 20_000;

/** True when the first line is a frame with its time. @throws UserError when the file is no text. */
export async function isCapture(file: string): Promise<boolean> {
  const { packing } = await inspect(file);
  if (packing !== 'plain' && packing !== 'gzip') return false;
  const head = await headOf({ path: file }, 4_096);
  return /^\s*\{[^\n]*"recv_(?:ns|us|ms)"\s*:/.test(head);
}

/** @throws UserError naming the line at fault, a venue whose frames nobody reads, or a symbol that is nowhere described. */
export async function importCapture(options: CaptureImportOptions): Promise<CaptureImport> {
  const { file, out, venue } = options;
  const protocol = protocolOf(venue);
  const bookShape = protocol?.frames.bookShape;
  if (protocol === undefined || bookShape === undefined) {
    throw new UserError({
      code: 'no-adapter',
      field: '--venue',
      value: venue,
      message: 'has frames that no adapter reads',
      remedy: `Captures of ${READABLE.join(' and ')} can be read; of other venues import quotes or bars as CSV.`,
    });
  }
  const [specs, isListed] = await specsOf(options, protocol, bookShape);
  const writer = new LogFileWriter(out, { venue, instruments: specs });
  let [fromUs, toUs] = [0, 0];
  try {
    for await (const { atUs, frame } of framesOf(file)) {
      if (writer.events === 0) fromUs = atUs;
      toUs = atUs;
      writer.frame(atUs, frame);
      await writer.drained();
    }
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const guessed =
    'Ticks and lots are the digits that the books are written with; fees and minimums are zero.';
  const symbols = specs.map(({ symbol }) => symbol);
  const assumptions = isListed ? [] : [guessed];
  return { kind: 'capture', venue, symbols, frames: writer.events, fromUs, toUs, assumptions };
}

/** The instruments of the capture, and whether a list of the venue describes them. */
async function specsOf(
  options: CaptureImportOptions,
  protocol: VenueAdapter,
  bookShape: (frame: string) => BookShape | undefined,
): Promise<[InstrumentSpec[], boolean]> {
  const shapes = new Map<string, { price: number; qty: number }>();
  for await (const { frame } of framesOf(options.file)) {
    const shape = bookShape(frame);
    if (shape === undefined || (!shape.isSnapshot && shapes.has(shape.symbol))) continue;
    const known = shapes.get(shape.symbol) ?? { price: 0, qty: 0 };
    shapes.set(shape.symbol, {
      price: Math.max(known.price, shape.priceDecimals),
      qty: Math.max(known.qty, shape.qtyDecimals),
    });
    if (shapes.size > MAX_SYMBOLS) break;
  }
  if (shapes.size === 0 || shapes.size > MAX_SYMBOLS) {
    throw new UserError({
      code: 'no-books',
      field: options.file,
      value: String(shapes.size),
      message: `is not from 1 to ${MAX_SYMBOLS} books`,
      remedy: 'Capture the book channel.',
    });
  }
  const symbols = [...shapes.keys()];
  if (options.instruments === undefined) {
    return [symbols.map((symbol) => guessedSpec(options.venue, protocol, symbol, shapes.get(symbol))), false];
  }
  const file = options.instruments;
  const { instruments: listed } = protocol.readListing(await textOf(file), file);
  const specs = symbols.map((symbol, id) => {
    const found = listed.find((each) => each.symbol === symbol);
    if (found !== undefined) return specOf(createInstrument(withFee(found, protocol), id, options.venue));
    throw new UserError({
      code: 'unknown-pair',
      field: '--instruments',
      value: symbol,
      message: `is in the capture and not in ${file}`,
      remedy: 'Give a list of the time of the capture, or leave it out.',
    });
  });
  return [specs, true];
}

/** The venue's published fee of the first tier where the list has none: a fee is never taken for none. */
function withFee(spec: InstrumentSpec, { feeSchedule }: VenueAdapter): InstrumentSpec {
  return { ...spec, takerFee: spec.takerFee ?? feeSchedule.assumed(spec.symbol, 0).toFixed() };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UserError({
      code: 'file-unreadable',
      field: '--instruments',
      value: path,
      message: `cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      remedy: 'Check the path.',
    });
  }
}

function guessedSpec(
  venue: string,
  protocol: VenueAdapter,
  symbol: string,
  shape = { price: 0, qty: 0 },
): InstrumentSpec {
  const [base = '', quote = ''] = symbol.split('/');
  const unit = (decimals: number): string => (10 ** -decimals).toFixed(decimals);
  const grid = { tickSize: unit(shape.price), lotSize: unit(shape.qty), minQty: '0', minNotional: '0' };
  const digits = { priceDecimals: shape.price, qtyDecimals: shape.qty };
  return specOf(createInstrument(withFee({ symbol, base, quote, ...grid, ...digits }, protocol), 0, venue));
}

async function* framesOf(file: string): AsyncGenerator<{ readonly atUs: TimeUs; readonly frame: string }> {
  let lastUs = 0;
  for await (const block of readLineBlocks(file, false)) {
    for (let index = 0; index < block.ends.length; index++) {
      const text = block.bytes.toString('utf8', lineStart(block, index), block.ends[index]);
      if (text.trim() === '') continue;
      const line = block.firstLine + index;
      const read = frameOf(file, line, text);
      if (read.atUs < lastUs) {
        const message = `lies before the line above it (${lastUs} µs)`;
        throw badLine(file, line, String(read.atUs), message, 'Sort the capture by its times.');
      }
      lastUs = read.atUs;
      yield read;
    }
  }
}

/** The time is read from the text: nanoseconds since 1970 are more than a double counts exactly. */
function frameOf(
  file: string,
  line: number,
  text: string,
): { readonly atUs: TimeUs; readonly frame: string } {
  let frame: unknown;
  try {
    frame = (JSON.parse(text) as { readonly raw?: unknown }).raw;
  } catch {
    frame = undefined;
  }
  const [, name = '', digits = ''] = /"(recv_(?:ns|us|ms))"\s*:\s*(\d{1,19})\s*[,}]/.exec(text) ?? [];
  const atUs = name === 'recv_ns' ? Number(digits.slice(0, -3)) : Number(digits) * (PER_US[name] ?? 0);
  if (typeof frame === 'string' && isPlausible(atUs)) return { atUs, frame };
  if (typeof frame === 'string' && digits !== '') {
    const message = `lies outside of the years 2000 to 2099 as ${name}${otherUnitOf(Number(digits))}`;
    throw badLine(
      file,
      line,
      digits,
      message,
      'Write recv_ns, recv_us or recv_ms as the unit of the numbers is.',
    );
  }
  throw badLine(
    file,
    line,
    text,
    'is not {"recv_ns": TIME, "raw": "FRAME"}',
    'Correct the line, or leave it out.',
  );
}

function badLine(file: string, line: number, value: string, message: string, remedy: string): UserError {
  const shown = value.length > 80 ? `${value.slice(0, 77)}...` : value;
  return new UserError({ code: 'bad-capture', field: `${file} line ${line}`, value: shown, message, remedy });
}
