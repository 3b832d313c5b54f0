/** Where the engine's time goes, and whether it keeps up with its market: a panel, and what the dialog shows too. */
import type { EngineHealth } from '../../../src-engine/contract/records.ts';
import { ColumnHead } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { AgeSince, ViewAge } from '../../components/view-age.tsx';
import { Panel } from '../../components/panel.tsx';
import { DURABILITY_WORDS } from '../../../src-engine/domain/durability.ts';
import { useReplica } from '../../engine/use-session.ts';
import { ABSENT } from '../../lib/decimal-text.ts';
import { formatCount } from '../../lib/figures.ts';
import { formatAge, formatLatency } from '../../lib/time-text.ts';
import { LOOP_LIMIT_US, LOOP_WORDS, QUEUE_WORDS, STAGE_WORDS } from './health-words.ts';
import { LatencyPictures } from './latency-picture.tsx';
import { ServiceLevels } from './service-levels.tsx';
import { useHealth } from './use-health.ts';

const NOTHING = {};

export function Health() {
  return (
    <Panel title="Engine health" actions={<ViewAge topic="health" params={NOTHING} />}>
      <div className="scrolling">
        <HealthOrWait />
      </div>
    </Panel>
  );
}

/** The figures, or why there are none yet. */
export function HealthOrWait() {
  const health = useHealth();
  return health === undefined ? (
    <EmptyState title="Nothing measured yet">Measurements start once a profile has been chosen.</EmptyState>
  ) : (
    <HealthFigures health={health} />
  );
}

function HealthFigures({ health }: { readonly health: EngineHealth }) {
  const { stages, loop, queue, memory } = health;
  const durability = useReplica(({ status }) => status.storage.durability);
  return (
    <div className="health">
      <PlainTable className="health-table health-stages">
        <caption>From a frame to an order, last minute</caption>
        <thead>
          <tr>
            <ColumnHead>Stage</ColumnHead>
            <ColumnHead>p50</ColumnHead>
            <ColumnHead>p99</ColumnHead>
            <ColumnHead>p99.9</ColumnHead>
            <ColumnHead>Max.</ColumnHead>
            <ColumnHead>Samples</ColumnHead>
          </tr>
        </thead>
        <tbody>
          {stages.map(({ stage, recent }) => (
            <Row key={stage} words={STAGE_WORDS[stage]} figures={recent} />
          ))}
        </tbody>
      </PlainTable>
      <PlainTable className="health-table health-stages">
        <caption>Event loop, last minute</caption>
        <tbody>
          <Row words={LOOP_WORDS} figures={loop.recent} bad={loop.recent.p99Us > LOOP_LIMIT_US} />
        </tbody>
      </PlainTable>
      <LatencyPictures health={health} />
      <ServiceLevels />
      <Facts>
        <Fact name="Books">
          {loop.isBehind ? 'BEHIND: evaluated once per loop turn' : 'Evaluated on every message'};{' '}
          {formatCount(health.conflatedBooks)} conflated since the start
        </Fact>
        <Fact name="Inputs waiting" title={QUEUE_WORDS}>
          {formatCount(queue.waiting)} of {formatCount(queue.limit)}; peak {formatCount(queue.most)}
        </Fact>
        <Fact name="Memory">
          {formatCount(memory.residentBytes / 1e6)} MB resident, {formatCount(memory.heapBytes / 1e6)} MB heap
        </Fact>
        {durability !== undefined && (
          <Fact name="Order durability" title={DURABILITY_WORDS[durability]}>
            {durability}: an intent is {durability === 'disk' ? 'on the disk' : 'written'} before its order is
            sent
          </Fact>
        )}
        <Fact name="Uptime">
          {formatAge(health.upUs)}; measured <AgeSince atUs={health.atUs} /> ago
        </Fact>
      </Facts>
    </div>
  );
}

function Row({
  words,
  figures,
  bad = false,
}: {
  readonly words: { readonly label: string; readonly explain: string };
  readonly figures: EngineHealth['loop']['recent'];
  readonly bad?: boolean;
}) {
  const shown = (us: number): string => (figures.count === 0 ? ABSENT : formatLatency(us));
  return (
    <tr className={bad ? 'health-bad' : undefined}>
      <th scope="row">
        {words.label}
        {bad && ' (slow)'}
        <small>{words.explain}</small>
      </th>
      <td className="num">{shown(figures.p50Us)}</td>
      <td className="num">{shown(figures.p99Us)}</td>
      <td className="num">{shown(figures.p999Us)}</td>
      <td className="num">{shown(figures.maxUs)}</td>
      <td className="num">{formatCount(figures.count)}</td>
    </tr>
  );
}
