/** One reading of a CSV file for what the header of its log must say, in which every fault is found before anything is written. */
import { decimal, type DecimalText } from '../../domain/decimal.ts';
import type { UserError } from '../../domain/errors.ts';
import type { TimeUs } from '../../domain/time.ts';
import { BarLengths } from './bar-lengths.ts';
import { type CsvEntry, entriesOf } from './csv-entries.ts';
import { decimalsOf, isAbove } from './csv-number.ts';
import type { CsvPlan } from './csv-plan.ts';
import type { CsvRole } from './csv-roles.ts';
import { type CsvRow, CsvTally } from './csv-row.ts';
import { badCsv } from './csv-table.ts';
import { TimeReader } from './csv-time.ts';

/** Books count in units of 10^-12 at the finest, and in whole numbers that a double holds exactly. */
const MAX_DECIMALS = 12;
const MAX_UNITS = 2 ** 53 - 1;
/** A price that rises by half, or falls to two thirds, between two rows. */
const JUMP = 1.5;

export type CsvMeasure = {
  readonly entries: number;
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
  readonly price: Extent;
  readonly qty: Extent;
  readonly lengths: BarLengths;
  /** Of a file that says when its bars end: how many, and the longest. */
  readonly ends: number;
  readonly hasTrades: boolean;
  /** Prices that changed by more than half from one row to the next, and the first of them. */
  readonly jumps: { readonly count: number; readonly first: string };
  readonly tally: CsvTally;
  /** How the times are written, and whether they name their zone. */
  readonly way: string;
  readonly isZoneless: boolean;
};

/** The most decimals and the largest of a file's prices, or of its quantities, and where they are. */
export class Extent {
  readonly #role: CsvRole;
  readonly #option: '--tick' | '--lot';
  decimals = 0;
  #largest: DecimalText = '0';
  #at: CsvRow | undefined;

  constructor(role: CsvRole, option: '--tick' | '--lot') {
    this.#role = role;
    this.#option = option;
  }

  get largest(): DecimalText {
    return this.#largest;
  }

