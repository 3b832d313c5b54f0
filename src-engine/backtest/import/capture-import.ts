/**
 * A capture of a venue's frames as a market log. The frames go in as the venue's adapter records them; the list of instruments is
 * the one in the capture, or read from a file of the venue, or taken from the digits that its books are written with.
 */
import { readFile } from 'node:fs/promises';
import { UserError } from '../../domain/errors.ts';
import { createInstrument, type InstrumentSpec, specOf } from '../../domain/instrument.ts';
import type { TimeUs } from '../../domain/time.ts';
import { protocolOf, RECORDED_VENUES } from '../../venues/registry.ts';
import type {
  BookShape,
  CaptureFrame,
  CaptureFrames,
  InstrumentListing,
  VenueAdapter,
} from '../../venues/venue-adapter.ts';
import { LogFileWriter } from '../library/log-file-writer.ts';
import { captureLines } from './capture-records.ts';

export type CaptureImportOptions = {
  readonly file: string;
  readonly out: string;
  readonly venue: string;
  /** A file with the venue's list of instruments. */
  readonly instruments?: string | undefined;
  /** BASE/QUOTE of a capture of one book whose frames do not show its assets. */
  readonly symbol?: string | undefined;
  /** Called every few thousand lines. @param total 0: not known yet. */
  readonly onProgress?: ((phase: 'reading' | 'writing', lines: number, total: number) => void) | undefined;
};

export type CaptureImport = {
  readonly kind: 'capture';
  readonly venue: string;
  readonly symbols: readonly string[];
  readonly frames: number;
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
  readonly assumptions: readonly string[];
  readonly warnings: readonly string[];
};

/** Venues whose books can be made from their frames. */
const READABLE = RECORDED_VENUES.filter((name) => protocolOf(name)?.frames.bookShape !== undefined);
/** Most symbols of one capture. */
const MAX_SYMBOLS = 20_000;
const PROGRESS_LINES = 4_096;

type Shape = { price: number; qty: number };
type Found = {
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly listing: InstrumentListing | undefined;
  readonly lines: number;
};

