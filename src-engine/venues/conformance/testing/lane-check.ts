/** That a lane reads a frame as the general way of its parser does, or leaves it: over given frames, and over mutants of them. */
import * as fc from 'fast-check';
import { expect, vi } from 'vitest';
import type { BookUpdate } from '../../../domain/market-data.ts';
import type { TimeUs } from '../../../domain/time.ts';

const RECEIVED = 1_785_641_750_000_000;

export type CheckedParser = {
  readonly update: BookUpdate;
  parse(bytes: Buffer, receivedUs: TimeUs): { readonly kind: string };
  parseEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): { readonly kind: string };
  parseText(text: string, receivedUs: TimeUs): { readonly kind: string };
};

/** A frame read by its lane in both forms, and in the general way alone, each by a parser that has read all frames before it. */
export class LaneCheck<P extends CheckedParser> {
  readonly #general: P;
  readonly #plain: P;
  readonly #escaped: P;
  readonly #more: (parser: P) => unknown;
  readonly #fallback: { readonly mock: { readonly calls: readonly unknown[] } };
  /** Frames that the lane took. */
  taken = 0;

  /** @param parser makes one as a connection begins with it. @param more that it says of a book. */
  constructor(parser: () => P, more: (parser: P) => unknown = () => undefined) {
    this.#general = parser();
    this.#plain = parser();
    this.#escaped = parser();
    this.#more = more;
    this.#fallback = vi.spyOn(this.#plain as CheckedParser, 'parseText');
  }

