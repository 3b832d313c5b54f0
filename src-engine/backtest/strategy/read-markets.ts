/**
 * The files of a run as steps, with a hash of the data: of the files' bytes, and of which market of a log. A file's name, a label and the length
 * of the bars are no part of it: what is tried with others is tried on the same data.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { emptyStep, type MarketStep } from '../../features/market-step.ts';
import type { StrategyManifest } from '../../strategies/strategy-port.ts';
import { priceFile } from '../bars/price-file.ts';
import { priceMarks, type SeenData } from '../overfit/seen-data.ts';
import { type PairedSteps, pairSteps } from './paired-steps.ts';
import { fillCostBps } from './run-strategy.ts';

const USUAL_BAR_SECONDS = 60;
const USUAL_GRID_SECONDS = 1;

export type MarketFiles = {
  readonly files: readonly string[];
  readonly symbols: readonly string[];
  readonly barSeconds: number | undefined;
};

export type ReadMarkets = {
  readonly steps: PairedSteps;
  readonly names: readonly string[];
  /** Of each market, as its file has it. */
  readonly takerFeesBps: readonly (number | undefined)[];
  readonly hash: string;
  /** By which another file of the same market and time is found. */
  readonly seen: SeenData;
  readonly from: string;
  readonly to: string;
};

/** @throws UserError for files that cannot be read, are too many or too few, or have no book where one is needed. */
export async function readMarkets(
  {
    name,
    markets: usual,
    mostMarkets,
    input,
  }: Pick<StrategyManifest, 'name' | 'markets' | 'mostMarkets' | 'input'>,
  { files, symbols, barSeconds }: MarketFiles,
): Promise<ReadMarkets> {
  const refuse = (field: string, value: string | undefined, message: string, remedy: string): UserError =>
    new UserError({ code: 'bad-option', field, value, message, remedy });
  // Of any number: as many as there are files.
  const markets = mostMarkets === undefined ? usual : Math.min(mostMarkets, Math.max(1, files.length));
  if (files.length !== markets) {
    const needs =
      mostMarkets === undefined
        ? markets === 1
          ? 'one file'
          : 'two files (the same one twice, with two --symbol)'
        : `1 to ${mostMarkets} files`;
    throw refuse(
      '--file',
      files.length === 0 ? undefined : files.join(' '),
      files.length === 0
        ? `${name} needs ${needs}`
        : `${files.length === 1 ? 'is 1 file' : `are ${files.length} files`}, and ${name} needs ${needs}`,
      'Write --file for each market.',
    );
  }
  if (symbols.length > 0 && symbols.length !== files.length) {
    throw refuse(
      '--symbol',
      symbols.join(' '),
      `has ${symbols.length} markets for ${files.length} files`,
      'Write one for each file, or none.',
    );
  }
  const opened = [];
  for (const [at, file] of files.entries()) {
    opened.push(await priceFile({ file, symbol: symbols[at], symbolOption: '--symbol' }));
  }
  const own = Math.max(0, ...opened.map(({ ownBarUs }) => ownBarUs ?? 0));
  const usualSeconds = input === 'book' ? USUAL_GRID_SECONDS : USUAL_BAR_SECONDS;
  const barUs =
    barSeconds === undefined
      ? own > 0
        ? own
        : usualSeconds * US_PER_SECOND
      : Math.round(barSeconds * US_PER_SECOND);
  for (const [at, { ownBarUs, hasBook, name: market }] of opened.entries()) {
    if (input === 'book' && !hasBook) {
      throw refuse(
        '--file',
        files[at],
        `has no book, and ${name} reads the book`,
        'Give a market log: a recording, or an import.',
      );
    }
    if (ownBarUs !== undefined && barUs % ownBarUs !== 0) {
      throw refuse(
        '--bar',
        String(barUs / US_PER_SECOND),
        `is not a multiple of the bars of ${market} (${ownBarUs / US_PER_SECOND} s)`,
        `Write --bar ${Math.ceil(barUs / ownBarUs) * (ownBarUs / US_PER_SECOND)}.`,
      );
    }
  }
  const columns = [];
  const hash = createHash('sha256').update(
    JSON.stringify(opened.map(({ instrument }) => instrument ?? null)),
  );
  for (const [at, each] of opened.entries()) {
    columns.push(await each.steps(barUs));
    hash.update(await fileHash(files[at] as string));
  }
  const steps = pairSteps(columns);
  const now = Array.from({ length: markets }, emptyStep);
  const endAt = (index: number): TimeUs => {
    steps.read(index, now);
    return (now[0] as MarketStep).endUs;
  };
  return {
    steps,
    names: opened.map((each) => each.name),
    takerFeesBps: opened.map((each) => each.takerFeeBps),
    hash: hash.digest('hex'),
    seen: {
      markets: opened.flatMap(({ instrument }) => instrument ?? []),
      fromUs: endAt(0),
      toUs: endAt(steps.count - 1),
      prices: columns.map((each) =>
        priceMarks(each.length, (at) => ({ endUs: each.endUs(at), close: each.close(at) })),
      ),
    },
    from: formatTimeUs(endAt(0)),
    to: formatTimeUs(endAt(steps.count - 1)),
  };
}

/** In bps of the stake, of equal parts of all markets, bought at the second close and sold at the last. */
export function buyAndHold(steps: PairedSteps, markets: number, costBps: number): number {
  const [first, last] = [0, 1].map(() => Array.from({ length: markets }, emptyStep)) as [
    MarketStep[],
    MarketStep[],
  ];
  steps.read(Math.min(1, steps.count - 1), first);
  steps.read(steps.count - 1, last);
  let sum = 0;
  for (let market = 0; market < markets; market++) {
    const [bought, sold] = [first[market] as MarketStep, last[market] as MarketStep];
    const growth = sold.close / bought.close;
    const costs = fillCostBps(bought, costBps) + fillCostBps(sold, costBps) * growth;
    sum += ((growth - 1) * 10_000 - costs) / markets;
  }
  return sum;
}

async function fileHash(path: string): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest();
}
