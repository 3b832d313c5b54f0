import type { Waterfall } from '../../../src-engine/domain/opportunity.ts';
import { signClass } from '../../components/exact.tsx';
import { bpsSign, formatBps } from '../../lib/figures.ts';
import { tradeBars } from './trade-waterfall.ts';

type TradeWaterfallProps = { readonly waterfall: Waterfall; readonly realizedBps: number | null };

/** Bars that float from one total to the next, in bps of the start amount. */
export function TradeWaterfall({ waterfall, realizedBps }: TradeWaterfallProps) {
  const { bars, zero } = tradeBars(waterfall, realizedBps);
  const spoken = bars.map(({ label, bps }) => `${label} ${formatBps(bps)}`).join(', ');
  return (
    <figure className="waterfall" role="img" aria-label={`Waterfall of the trade in bps: ${spoken}`}>
      {bars.map(({ key, label, explain, bps, isTotal, from, to }) => (
        <div key={key} className={`waterfall-row ${isTotal ? 'waterfall-net' : ''}`} title={explain}>
          <span className="waterfall-label">{label}</span>
          <span className="waterfall-track">
            <span className="waterfall-zero" style={{ left: `${zero * 100}%` }} />
            <span
              className={`waterfall-bar ${signClass(bpsSign(bps))}`}
              style={{ left: `${from * 100}%`, width: `max(1px, ${(to - from) * 100}%)` }}
            />
          </span>
          <span className={`num right ${signClass(bpsSign(bps))}`}>{formatBps(bps)}</span>
        </div>
      ))}
    </figure>
  );
}