  look(row: CsvRow, text: DecimalText): void {
    const decimals = decimalsOf(text);
    if (decimals > MAX_DECIMALS) {
      throw this.#fault(row, text, `has ${decimals} decimals, and a book counts ${MAX_DECIMALS} at most`);
    }
    this.decimals = Math.max(this.decimals, decimals);
    if (isAbove(text, this.#largest)) {
      this.#largest = text;
      this.#at = row;
    }
  }

  /** As many decimals as the largest leaves room for, `most` at most. */
  finest(most: number): number {
    let decimals = most;
    while (decimals > this.decimals && decimal(this.#largest).times(`1e${decimals}`).gt(MAX_UNITS))
      decimals--;
    return decimals;
  }

  /** @param decimals that the book will count in. @throws UserError when the largest does not fit into it. */
  demand(decimals: number, factor = 1): void {
    const units = decimal(this.#largest).times(factor).times(`1e${decimals}`);
    if (this.#at === undefined || units.lte(MAX_UNITS)) return;
    const message = `is too large for a book that counts in ${decimals} decimals, as the file has them`;
    throw this.#fault(this.#at, this.#largest, message);
  }

  #fault(row: CsvRow, value: string, message: string): UserError {
    const example = this.#option === '--tick' ? '--tick 0.00000001' : '--lot 0.0001';
    const what = this.#option === '--tick' ? 'prices are rounded to it' : 'quantities are rounded down to it';
    return badCsv(
      row.placeOf(this.#role),
      value,
      message,
      `Write for example ${example}: ${what}, and counted.`,
    );
  }
}

/** @throws UserError naming row and column of the first fault. */
export async function measureCsv(plan: CsvPlan): Promise<CsvMeasure> {
  const reader = new TimeReader(plan.times);
  const { options, records } = plan;
  const tally = new CsvTally((rows) => options.onProgress?.('checking', rows, records));
  const roles: Readonly<Record<CsvPlan['kind'], readonly [CsvRole, CsvRole]>> = {
    quotes: ['ask', 'askSize'],
    bars: ['close', 'volume'],
    trades: ['price', 'qty'],
    books: ['price', 'qty'],
  };
  const [priceRole, qtyRole] = roles[plan.kind];
  const [price, qty] = [new Extent(priceRole, '--tick'), new Extent(qtyRole, '--lot')];
  const lengths = new BarLengths();
  const jumps = { count: 0, first: '' };
  let lastPrice = 0;
  let [entries, fromUs, toUs, ends, hasTrades] = [0, 0, 0, 0, false];
  const look = ({ row, atUs, endUs, bids, asks, trade }: CsvEntry): void => {
    for (const side of [bids, asks]) {
      for (const [levelPrice, levelQty] of side) {
        price.look(row, levelPrice);
        qty.look(row, levelQty);
      }
    }
    if (trade !== undefined) {
      price.look(row, trade.price);
      qty.look(row, trade.qty);
      if (plan.kind !== 'bars' || /[1-9]/.test(trade.qty)) hasTrades = true;
    }
    const level = plan.kind === 'books' ? undefined : (trade?.price ?? asks[0]?.[0]);
    if (level !== undefined) {
      const now = Number(level);
      if (lastPrice > 0 && (now > lastPrice * JUMP || now * JUMP < lastPrice)) {
        if (jumps.count === 0) jumps.first = `row ${row.line}, from ${lastPrice} to ${now}`;
        jumps.count++;
      }
      lastPrice = now;
    }
    if (plan.kind === 'bars') lengths.look(row.line, atUs);
    if (endUs !== undefined) ends++;
    if (entries === 0) fromUs = atUs;
    toUs = atUs;
    entries++;
  };
  for await (const batch of entriesOf(plan, reader, tally)) for (const entry of batch) look(entry);
  if (entries === 0) throw nothing(plan, tally);
  if (tally.skippedRows * 2 > tally.rows) {
    const [[reason, { first }] = ['', { first: '' }]] = tally.skipped;
    throw badCsv(
      plan.file.path,
      undefined,
      `has ${tally.skippedRows} of ${tally.rows} rows invalid, the first at ${first}: ${reason}`,
      'At most half of a file can be skipped: correct it.',
    );
  }
  demandOneMarket(plan, jumps);
  const way = reader.way ?? '';
  return {
    entries,
    fromUs,
    toUs,
    price,
    qty,
    lengths,
    ends,
    hasTrades,
    jumps,
    tally,
    way,
    isZoneless: reader.isZoneless,
  };
}

/** Prices that go there and back by more than half, beside a column whose texts vary, are those of several instruments. */
function demandOneMarket({ file, suspects }: CsvPlan, jumps: CsvMeasure['jumps']): void {
  const [suspect] = suspects;
  if (suspect === undefined || jumps.count < 2) return;
  throw badCsv(
    `${file.path} column ${suspect.name}`,
    undefined,
    `has several values (${suspect.values}), and prices jump by more than half ${jumps.count} times (first at ${jumps.first}): rows of several instruments are not one book`,
    `Choose one with --only "${suspect.name}=VALUE".`,
  );
}

function nothing(plan: CsvPlan, tally: CsvTally): UserError {
  const [skipped] = tally.skipped;
  if (skipped !== undefined) {
    const [reason, { count, first }] = skipped;
    return badCsv(
      plan.file.path,
      undefined,
      `has no valid row: ${count} of them ${reason}, the first at ${first}`,
      'Correct it.',
    );
  }
  if (tally.rows === 0)
    return badCsv(plan.file.path, undefined, 'has no rows below its header', 'Export it again.');
  return badCsv(
    plan.file.path,
    undefined,
    'has rows, and no book in them',
    'Check that it contains what its header names.',
  );
}
