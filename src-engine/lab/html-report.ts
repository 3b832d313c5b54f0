/** A run as one page that needs nothing else: no script, no network, pictures as SVG inside of it. */
import type { RunReview } from '../contract/lab-records.ts';
import { drawdownsOf } from '../domain/equity-curve.ts';
import type { EquitySample } from '../domain/event.ts';
import { formatTimeUs } from '../domain/time.ts';
import { figureName, figureText } from './figure-text.ts';
import type { StoredTrade } from './stored-run.ts';

type Parts = {
  readonly review: RunReview;
  readonly trades: readonly StoredTrade[];
  readonly samples: readonly EquitySample[];
};

/** Trades in the page; the CSV has all of them. */
const SHOWN_TRADES = 500;
const WIDTH = 900;

export function htmlReport({ review, trades, samples }: Parts): string {
  const { name, runId, homeAsset, settings, data } = review;
  const title = `Backtest ${escape(name)}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${STYLE}</style></head><body>
<h1>${title}</h1>
<p>${escape(runId)} · ${formatTimeUs(review.fromUs)} to ${formatTimeUs(review.toUs)} · ${review.events} events · engine ${escape(review.engineVersion)}</p>
${list('Assumptions', review.assumptions)}
${list('What happened', [...review.explain, ...review.remarks])}
<h2>Equity</h2>${curve(samples, 200, (sample) => Number(sample.equity), homeAsset)}
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
        reason,
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
        execution.outcome,
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
<p>Digest of all events: ${escape(review.digest)}</p>
</body></html>
`;
}

const STYLE =
  'body{font:14px/1.5 system-ui,sans-serif;max-width:960px;margin:24px auto;padding:0 16px;color:#1a2230}' +
  'h1{font-size:20px}h2{font-size:15px;margin-top:28px;border-bottom:1px solid #ccd}' +
  'table{border-collapse:collapse;font-size:12px;font-variant-numeric:tabular-nums}' +
  'td,th{padding:2px 12px 2px 0;text-align:left;border-bottom:1px solid #e4e7ee}' +
  'pre{font-size:11px;background:#f4f6fa;padding:8px;overflow:auto}svg{width:100%;height:auto;background:#f8f9fc}';

function list(title: string, sentences: readonly string[]): string {
  return `<h2>${escape(title)}</h2><ul>${sentences.map((sentence) => `<li>${escape(sentence)}</li>`).join('')}</ul>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string): string =>
    `<tr>${row.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${cells(head, 'th')}${rows.map((row) => cells(row, 'td')).join('')}</table>`;
}

type Timed = { readonly atUs: number };

/** In per cent, measured as the figures of the run are. */
function drawdowns(samples: readonly EquitySample[]): (Timed & { readonly depth: number })[] {
  const depths = drawdownsOf(samples);
  return samples.map(({ atUs }, at) => ({ atUs, depth: (depths[at] ?? 0) * 100 }));
}

/** A line over time with its lowest and highest value beside it. */
function curve<S extends Timed>(
  samples: readonly S[],
  height: number,
  of: (sample: S) => number,
  unit: string,
): string {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return '<p>No samples.</p>';
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const sample of samples) {
    low = Math.min(low, of(sample));
    high = Math.max(high, of(sample));
  }
  const span = Math.max(1, last.atUs - first.atUs);
  const rise = high - low || 1;
  const points = samples.map((sample) => {
    const x = ((sample.atUs - first.atUs) / span) * WIDTH;
    const y = 4 + (1 - (of(sample) - low) / rise) * (height - 8);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const label = `from ${of(first).toFixed(4)} to ${of(last).toFixed(4)} ${unit}, lowest ${low.toFixed(4)}, highest ${high.toFixed(4)}`;
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(label)}"><polyline fill="none" stroke="#2660c4" stroke-width="1.2" points="${points.join(' ')}"/></svg><p>${escape(label)}</p>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
