import { Amount, Exact, Signed } from '../components/exact.tsx';
import { Fact, Facts } from '../components/facts.tsx';
import { Gauge } from '../components/gauge.tsx';
import { CancelButton, ProgressBar } from '../components/progress.tsx';
import { SideWord } from '../components/side-word.tsx';
import { Time } from '../components/time.tsx';
import { formatBps } from '../lib/figures.ts';
import { Section, Specimen } from './specimen.tsx';

const nothing = () => undefined;
const FIGURES: readonly (readonly [string, string])[] = [
  ['positive', '1234.56780000'],
  ['negative', '-1234.56780000'],
  ['zero', '0.00000000'],
  ['tiny', '0.00000001'],
  ['long', '-1234567890.12345678'],
];
const SATURDAY_US = Date.UTC(2026, 10, 21, 7, 30, 12, 345) * 1_000 + 678;

/** Decimal text, never through floating point. */
export function FigureSection() {
  return (
    <Section title="Exact figures">
      <table className="gallery-grid">
        <thead>
          <tr>
            {['', 'in full', 'rounded', 'profit or loss'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {FIGURES.map(([name, text]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <Exact text={text} />
              </td>
              <td>
                <Amount text={text} places={2} />
              </td>
              <td>
                <Signed text={text} places={4} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="gallery-row">
        <span className="stale-value" title="Of a book that is not live">
          <Exact text="64210.50" />
        </span>
        <SideWord side="buy" />
        <SideWord side="sell" />
        <Time atUs={SATURDAY_US} />
        {[3.417, -0.5, 0.001].map((bps) => (
          <span key={bps} className="num">
            {formatBps(bps)} bps
          </span>
        ))}
      </div>
      <Facts>
        <Fact name="Equity">10,012.34 USD</Fact>
        <Fact name="Inputs waiting">3 of 10,000; peak 41</Fact>
      </Facts>
    </Section>
  );
}

export function GaugeSection() {
  return (
    <Section title="Gauges and progress">
      <Specimen name="used of a limit: little, near, reached, no limit">
        <div className="gallery-row">
          {[0.2, 0.86, 1.3, null].map((share) => (
            <Gauge key={share} label={`Gauge at ${share}`} share={share} />
          ))}
        </div>
      </Specimen>
      <Specimen name="progress: unknown total, in progress, nearly done">
        {[null, 0.35, 0.97].map((share) => (
          <ProgressBar key={share} label={`Progress at ${share}`} share={share} />
        ))}
        <div className="gallery-row">
          <span className="dim num">replaying 35,102 of 100,291 frames, about 42 s left</span>
          <CancelButton onCancel={nothing} />
        </div>
      </Specimen>
    </Section>
  );
}
