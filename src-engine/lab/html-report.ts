/** A run as one page that needs nothing else: no script, no network, pictures as SVG inside of it. */
import type { RunReview } from '../contract/lab-records.ts';
import { reasonLabel } from '../domain/code-texts.ts';
import { drawdownsOf } from '../domain/equity-curve.ts';
import { wholeSamples } from '../domain/whole-samples.ts';
import type { EquitySample } from '../domain/event.ts';
import { formatTimeUs } from '../domain/time.ts';
import { curve, escape, list, page, table } from '../lib/html-page.ts';
import { figureName, figureText } from './figure-text.ts';
import type { StoredTrade } from './stored-run.ts';

type Parts = {
  readonly review: RunReview;
  readonly trades: readonly StoredTrade[];
  readonly samples: readonly EquitySample[];
};

/** Trades in the page; the CSV has all of them. */
const SHOWN_TRADES = 500;

export function htmlReport({ review, trades, samples }: Parts): string {
  const { name, runId, homeAsset, settings, data } = review;
  return page(
    `Backtest ${name}`,
    `<h1>Backtest ${escape(name)}</h1>
<p>${escape(runId)} · ${formatTimeUs(review.fromUs)} to ${formatTimeUs(review.toUs)} · ${review.events} events · engine ${escape(review.engineVersion)}</p>
${list('Assumptions', review.assumptions)}
${list('What happened', [...review.explain, ...review.remarks])}
<h2>Equity</h2>${curve(wholeSamples(samples), 200, (sample) => Number(sample.equity), homeAsset)}
<h2>Drawdown</h2>${curve(drawdowns(samples), 100, (sample) => sample.depth, '%')}
<h2>Figures</h2>${table(
      ['Figure', 'Value'],
      Object.entries(review.figures).map(([key, value]) => [figureName(key), figureText(key, value)]),
    )}
<h2>Where the detected edge went</h2>${table(
      ['Reason', 'Opportunities', homeAsset],
      [
        ['detected', String(review.opportunities), review.capture.detected.toFixed(6)],
        ['captured', '', review.capture.captured.toFixed(6)],
        ...review.capture.lost.map(({ reason, opportunities, home }) => [
          reasonLabel(reason),
          String(opportunities),
          home.toFixed(6),
        ]),
      ],
    )}
<h2>Cycles</h2>${table(
      ['Cycle', 'Trades', `Profit ${homeAsset}`],
      review.byCycle.map(({ key, trades: count, profit }) => [key, String(count), profit]),
    )}
<h2>Trades</h2><p>${trades.length} trades${trades.length > SHOWN_TRADES ? `, the first ${SHOWN_TRADES} of them here` : ''}.</p>${table(
      ['Started', 'Cycle', 'Outcome', 'Expected bps', 'Booked bps', `Profit ${homeAsset}`],
      trades
        .slice(0, SHOWN_TRADES)
        .map(({ execution }) => [
          formatTimeUs(execution.startedUs),
          [...execution.path, execution.path[0] ?? ''].join(' → '),
          reasonLabel(execution.outcome),
          execution.expectedNetBps.toFixed(2),
          execution.realizedNetBps.toFixed(2),
          execution.profitHome,
        ]),
    )}
<h2>Settings</h2><p>SHA-256 ${escape(review.settingsHash)}</p><pre>${escape(JSON.stringify(settings, null, 1))}</pre>
<h2>Data</h2>${table(
      ['Recording', 'SHA-256'],
      data.map((each) => [each.name, each.sha256]),
    )}
<p>Digest of all events: ${escape(review.digest)}</p>`,
  );
}

type Timed = { readonly atUs: number };

/** In per cent, measured as the figures of the run are. */
function drawdowns(samples: readonly EquitySample[]): (Timed & { readonly depth: number })[] {
  const depths = drawdownsOf(samples);
  return samples.map(({ atUs }, at) => ({ atUs, depth: (depths[at] ?? 0) * 100 }));
}
