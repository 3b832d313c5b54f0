/** One cycle leg by leg: price, what rests there, fee, and what the start becomes. */
import { signClass } from '../../components/exact.tsx';
import { ColumnHead } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { SideWord } from '../../components/side-word.tsx';
import { groupThousands } from '../../lib/decimal-text.ts';
import { bpsSign, fixedText, formatBps } from '../../lib/figures.ts';
import { formatAge } from '../../lib/time-text.ts';
import { codeOf, placeText } from '../../lib/venue-asset-text.ts';
import { cycleText } from '../../lib/words.ts';
import { CycleSwitch } from '../hand/opportunity-actions.tsx';
import type { Valued } from './triangles.ts';

const START = 1_000;

/** An estimate to seven figures, grouped and without an exponent. */
function amountText(value: number): string {
  if (!Number.isFinite(value)) return '—';
  const digits = Math.max(0, 7 - Math.ceil(Math.log10(Math.max(value, 1e-12))));
  return groupThousands(
    value
      .toFixed(Math.min(10, digits))
      .replace(/(\.\d*?)0+$/, '$1')
      .replace(/\.$/, ''),
  );
}

export function CycleWalk({ chosen }: { readonly chosen: Valued }) {
  const { triangle, steps, netBps, grossBps, fits, narrowest } = chosen;
  const { path } = triangle;
  const [start = ''] = path;
  const bound = steps[narrowest]?.leg.instrument.symbol ?? '';
  return (
    <section className="walk" aria-label={`Legs of ${cycleText(path)}`}>
      <CycleSwitch venue={steps[0]?.leg.instrument.venue ?? ''} path={path} />
      <PlainTable className="health-table walk-table">
        <caption>
          {groupThousands(String(START))} {placeText(start)}, at the best prices
        </caption>
        <thead>
          <tr>
            <ColumnHead>Leg</ColumnHead>
            <ColumnHead>Price</ColumnHead>
            <ColumnHead title="Quantity at that price, in base">Size</ColumnHead>
            <ColumnHead title="Taker fee, in bps">Fee</ColumnHead>
            <ColumnHead>Receive</ColumnHead>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ leg: { instrument, side }, price, after, qty, ageMs }, k) => (
            <tr key={instrument.id}>
              <th scope="row">
                {k + 1} <SideWord side={side} /> {instrument.symbol}
                <small title="Since the book last changed">
                  {formatAge(ageMs === null ? null : ageMs * 1_000)} old
                </small>
              </th>
              <td className="num">{groupThousands(price.toFixed(instrument.priceDecimals))}</td>
              <td className={`num ${k === narrowest ? 'walk-narrowest' : ''}`}>
                {amountText(qty)} {codeOf(instrument.base)}
                {k === narrowest && <small>limiting</small>}
              </td>
              <td className="num" title={instrument.feeBasis}>
                {/* A triangle with an unknown fee is not valued: see valueOf. */}
                {instrument.takerFee === null ? '—' : fixedText(Number(instrument.takerFee) * 10_000, 1)}
                {instrument.feeBasis.startsWith('assumed') && <small>assumed</small>}
              </td>
              <td className="num">
                {amountText(after * START)} {codeOf(path[(k + 1) % path.length] ?? '')}
              </td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
      <p className="num">
        Gross <Bps value={grossBps} />, fees <Bps value={netBps - grossBps} />, net <Bps value={netBps} />{' '}
        bps.
      </p>
      <p className="field-help">
        These prices hold for at most {amountText(fits)} {codeOf(start)}: {bound} is the limiting leg. Depth,
        lots and slippage are not included.
      </p>
    </section>
  );
}

function Bps({ value }: { readonly value: number }) {
  return <strong className={signClass(bpsSign(value))}>{formatBps(value)}</strong>;
}
