/** When edges come: opportunities by day and hour of the last two weeks, as the engine counts them in its database. */
import { type CSSProperties, useMemo, useState } from 'react';
import type { EdgeHour } from '../../../src-engine/contract/edge-operations.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { ColumnHead } from '../../components/term.tsx';
import { Segments } from '../../components/segments.tsx';
import { useSession } from '../../engine/use-session.ts';
import { formatBps, formatCount } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { useAnswer } from '../lab/use-answer.ts';
import { hourGrid, MEASURES, type Measure } from './hour-grid.ts';

const EVERY_US = 30_000_000;
const DAY_US = 86_400_000_000;
const DAYS = 14;
const NONE: readonly EdgeHour[] = [];
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

export function EdgeHours() {
  const session = useSession();
  const [measure, setMeasure] = useState<Measure>('seen');
  const round = useTicking(() => Math.floor(session.nowUs() / EVERY_US));
  const today = useTicking(() => Math.floor(session.nowUs() / DAY_US));
  const { data, problem } = useAnswer('getEdges', { fromUs: (today - DAYS + 1) * DAY_US }, round);
  const hours = data?.hours ?? NONE;
  const grid = useMemo(() => hourGrid(hours, measure), [hours, measure]);
  if (problem !== null) return <ProblemNotice title="The hours could not be loaded" problem={problem} />;
  return (
    <section aria-label="Edges by hour">
      <h3>Edges by hour</h3>
      <p className="field-help">
        {formatCount(grid.total)} opportunities closed in the last {DAYS} days; hours in UTC. The stronger the
        colour, the larger the figure.
      </p>
      <Segments label="What a cell shows" values={MEASURES} chosen={measure} onChoose={setMeasure} />
      {grid.days.length > 0 && (
        <PlainTable className="edge-hours" label={`Edges by day and hour: ${measure}`}>
          <thead>
            <tr>
              <ColumnHead title="The day in UTC">Day</ColumnHead>
              {HOURS.map((hourText, hour) => (
                <ColumnHead key={hourText} title={`From ${hourText}:00 UTC on, one hour`}>
                  <span className={hour % 2 === 0 ? undefined : 'visually-hidden'}>{hourText}</span>
                </ColumnHead>
              ))}
            </tr>
          </thead>
          <tbody>
            {grid.days.map(({ day, cells }) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                {cells.map((cell, hour) => (
                  <td
                    key={HOURS[hour]}
                    data-exact={cell?.text ?? ''}
                    style={{ '--heat': cell?.heat ?? 0 } as CSSProperties}
                    title={cell === undefined ? undefined : titleOf(cell.hour)}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </PlainTable>
      )}
    </section>
  );
}

function titleOf({ seen, taken, bestBps }: EdgeHour): string {
  return `${formatCount(seen)} opportunities, ${formatCount(taken)} taken, best net edge ${formatBps(bestBps)} bps`;
}
