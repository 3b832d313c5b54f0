/** Everything that belongs to an opportunity, an execution, an order or a fill, line by line as `parallax trace` prints it. */
import { type TraceLine, traceLines } from '../../../src-engine/contract/trace-lines.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Time } from '../../components/time.tsx';
import { readableText } from '../../lib/readable-text.ts';
import { useAnswer } from '../lab/use-answer.ts';
import { useTrace } from './trace-store.ts';

const KINDS: Readonly<Record<TraceLine['kind'], string>> = {
  call: 'Call',
  opportunity: 'Opportunity',
  execution: 'Execution',
  order: 'Order',
  fill: 'Fill',
  stop: 'Stop',
};

export function TraceDialog() {
  const id = useTrace((trace) => trace.id);
  const close = useTrace((trace) => trace.close);
  return id === null ? null : <OneTrace key={id} id={id} onClose={close} />;
}

function OneTrace({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { data, problem, again } = useAnswer('getTrace', { id });
  return (
    <Dialog title="Trace" kind="drawer" onClose={onClose}>
      <div className="stack">
        <p className="trace-id">
          <span className="num">{id}</span> <CopyButton text={id} label="Copy the id" />
          <span className="spacer" />
          <button type="button" className="bar-button" onClick={again}>
            Refresh
          </button>
        </p>
        {problem !== null && (
          <ProblemNotice
            title="Nothing of it is stored yet: an opportunity is once it has closed"
            problem={problem}
          />
        )}
        {data === undefined ? (
          problem === null && <EmptyState title="Loading the trace…" />
        ) : (
          <TraceList lines={traceLines(data)} />
        )}
        <p className="field-help">
          The opportunity, its executions, their orders and fills, the calls behind them, and what stopped or
          canceled them. The same as the command trace with this id.
        </p>
      </div>
    </Dialog>
  );
}

export function TraceList({ lines }: { readonly lines: readonly TraceLine[] }) {
  return (
    <ol className="trace-lines" aria-label="Trace">
      {lines.map(({ kind, id, atUs, text }, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- two calls of one moment have the same words
        <li key={`${at} ${id}`} className={`trace-line trace-${kind}`} title={id === '' ? undefined : id}>
          <span className="trace-kind">{KINDS[kind]}</span>
          <Time atUs={atUs} />
          <span className="trace-text">{readableText(text)}</span>
        </li>
      ))}
    </ol>
  );
}

/** Opens the trace of what its id names. */
export function TraceButton({ id, what }: { readonly id: string; readonly what: string }) {
  const show = useTrace((trace) => trace.show);
  return (
    <button
      type="button"
      className="button"
      title={`Everything that belongs to this ${what}: orders, fills, kills, cancels and calls`}
      onClick={() => show(id)}
    >
      Trace
    </button>
  );
}
