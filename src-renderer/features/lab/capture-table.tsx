import { codeOf } from '../../lib/venue-asset-text.ts';
import type { RunReview } from '../../../src-engine/contract/lab-records.ts';
import { ColumnHead } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { signClass } from '../../components/exact.tsx';
import { formatSigned, signOf } from '../../lib/decimal-text.ts';
import { fixedText, formatBps, formatCount } from '../../lib/figures.ts';
import { captureWord } from './lab-words.ts';

/** How much of the detected edge was booked, and where the rest was lost. */
export function CaptureTable({ review }: { readonly review: Pick<RunReview, 'capture' | 'homeAsset'> }) {
  const { capture, homeAsset } = review;
  const { detected, captured, share, lost } = capture;
  if (detected === 0) return null;
  const money = (value: number) => formatSigned(value.toFixed(4), 4);
  const ofAll = (value: number) => `${formatBps((value / detected) * 100, 1)} %`;
  return (
    <section aria-label="Captured edge">
      <h3>
        Captured {share === null ? '—' : `${fixedText(share * 100, 1)} %`} of the detected edge
        {share !== null && share >= 1 ? '' : '; where the rest was lost'}
      </h3>
      <PlainTable className="lab-table" label="Captured edge">
        <thead>
          <tr>
            <ColumnHead>Reason</ColumnHead>
            <ColumnHead className="right">Times</ColumnHead>
            <ColumnHead className="right">{codeOf(homeAsset)}</ColumnHead>
            <ColumnHead className="right">Share</ColumnHead>
            <ColumnHead>Chart</ColumnHead>
          </tr>
        </thead>
        <tbody>
          <tr title="Sum of what the best plan of each opportunity expected after fees, depth and rounding">
            <th scope="row">Detected</th>
            <td />
            <td className="num right">{money(detected)}</td>
            <td className="num right">100 %</td>
            <td />
          </tr>
          {lost.map(({ reason, opportunities, home }) => {
            const { label, explain } = captureWord(reason, home);
            return (
              <tr key={reason} title={explain}>
                <th scope="row">{label}</th>
                <td className="num right">{formatCount(opportunities)}</td>
                <td className={`num right ${signClass(-signOf(home.toFixed(4)))}`}>{money(-home)}</td>
                <td className="num right">{ofAll(-home)}</td>
                <td>
                  <span
                    className={`lab-bar ${home > 0 ? 'loss' : 'gain'}`}
                    style={{ width: `${Math.min(100, (Math.abs(home) / detected) * 100)}%` }}
                  />
                </td>
              </tr>
            );
          })}
          <tr className="lab-total">
            <th scope="row">Captured</th>
            <td />
            <td className={`num right ${signClass(signOf(captured.toFixed(4)))}`}>{money(captured)}</td>
            <td className="num right">{share === null ? '—' : `${fixedText(share * 100, 1)} %`}</td>
            <td>
              <span
                className={`lab-bar ${captured < 0 ? 'loss' : 'gain'}`}
                style={{ width: `${Math.min(100, (Math.abs(captured) / detected) * 100)}%` }}
              />
            </td>
          </tr>
        </tbody>
      </PlainTable>
    </section>
  );
}
