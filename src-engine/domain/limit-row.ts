/** What one limit or setting is: its value, range, unit and words. The rows are in limit-table.ts. */
import type { DecimalText } from './decimal.ts';
import type { Asset } from './ids.ts';

type Words = {
  readonly label: string;
  /** `home` stands for the home currency; empty: a plain number. */
  readonly unit: string;
  /** One sentence for a person, below the field and in the API's description. */
  readonly hint: string;
  /** What earlier versions stored it as. */
  readonly formerly?: string;
};

/** Both ends included. */
export type Range = { readonly min: number; readonly max: number };

/** Which way lets more through: such a change is shown and asked about before it is saved. */
export type Looser = 'higher' | 'lower';

export type NumberRow = Words &
  Range & {
    readonly kind: 'number' | 'whole';
    readonly default: number;
    /** In the preset `conservative`; the default is that of `standard`. */
    readonly conservative?: number;
    readonly looser: Looser;
    /** What a backtest may assume, where that is more than may be traded with. */
    readonly inBacktests?: Range;
  };
/** An amount above zero and up to MAX_AMOUNT, as text. */
export type AmountRow = Words & {
  readonly kind: 'amount';
  readonly default: DecimalText;
  readonly looser: Looser;
};
/** Amounts by base asset; an asset that is not named has no such limit. */
export type AmountsRow = Words & {
  readonly kind: 'amounts';
  readonly default: Readonly<Record<Asset, DecimalText>>;
  readonly looser: Looser;
};
export type FlagRow = Words & {
  readonly kind: 'flag';
  readonly default: boolean;
  /** The flag of the same set without which it changes nothing. */
  readonly needs?: string;
};
export type ChoiceRow = Words & {
  readonly kind: 'choice';
  readonly default: number;
  readonly choices: readonly number[];
};
/** Words of one form; empty is allowed where the form has it. */
export type TextRow = Words & {
  readonly kind: 'text';
  readonly default: string;
  readonly pattern: RegExp;
  /** For the words of an error. */
  readonly example: string;
};
export type LimitRow = NumberRow | AmountRow | AmountsRow | FlagRow | ChoiceRow | TextRow;
export type LimitRows = Readonly<Record<string, LimitRow>>;

/** The value that a row stands for. */
export type ValueOf<R extends LimitRow> = R extends AmountRow
  ? DecimalText
  : R extends NumberRow
    ? number
    : R extends FlagRow
      ? boolean
      : R extends ChoiceRow
        ? R['choices'][number]
        : R extends TextRow
          ? string
          : Readonly<Record<Asset, DecimalText>>;
export type ValuesOf<T extends LimitRows> = { readonly [F in keyof T]: ValueOf<T[F]> };

/** Above any account that this is meant for: a slip of the keyboard. */
export const MAX_AMOUNT = 1_000_000_000_000;