/** @throws UserError naming the line at fault, a venue whose frames no adapter reads, or a symbol that is nowhere described. */
export async function importCapture(options: CaptureImportOptions): Promise<CaptureImport> {
  const { file, out, venue } = options;
  const protocol = protocolOf(venue);
  const bookShape = protocol?.frames.bookShape;
  if (protocol === undefined || bookShape === undefined) {
    throw new UserError({
      code: 'no-adapter',
      field: '--venue',
      value: venue,
      message: 'has frames that no adapter can read',
      remedy: `Captures of ${READABLE.join(', ')} can be read; of other venues import quotes or bars as CSV.`,
    });
  }
  const found = await booksOf(options, protocol, bookShape);
  const [specs, isListed] = await specsOf(options, protocol, found);
  const kept = new Set(['', ...specs.map(({ symbol }) => symbol)]);
  const writer = new LogFileWriter(out, { venue, instruments: specs });
  const lines = captureLines(file, venue);
  const frames = framesOf(protocol);
  let [fromUs, toUs, read] = [0, 0, 0];
  try {
    for await (const record of lines.records()) {
      for (const { symbol, text } of frames.read(record)) {
        if (!kept.has(symbol)) continue;
        if (writer.events === 0) fromUs = record.atUs;
        toUs = record.atUs;
        writer.frame(record.atUs, text);
      }
      if (++read % PROGRESS_LINES === 0) options.onProgress?.('writing', read, found.lines);
      await writer.drained();
    }
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const guessed = 'Ticks and lots are inferred from the digits of the books; fees and minimums are zero.';
  const symbols = specs.map(({ symbol }) => symbol);
  const others = [...frames.others].map(([name, count]) => `${count} of ${name}`);
  const warnings = [
    ...(lines.isUnfinished ? ['the capture is truncated: its last line was skipped'] : []),
    ...(others.length === 0
      ? []
      : [`frames that are neither book nor trade were skipped: ${others.join(', ')}`]),
  ];
  const assumptions = isListed ? [] : [guessed];
  return { kind: 'capture', venue, symbols, frames: writer.events, fromUs, toUs, assumptions, warnings };
}

/** A venue that says nothing of it keeps every frame word for word. */
function framesOf({ frames }: VenueAdapter): CaptureFrames {
  const wordForWord = ({ kind, text }: { kind: string; text: string }): readonly CaptureFrame[] =>
    kind === 'received' ? [{ symbol: '', text }] : [];
  return frames.captureFrames?.() ?? { read: wordForWord, others: new Map() };
}

/** What the capture shows of its books, and the list of instruments that stands in it. */
async function booksOf(
  { file, venue, onProgress }: CaptureImportOptions,
  protocol: VenueAdapter,
  bookShape: (frame: string) => BookShape | undefined,
): Promise<Found> {
  const shapes = new Map<string, Shape>();
  const frames = framesOf(protocol);
  let lines = 0;
  for await (const record of captureLines(file, venue).records()) {
    if (++lines % PROGRESS_LINES === 0) onProgress?.('reading', lines, 0);
    for (const { text } of frames.read(record)) {
      const shape = bookShape(text);
      if (shape === undefined) continue;
      const known = shapes.get(shape.symbol);
      if (!shape.isSnapshot && known !== undefined && shape.symbol.includes('/')) continue;
      shapes.set(shape.symbol, {
        price: Math.max(known?.price ?? 0, shape.priceDecimals),
        qty: Math.max(known?.qty ?? 0, shape.qtyDecimals),
      });
    }
    if (shapes.size > MAX_SYMBOLS) break;
  }
  if (shapes.size === 0 || shapes.size > MAX_SYMBOLS) {
    throw new UserError({
      code: 'no-books',
      field: file,
      value: String(shapes.size),
      message: `is not from 1 to ${MAX_SYMBOLS} books`,
      remedy: 'Capture the book channel.',
    });
  }
  return { shapes, listing: frames.listing, lines };
}

/** The instruments of the capture, and whether a list of the venue describes them. */
async function specsOf(
  options: CaptureImportOptions,
  protocol: VenueAdapter,
  { shapes, listing }: Found,
): Promise<[InstrumentSpec[], boolean]> {
  const symbols = [...shapes.keys()];
  const { instruments: file, venue } = options;
  const given = file === undefined ? listing : protocol.readListing(await textOf(file), file);
  if (options.symbol !== undefined && (given !== undefined || symbols.some((one) => one.includes('/')))) {
    throw new UserError({
      code: 'bad-option',
      field: '--symbol',
      value: options.symbol,
      message: 'is not used: this capture or its list of instruments names its pairs',
      remedy: 'Leave it out.',
    });
  }
  if (given === undefined)
    return [symbols.map((symbol) => guessedSpec(options, protocol, symbol, shapes)), false];
  const specs = symbols.map((symbol, id) => {
    const found = given.instruments.find((each) => each.symbol === symbol);
    if (found !== undefined) return specOf(createInstrument(withFee(found, protocol), id, venue));
    throw new UserError({
      code: 'unknown-pair',
      field: '--instruments',
      value: symbol,
      message: `is in the capture and not in ${file ?? 'the list of instruments that the capture holds'}`,
      remedy: 'Give a list from the time of the capture, or leave it out.',
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
  options: CaptureImportOptions,
  protocol: VenueAdapter,
  symbol: string,
  shapes: Found['shapes'],
): InstrumentSpec {
  const { price, qty } = shapes.get(symbol) ?? { price: 0, qty: 0 };
  const [base = '', quote = ''] = assetsOf(options, symbol, shapes.size);
  const unit = (decimals: number): string => (10 ** -decimals).toFixed(decimals);
  const grid = { tickSize: unit(price), lotSize: unit(qty), minQty: '0', minNotional: '0' };
  const digits = { priceDecimals: price, qtyDecimals: qty };
  return specOf(
    createInstrument(withFee({ symbol, base, quote, ...grid, ...digits }, protocol), 0, options.venue),
  );
}

/** Base and quote, as the symbol shows them or as `--symbol` names them. */
function assetsOf({ symbol: named }: CaptureImportOptions, symbol: string, books: number): readonly string[] {
  if (symbol.includes('/')) return symbol.split('/');
  const assets = (named ?? '').split('/');
  if (books === 1 && assets.length === 2 && assets.join('') === symbol) return assets;
  throw new UserError({
    code: 'unknown-pair',
    field: named === undefined ? '--instruments' : '--symbol',
    value: named ?? symbol,
    message:
      named === undefined
        ? 'does not show its two assets, and the capture holds no list of instruments'
        : `is not base and quote of ${symbol}, the only book of the capture`,
    remedy: 'Give the venue’s list with --instruments FILE, or, of one book, --symbol BASE/QUOTE.',
  });
}
