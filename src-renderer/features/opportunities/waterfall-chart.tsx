/** Where the edge of an opportunity goes, step by step from gross to net, and what its fees rest on. */
import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { Signed, signClass } from '../../components/exact.tsx';
import { useReplica } from '../../engine/use-session.ts';
import { profitPlaces } from '../../lib/decimal-text.ts';
import { bpsSign, formatBps } from '../../lib/figures.ts';
import { feeBasisText } from './fee-basis.ts';
import { waterfallBars } from './waterfall-scale.ts';

export function FeeBasis({ opportunity }: { readonly opportunity: Opportunity }) {
  const instruments = useReplica((replica) => replica.instruments);
  const text = feeBasisText(opportunity.venue, opportunity.legs, instruments ?? []);
  if (text === '') return null;
  return (
    <p className="field-help" title="Source of the taker fees of its instruments, as of now">
      Fees: {text}
    </p>
  );
}

export function WaterfallChart({ opportunity }: { readonly opportunity: Opportunity }) {
  const { bars, zero } = waterfallBars(opportunity.waterfall);
  const homeAsset = useReplica((replica) => replica.homeAsset) ?? '';
  const hasAmounts = bars.some(({ amount }) => amount !== undefined);
  const spoken = bars.map(({ label, bps }) => `${label} ${formatBps(bps)}`).join(', ');
  return (
    <figure className="waterfall" role="img" aria-label={`Waterfall in bps: ${spoken}`}>
      <div className={`waterfall-row waterfall-units ${hasAmounts ? 'waterfall-amounts' : ''}`}>
        <span />
        <span />
        <span className="right">bps</span>
        {hasAmounts && <span>{homeAsset}</span>}
      </div>
      {bars.map(({ key, label, explain, bps, amount, from, to }) => (
        <div
          key={key}
          className={`waterfall-row ${key === 'netBps' ? 'waterfall-net' : ''} ${hasAmounts ? 'waterfall-amounts' : ''}`}
          title={amount === undefined ? explain : `${explain} ${amount} ${homeAsset}`}
        >
          <span className="waterfall-label">{label}</span>
          <span className="waterfall-track">
            <span className="waterfall-zero" style={{ left: `${zero * 100}%` }} />
            <span
              className={`waterfall-bar ${signClass(bpsSign(bps))}`}
              style={{ left: `${from * 100}%`, width: `max(1px, ${(to - from) * 100}%)` }}
            />
          </span>
          <span className={`num right ${signClass(bpsSign(bps))}`}>{formatBps(bps)}</span>
          {amount !== undefined && <Signed text={amount} places={profitPlaces(homeAsset)} />}
        </div>
      ))}
    </figure>
  );
}
