/** Why a backtest traded what it did, in sentences for a person. */
import { coinsText } from '../domain/day-texts.ts';
import { type Decimal, decimal } from '../domain/decimal.ts';
import { depthWords } from '../domain/book-depth.ts';
import type { CycleFigures } from './cycle-analysis.ts';
import type { DigestJournal } from './digest-journal.ts';
import type { RunResult } from './run-result.ts';
import { resultsOf, strategyWords } from './run-strategies.ts';

/** Instruments that one sentence names. */
const SHOWN_INSTRUMENTS = 3;

/** @returns at least one sentence. */
export function explain(run: RunResult): string[] {
  const { kernel, journal } = run;
  return [
    ...market(run),
    ...decisions(kernel.desk.tracker.count, journal),
    ...tooLarge(run),
    ...executions(kernel.orders.orderCount, journal),
    ...faults(run),
    ...unpriced(run),
    ...(run.settings.strategies === undefined ? [] : strategyWords(resultsOf(kernel))),
  ];
}

/** What the market offered, before our decisions. */
function market(run: RunResult): string[] {
  const { cycles, kernel, settings } = run;
  const count = kernel.desk.index.cycles.length;
  if (count === 0)
    return [`The instruments form no cycle of ${settings.legs} legs or less: nothing to trade.`];
  const [best] = cycles;
  if (best === undefined) return [`None of the ${count} cycles had all its books live at the same time.`];
  const sum = (pick: (figures: CycleFigures) => number): number =>
    cycles.reduce((total, figures) => total + pick(figures), 0);
  const evaluations = sum((figures) => figures.evaluations);
  const gross = sum((figures) => figures.grossPositive);
  const net = sum((figures) => figures.netPositive);
  const fees = Object.keys(settings.takerFeesBps).join(' or ');
  const peak = `the best was ${best.bestGrossBps} bps (${[...best.path, best.path[0]].join(' → ')})`;
  return [
    `${evaluations} evaluations of ${cycles.length} cycles: ${gross} profitable before fees, ${net} after ${fees} bps a leg; ${peak}.`,
  ];
}

function decisions(opportunities: number, journal: DigestJournal): string[] {
  if (opportunities === 0) return ['No opportunity: no cycle was profitable after fees.'];
  const byCount = [...journal.decisions].sort(([, a], [, b]) => b.count - a.count);
  return [
    `${opportunities} opportunities.`,
    ...byCount.map(([code, { count, example }]) =>
      example === '' ? `${count} ${code}.` : `${count} ${code}, for example ${example}.`,
    ),
  ];
}

/** What the end equity does not show. */
function unpriced({ kernel, endUs }: RunResult): string[] {
  const { withoutPrice = 0 } = kernel.portfolio.sample(endUs);
  return withoutPrice === 0
    ? []
    : [`The end equity leaves out ${coinsText(withoutPrice)} at the end of the logs.`];
}

/** Instruments whose smallest order is worth more than all that the account has: no setting makes them trade. */
function tooLarge({ kernel, endUs }: RunResult): string[] {
  const { instruments, homeAsset } = kernel.config;
  const equity = decimal(kernel.portfolio.sample(endUs).equity);
  const found = instruments.flatMap(({ symbol, base, lotSize, minQty }) => {
    const isLot = lotSize.gte(minQty);
    const least = isLot ? lotSize : minQty;
    const worth = kernel.portfolio.valueOf(base, least);
    if (worth === undefined || worth.lte(equity)) return [];
    const what = isLot ? 'a lot' : 'the smallest order';
    return [`${symbol} (${what} is ${least.toFixed()} ${base}, worth ${shown(worth)} ${homeAsset})`];
  });
  if (found.length === 0) return [];
  const more = found.length > SHOWN_INSTRUMENTS ? ` and ${found.length - SHOWN_INSTRUMENTS} more` : '';
  return [
    `The account's ${shown(equity)} ${homeAsset} are less than one order of ${found.slice(0, SHOWN_INSTRUMENTS).join(', ')}${more}: it needs more capital; or, where the log was imported from CSV, import it again with a finer lot (--lot).`,
  ];
}

function shown(amount: Decimal): string {
  return amount.toSignificantDigits(7).toFixed();
}

function executions(orders: number, journal: DigestJournal): string[] {
  const listed = (counts: ReadonlyMap<string, number>): string =>
    [...counts].map(([key, count]) => `${count} ${key}`).join(', ');
  const sentences = orders === 0 ? ['Nothing was traded.'] : [];
  if (journal.denials.size > 0) sentences.push(`Orders denied by risk: ${listed(journal.denials)}.`);
  if (journal.rejections.size > 0)
    sentences.push(`Orders rejected by the venue: ${listed(journal.rejections)}.`);
  for (const halt of journal.halts) sentences.push(`Trading was halted: ${halt}.`);
  return sentences;
}

/** What makes the figures less than they seem. */
function faults(run: RunResult): string[] {
  const sentences: string[] = [];
  const { syncs } = run.kernel.store;
  const mismatches = syncs.reduce((sum, sync) => sum + sync.mismatches, 0);
  const gaps = syncs.reduce((sum, sync) => sum + sync.gaps, 0);
  if (mismatches > 0) {
    sentences.push(
      `${mismatches} checksum mismatches: is ${depthWords(run.settings.bookDepth)} the depth that the log was recorded at?`,
    );
  }
  if (gaps > 0) sentences.push(`${gaps} sequence gaps: the affected books waited for their next snapshots.`);
  if (run.unreadableFrames > 0) {
    sentences.push(`${run.unreadableFrames} frames could not be read; the first: ${run.firstFault}.`);
  }
  if (!run.isDrained) sentences.push('An execution was still in flight at the end of the run.');
  return sentences;
}
