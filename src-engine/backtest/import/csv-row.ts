/** One row of a CSV file: its fields by what they are, each fault named with row, column and value. */
import { decimal, type DecimalText, roundToStep, type Rounding } from '../../domain/decimal.ts';
import type { UserError } from '../../domain/errors.ts';
import type { TimeUs } from '../../domain/time.ts';
import { csvNumber } from './csv-number.ts';
import type { CsvPlan } from './csv-plan.ts';
import type { CsvRole } from './csv-roles.ts';
import { badCsv, type CsvRecord } from './csv-table.ts';
import type { TimeReader } from './csv-time.ts';

const SKIP = 'or leave such rows out with --skip-bad.';

/** What was changed or left out while rows were read; for the report of an import. */
export class CsvTally {
  readonly #onRows: ((read: number) => void) | undefined;
  #read = 0;

  /** @param onRows how many rows were read so far, filtered ones included: some thousands more each time. */
  constructor(onRows?: (read: number) => void) {
    this.#onRows = onRows;
  }

  /** A batch of rows is about to be looked at. */
  batch(rows: number): void {
    this.#read += rows;
    this.#onRows?.(this.#read);
  }

  /** Numbers with the noise of binary floats, and the first of them. */
  noise = { count: 0, first: '' };
  /** Numbers that --tick or --lot rounded. */
  rounded = { count: 0, first: '' };
  /** Trades whose taker's side is not known. */
  sideless = 0;
  /** Rows before the first bid and ask of a file that leaves out what did not change, or before a book's first snapshot. */
  early = 0;
  /** Rows left out for a fault, by its words. */
  readonly skipped = new Map<string, { count: number; first: string }>();
  rows = 0;

  skip(error: UserError): void {
    const { field = '', value, message } = error.problem;
    // The same fault of many rows is counted as one, whatever numbers its message names.
    const reason = message.replaceAll(/\s*\([^)]*\)/g, '');
    const place = value === undefined ? field : `${field}: "${value}"`;
    const known = this.skipped.get(reason);
    if (known === undefined) this.skipped.set(reason, { count: 1, first: place });
    else known.count++;
  }

  get skippedRows(): number {
    let count = 0;
    for (const each of this.skipped.values()) count += each.count;
    return count;
  }
}

export class CsvRow {
  readonly #plan: CsvPlan;
  readonly #tally: CsvTally;
  readonly #fields: readonly string[];
  readonly line: number;

  constructor(plan: CsvPlan, tally: CsvTally, { line, fields }: CsvRecord) {
    this.#plan = plan;
    this.#tally = tally;
    this.#fields = fields;
    this.line = line;
  }

  /** @throws UserError when it has another number of fields than the header, or than the first row. */
  demandFields(): void {
    const { shape, file } = this.#plan;
    const wanted = (shape.header ?? shape.first).length;
    const found = this.#fields.length;
    // A separator at the end of a row is an empty field too many.
    if (found === wanted || (found === wanted + 1 && this.#fields[wanted] === '')) return;
    const whom = shape.header === undefined ? 'the first row has' : 'the header names';
    throw badCsv(
      `${file.path} row ${this.line}`,
      this.#fields.join(shape.separator),
      `has ${found} fields, ${whom} ${wanted}`,
      `Correct the row, ${SKIP}`,
    );
  }

  has(role: CsvRole): boolean {
    return this.#plan.places.has(role);
  }

  text(role: CsvRole): string {
    return this.textAt(this.#plan.places.get(role) ?? -1);
  }

  textAt(place: number): string {
    return (this.#fields[place] ?? '').trim();
  }

  /** A price, rounded to --tick where one was given. @throws UserError */
  price(role: CsvRole, direction: Rounding, place = this.#plan.places.get(role) ?? -1): DecimalText {
    const text = this.#number(role, place, 'above zero');
    return this.#rounded(role, place, text, this.#plan.options.tickSize, direction, '--tick');
  }

  /** A quantity, rounded down to --lot where one was given. @throws UserError */
  quantity(
    role: CsvRole,
    least: 'zero' | 'above zero',
    place = this.#plan.places.get(role) ?? -1,
  ): DecimalText {
    const text = this.#number(role, place, least);
    // Of a book two rounded levels could become one: there the lot is of orders alone.
    const lot = this.#plan.kind === 'books' ? undefined : this.#plan.options.lotSize;
    const rounded = this.#rounded(role, place, text, lot, 'down', '--lot');
    if (least === 'zero' || decimal(rounded).gt(0)) return rounded;
    throw this.faultAt(role, place, `is less than one lot (${lot ?? ''})`);
  }

  /** @throws UserError */
  time(role: 'time' | 'venueTime' | 'end', reader: TimeReader): TimeUs {
    const clock = role === 'time' && this.has('clock') ? ` ${this.text('clock')}` : '';
    const read = reader.read(`${this.text(role)}${clock}`);
    if (typeof read === 'number') return read;
    throw this.fault(role, this.text(role) === '' ? 'is empty' : read.message, read.remedy);
  }

  fault(role: CsvRole, message: string, remedy?: string): UserError {
    return this.faultAt(role, this.#plan.places.get(role) ?? -1, message, remedy);
  }

  faultAt(role: CsvRole, place: number, message: string, remedy = `Correct it, ${SKIP}`): UserError {
    return badCsv(this.placeOf(role, place), this.#fields[place] ?? '', message, remedy);
  }

  /** `FILE row 7, column close` */
  placeOf(role: CsvRole, place = this.#plan.places.get(role) ?? -1): string {
    const { file, shape } = this.#plan;
    return `${file.path} row ${this.line}, column ${shape.header?.[place] ?? `${place + 1} (${role})`}`;
  }

  #number(role: CsvRole, place: number, least: 'zero' | 'above zero'): DecimalText {
    const written = this.textAt(place);
    const number = csvNumber(written, this.#plan.mark);
    if (number === undefined || (least === 'above zero' && !/[1-9]/.test(number.text))) {
      if (written === '') throw this.faultAt(role, place, 'is empty');
      const isGrouped = /^\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d+)?$/.test(written);
      const remedy = isGrouped ? 'Write numbers without thousands separators.' : undefined;
      throw this.faultAt(
        role,
        place,
        `is not a number ${least === 'zero' ? 'of zero or more' : 'above zero'}`,
        remedy,
      );
    }
    if (number.wasNoise)
      note(this.#tally.noise, () => `${this.placeOf(role, place)}: ${written} is ${number.text}`);
    return number.text;
  }

  #rounded(
    role: CsvRole,
    place: number,
    text: DecimalText,
    step: DecimalText | undefined,
    direction: Rounding,
    option: string,
  ): DecimalText {
    if (step === undefined) return text;
    const exact = decimal(text);
    const rounded = roundToStep(exact, decimal(step), direction);
    if (rounded.equals(exact)) return text;
    if (option === '--tick' && rounded.isZero())
      throw this.faultAt(role, place, `is less than one tick (${step})`);
    note(this.#tally.rounded, () => `${this.placeOf(role, place)}: ${text} to ${rounded.toFixed()}`);
    return rounded.toFixed();
  }
}

function note(counted: { count: number; first: string }, example: () => string): void {
  if (counted.count === 0) counted.first = example();
  counted.count++;
}