  /** Whether the lane took it. @throws where two readings differ. */
  read(text: string): boolean {
    const before = this.#fallback.mock.calls.length;
    const wanted = this.#seen(this.#general, this.#general.parseText(text, RECEIVED));
    const plain = this.#plain.parse(Buffer.from(text), RECEIVED);
    const isTaken = this.#fallback.mock.calls.length === before;
    if (isTaken) this.taken++;
    expect(this.#seen(this.#plain, plain), text).toEqual(wanted);
    // As it stands in a line of a log.
    const line = Buffer.from(`{"data":${JSON.stringify(text)}}`);
    const escaped = this.#escaped.parseEscaped(line, 9, line.length - 2, RECEIVED);
    expect(this.#seen(this.#escaped, escaped), text).toEqual(wanted);
    return isTaken;
  }

  #seen(parser: P, frame: { readonly kind: string }): unknown {
    if (frame.kind !== 'book' && frame.kind !== 'depth' && frame.kind !== 'touch') return { frame };
    const { bidPrices, bidQtys, askPrices, askQtys, ...head } = parser.update;
    const bids = [bidPrices.slice(0, head.bidCount), bidQtys.slice(0, head.bidCount)];
    const asks = [askPrices.slice(0, head.askCount), askQtys.slice(0, head.askCount)];
    return { frame, of: this.#more(parser), head, bids, asks };
  }
}

/** What stands in frames, what cannot, and what looks like it. */
const PIECES =
  String.raw`0 1 9 00 - . + e5 E-7 E2 e-3 e+1 " \ \" \u0031 , : [ ] { } null true [] {} "" "0" "b":[], ,"u":1 [["0","0"]], 99999999999999999999
  0.00000000000000000001 9007199254740993 1.0000000000000000 253402300800000`.split(/\s+/);
const PIECE = fc.constantFrom(
  ...PIECES,
  ' ',
  '\n',
  '\t',
  '\u0000',
  '\u0131',
  '\u20ac',
  `1.${'0'.repeat(80)}`,
);
type Change = (text: string) => string;
/** A share of the frame; doubles of fast-check are near 0 for the most part. */
const place = fc.nat(9_999).map((part) => part / 10_000);
const at = (text: string, share: number): number =>
  Math.min(text.length - 1, Math.floor(share * text.length));
/** A number of the frame, by its place among all, becomes another one. */
const numbers = (text: string, share: number, by: (number: string) => string): string => {
  const all = [...text.matchAll(/\d+(?:\.\d+)?/g)];
  const one = all[Math.floor(share * all.length) % Math.max(1, all.length)];
  return one === undefined
    ? text
    : text.slice(0, one.index) + by(one[0]) + text.slice(one.index + one[0].length);
};
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(place, fc.nat(99_999), fc.nat(7)).map(
      ([share, whole, places]): Change =>
        (text) =>
          numbers(text, share, (number) =>
            number.includes('.') ? `${whole}.${'0512'.repeat(2).slice(7 - places)}` : `${whole}`,
          ),
    ),
  },
  // Cut, doubled, altered.
  place.map(
    (share): Change =>
      (text) =>
        text.slice(0, at(text, share)),
  ),
  fc.constant<Change>((text) => text + text),
  fc.tuple(place, place).map(
    ([from, to]): Change =>
      (text) => {
        const [start, end] = [at(text, Math.min(from, to)), at(text, Math.max(from, to))];
        return text.slice(0, end) + text.slice(start);
      },
  ),
  {
    weight: 6,
    arbitrary: fc.tuple(place, fc.nat(2), PIECE).map(
      ([share, cut, piece]): Change =>
        (text) =>
          text.slice(0, at(text, share)) + piece + text.slice(at(text, share) + cut),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(place, PIECE).map(
      ([share, piece]): Change =>
        (text) =>
          numbers(text, share, () => piece),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(place, PIECE).map(
      ([share, piece]): Change =>
        (text) =>
          numbers(text, share, (number) => piece + number),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(place, PIECE).map(
      ([share, piece]): Change =>
        (text) =>
          numbers(text, share, (number) => number + piece),
    ),
  },
  // White space behind a mark; a letter as an escape.
  place.map(
    (share): Change =>
      (text) =>
        text.slice(0, at(text, share)) + text.slice(at(text, share)).replace(/[,:[{]/, (mark) => `${mark} `),
  ),
  place.map(
    (share): Change =>
      (text) =>
        text.slice(0, at(text, share)) +
        text
          .slice(at(text, share))
          .replace(/[a-z]/i, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  ),
  // A field that stands twice, with its own value or with another one.
  fc.tuple(place, PIECE, fc.boolean()).map(
    ([share, piece, isFirst]): Change =>
      (text) => {
        const fields = [...text.matchAll(/"\w+":(?:"[^"]*"|[\d.]+|true)/g)];
        const one = fields[Math.floor(share * fields.length) % Math.max(1, fields.length)];
        if (one === undefined) return text;
        const other = one[0].replace(/:.*/, `:${piece}`);
        return `${text.slice(0, one.index)}${isFirst ? `${other},${one[0]}` : `${one[0]},${other}`}${text.slice(one.index + one[0].length)}`;
      },
  ),
  // Another order of fields, at every depth; one that is missing.
  {
    weight: 3,
    arbitrary: fc.tuple(fc.nat(), fc.boolean()).map(
      ([seed, isLess]): Change =>
        (text) =>
          reordered(text, seed, isLess),
    ),
  },
);

/** Numbers keep their digits, as text under a mark that goes again. */
function reordered(text: string, seed: number, isLess: boolean): string {
  let state = (seed >>> 0) + 1;
  const next = (most: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value)) return (value as unknown[]).map((one) => turned(one));
    if (typeof value !== 'object' || value === null) return value;
    const fields = Object.entries(value).map(([name, one]): [string, unknown] => [name, turned(one)]);
    for (let i = fields.length - 1; i > 0; i--) {
      const j = next(i + 1);
      [fields[i], fields[j]] = [fields[j] as [string, unknown], fields[i] as [string, unknown]];
    }
    if (isLess && next(4) === 0) fields.pop();
    return Object.fromEntries(fields);
  };
  try {
    const marked = text
      .replaceAll(/([:[,])(-?\d[\d.]*)(?=[,\]}])/g, '$1"#$2"')
      .replaceAll(/([:[,])(-?\d[\d.]*)(?=[,\]}])/g, '$1"#$2"');
    return JSON.stringify(turned(JSON.parse(marked))).replaceAll(/"#([^"]*)"/g, '$1');
  } catch {
    return text;
  }
}

/**
 * Reads frames in turn, some of them changed, by parsers that read on.
 * @param frames in the order in which they come. @param runs of them. @returns how many of the mutants a lane took.
 */
export function checkMutants<P extends CheckedParser>(
  frames: readonly string[],
  parser: () => P,
  { more, runs = 300 }: { readonly more?: (parser: P) => unknown; readonly runs?: number } = {},
): number {
  let taken = 0;
  const step = fc.tuple(fc.nat(frames.length - 1), fc.array(change, { minLength: 1, maxLength: 2 }));
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
      const check = new LaneCheck(parser, more);
      for (const frame of frames) check.read(frame);
      for (const [which, changes] of steps) {
        const mutant = changes.reduce((text, by) => by(text), frames[which] as string);
        if (check.read(mutant)) taken++;
      }
      for (const frame of frames) check.read(frame);
    }),
    { numRuns: runs },
  );
  return taken;
}
