/** Below the table: the chosen strategy's settings, figures, and what it did last. */
import { useEffect, useState } from 'react';
import type { StrategiesView, StrategyRow } from '../../../src-engine/contract/strategy-records.ts';
import { strategyFaultLabel } from '../../../src-engine/domain/halt-texts.ts';
import { Signed } from '../../components/exact.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { Time } from '../../components/time.tsx';
import { useSession } from '../../engine/use-session.ts';
import { ABSENT, profitPlaces } from '../../lib/decimal-text.ts';
import { EnsembleSection } from './ensemble-section.tsx';
import { StrategyAccount } from './strategy-account.tsx';
import { StrategyModes } from './strategy-modes.tsx';
import { eventWords, marketsText, missWords, parametersText, type StrategyEvent } from './strategy-words.ts';
import { fixedText } from '../../lib/figures.ts';

const SHOWN = 100;
const NO_EVENTS: readonly StrategyEvent[] = [];

export function StrategyDetails({ row, view }: { readonly row: StrategyRow; readonly view: StrategiesView }) {
  const places = profitPlaces(row.quote);
  const money = (text: string | null) => (text === null ? ABSENT : <Signed text={text} places={places} />);
  return (
    <section className="strategy-details" aria-label={`Strategy ${row.name}`}>
      <h3>
        {row.name} on {marketsText(row)}
      </h3>
      {row.failure !== null && (
        <Notice tone="problem" title={`Stopped: ${strategyFaultLabel(row.failure.code)}`}>
          <p>{row.failure.detail}. Switch it off, and set it again.</p>
        </Notice>
      )}
      <StrategyModes row={row} hasPaper={view.hasPaper} />
      <Facts>
        <Fact name="Net" title="Gained after all fees, and what selling the rest now would gain">
          {money(row.net)} {row.quote}
        </Fact>
        <Fact name="Realized" title="Gained by what was sold, all fees included">
          {money(row.realized)}
        </Fact>
        <Fact name="Won / lost" title="Sales with a gain, and without">
          {row.wins} / {row.losses}
        </Fact>
        <Fact name="Stake" title="What a position of 1 is worth">
          {row.stake} {row.quote}
        </Fact>
        <Fact name="Bars" title="Closed bars of this length">
          {row.barSeconds} s
        </Fact>
        <Fact name="Warm-up" title="Bars seen since the last gap, and how many its features need">
          {Math.min(row.warmup.seen, row.warmup.needed)} / {row.warmup.needed}
        </Fact>
        <Fact name="Parameters" title="As they were set">
          {parametersText(row)}
        </Fact>
        <Fact
          name="Slowest"
          title={`Of its decisions in this session; ${view.callBudgetUs / 1_000} ms stop it, and ${view.meanBudgetUs / 1_000} ms on average`}
        >
          {row.meter.calls === 0 ? ABSENT : `${fixedText(row.meter.worstUs / 1_000, 2)} ms`}
        </Fact>
        <Fact name="Since" title="Since when these figures count">
          <Time atUs={row.sinceUs} withMs={false} />
        </Fact>
      </Facts>
      {row.portfolio === null && <StrategyAccount row={row} view={view} />}
      {row.ensemble !== null && <EnsembleSection report={row.ensemble} />}
      <Missed missed={row.missed} />
      <Events row={row} />
    </section>
  );
}

function Missed({ missed }: Pick<StrategyRow, 'missed'>) {
  const rows = Object.entries(missed).toSorted(([, a], [, b]) => b - a);
  if (rows.length === 0) return null;
  return (
    <section>
      <h3>Why not traded</h3>
      <ul className="rules" aria-label="Why not traded">
        {rows.map(([code, count]) => (
          <li key={code} className="rule">
            <div className="rule-text">
              <p>{missWords(code)}</p>
            </div>
            <span className="num">{count}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Read again whenever the strategy's counts have changed. */
function Events({ row }: { readonly row: StrategyRow }) {
  const { client } = useSession();
  const { strategy, decisions, fills, lastMiss } = row;
  const [events, setEvents] = useState(NO_EVENTS);
  const missedUs = lastMiss?.atUs ?? 0;
  useEffect(() => {
    // The counts say when there is something new to read.
    if (decisions + fills + missedUs === 0) return undefined;
    let isGone = false;
    client.call('listStrategyEvents', { limit: 300 }).then(
      (found) => {
        if (!isGone) setEvents(found.events);
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [client, decisions, fills, missedUs]);
  const own = events.filter(({ event }) => event.strategy === strategy).slice(0, SHOWN);
  return (
    <section>
      <h3>Decisions and fills</h3>
      {own.length === 0 ? (
        <p className="dim">
          {row.mode === 'off'
            ? 'It is off. Switch it to shadow to see what it decides.'
            : `Nothing yet: it is asked after each closed bar of ${row.barSeconds} s, and shown where it wants another position.`}
        </p>
      ) : (
        <ul className="rules" aria-label="Decisions and fills">
          {own.map((one) => {
            const { title, detail } = eventWords(one);
            return (
              <li key={one.seq} className="rule">
                <div className="rule-text">
                  <p>{title}</p>
                  <p className="dim rule-more">{detail}</p>
                </div>
                <Time atUs={one.event.atUs} />
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
