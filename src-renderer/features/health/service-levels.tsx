/** What is promised of the engine over 30 days, and how it stands. All figures are the engine's. */
import type { SloStanding } from '../../../src-engine/contract/slo-operations.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { ColumnHead } from '../../components/term.tsx';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { ABSENT } from '../../lib/decimal-text.ts';
import { fixedText, formatCount } from '../../lib/figures.ts';

const askSlos = (client: EngineClient) => client.call('getSlos', {});
/** They are counted by the minute. */
const AGAIN_MS = 60_000;

const WORDS: Readonly<Record<SloStanding['name'], { readonly label: string; readonly explain: string }>> = {
  availability: { label: 'Availability', explain: 'minutes in which the engine was ready' },
  api: { label: 'API', explain: 'calls answered within a second' },
  tracking: { label: 'Tracking', explain: 'minutes in which account and ghost differed by less than 20 bps' },
};

export function ServiceLevels() {
  const [view] = useAsked(askSlos, AGAIN_MS);
  if (view === undefined) return null;
  return (
    <PlainTable className="health-table health-stages">
      <caption>Service levels, last 30 days</caption>
      <thead>
        <tr>
          <ColumnHead>Level</ColumnHead>
          <ColumnHead title="Share that was good">Good</ColumnHead>
          <ColumnHead title="Share that must be good">Target</ColumnHead>
          <ColumnHead title="What is left of what may be bad; below zero the level is missed">
            Budget left
          </ColumnHead>
          <ColumnHead title="How many times faster than allowed the budget was used in the last hour">
            Burn 1 h
          </ColumnHead>
          <ColumnHead title="How many times faster than allowed the budget was used in the last six hours">
            Burn 6 h
          </ColumnHead>
        </tr>
      </thead>
      <tbody>
        {view.slos.map((slo) => (
          <Row key={slo.name} slo={slo} />
        ))}
      </tbody>
    </PlainTable>
  );
}

function Row({ slo }: { readonly slo: SloStanding }) {
  const { name, target, unit, total, ratio, budgetLeft, isMissed, burnHour, burnSixHours } = slo;
  return (
    <tr className={isMissed ? 'health-bad' : undefined}>
      <th scope="row">
        {WORDS[name].label}
        {isMissed && ' (missed)'}
        <small>
          {WORDS[name].explain}; {formatCount(total)} {total === 1 ? unit.slice(0, -1) : unit}
        </small>
      </th>
      <td className="num">{percent(ratio, 2)}</td>
      <td className="num">{percent(target, 1)}</td>
      <td className="num">{percent(budgetLeft, 0)}</td>
      <td className="num">{times(burnHour)}</td>
      <td className="num">{times(burnSixHours)}</td>
    </tr>
  );
}

/** Cut and not rounded: 99.996 % is no 100 %. */
function percent(share: number | null, digits: number): string {
  if (share === null) return ABSENT;
  const scale = 10 ** digits;
  return `${fixedText(Math.floor(share * 100 * scale + 1e-9) / scale, digits)} %`;
}

function times(rate: number | null): string {
  return rate === null ? ABSENT : `${fixedText(rate, 1)}×`;
}
