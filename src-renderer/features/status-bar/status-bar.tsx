import {
  Bell,
  BellRing,
  CircleDot,
  CircleStop,
  Database,
  Disc,
  Gauge,
  Scale,
  ShieldCheck,
  TriangleAlert,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { EngineStatus } from '../../../src-engine/contract/records.ts';
import {
  useIsCutOff,
  useIsViewer,
  useReplica,
  useSession,
  useSessionState,
} from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import { useKeyTitle } from '../help/use-bindings.ts';
import { ABSENT } from '../../lib/decimal-text.ts';
import { formatCount } from '../../lib/figures.ts';
import { termOf } from '../../lib/glossary.ts';
import { formatLatency } from '../../lib/time-text.ts';
import { accountHeadline } from '../account/account-words.ts';
import { useAccount } from '../account/use-account.ts';
import { LOOP_LIMIT_US } from '../health/health-words.ts';
import { useHealth } from '../health/use-health.ts';
import { useWanted } from '../../workspace/wanted.ts';
import { riskHeadline } from '../risk/risk-words.ts';
import { useRisk } from '../risk/use-risk.ts';

const ACCOUNT_MS = 5_000;
/** The count is enough here. */
const NO_ALERTS = { limit: 0 };

/** The engine's health at a glance. */
export function StatusBar({ onOpen }: { readonly onOpen: (dialog: 'account' | 'risk' | 'health') => void }) {
  const status = useReplica((replica) => replica.status);
  const factSeq = useReplica((replica) => replica.factSeq);
  const rate = useSessionState(({ updatesPerSecond }) => updatesPerSecond);
  const isCutOff = useIsCutOff();
  if (status === undefined || factSeq === undefined)
    return <footer className="status-bar" aria-label="Status" />;
  const books = bookCounts(status);
  const storageSays = `${status.storage.kind} ${status.storage.healthy ? 'ok' : 'FAULT'}`;
  return (
    <footer className="status-bar" aria-label="Status">
      <div className="status-items">
        {isCutOff && (
          <Item name="all of this" bad title="The engine does not answer: these are its last figures">
            LAST KNOWN
          </Item>
        )}
        <Item name="engine" tight>
          {status.version}
        </Item>
        <Item name="storage" bad={!status.storage.healthy} title={status.storage.detail}>
          {status.storage.healthy ? (
            <Database size={11} aria-hidden="true" />
          ) : (
            <TriangleAlert size={11} aria-hidden="true" />
          )}
          {storageSays}
        </Item>
        <Item name="books" bad={books.stale > 0} title="Books live / syncing / stale">
          {isCutOff ? 'unknown' : `${books.live} live / ${books.syncing} syncing / ${books.stale} stale`}
        </Item>
        <Item name="updates/s">{rate === null ? ABSENT : formatCount(rate)}</Item>
        <Item name="cycles" spare>
          {formatCount(status.cycles)}
        </Item>
        <Item name="in flight" title="Orders sent and not ended">
          {formatCount(status.ordersInFlight)}
        </Item>
        <Item name="denied" tight>
          {formatCount(status.counters.denials)}
        </Item>
        <Item
          name="checksum faults"
          tight
          bad={books.mismatches > 0}
          title="Book checksums that did not match; after each one the book syncs again"
        >
          {formatCount(books.mismatches)}
        </Item>
        <Item name="facts" spare title="Number of the last event applied">
          {formatCount(factSeq)}
        </Item>
      </div>
      <span className="spacer" />
      <Alerts />
      <Account onOpen={() => onOpen('account')} />
      <Risk onOpen={() => onOpen('risk')} />
      <Health onOpen={() => onOpen('health')} />
      <Recording status={status} />
    </footer>
  );
}

/** How many alerts are not acknowledged; a click opens them. */
function Alerts() {
  const view = useView('alerts', NO_ALERTS);
  const want = useWanted((state) => state.want);
  const unread = view?.unread ?? 0;
  const isBad = view?.worst === 'critical' || view?.worst === 'warning';
  const Icon = unread > 0 ? BellRing : Bell;
  return (
    <button
      type="button"
      className={`bar-button ${isBad ? 'status-bad' : ''}`}
      title={`Alerts${view?.worst ? `: the worst not acknowledged is ${view.worst}` : ''}`}
      onClick={() => want('alerts')}
    >
      <Icon size={11} aria-hidden="true" />
      {unread === 0 ? 'Alerts' : 'Alerts '}
      {unread > 0 && <span className="num">{formatCount(unread)}</span>}
    </button>
  );
}

/** Whether the ledger and the venues agree; a click opens the differences. */
function Account({ onOpen }: { readonly onOpen: () => void }) {
  const title = useKeyTitle('Account: reconciliation with the venue, unresolved orders', 'account');
  const { standing } = useAccount(ACCOUNT_MS);
  const headline = standing === undefined ? undefined : accountHeadline(standing);
  const isBad = headline?.isBad === true;
  return (
    <button
      type="button"
      className={`bar-button ${isBad ? 'status-bad' : ''}`}
      title={title}
      onClick={onOpen}
    >
      {isBad ? <TriangleAlert size={11} aria-hidden="true" /> : <Scale size={11} aria-hidden="true" />}
      {headline?.text ?? 'Account'}
    </button>
  );
}

/** Whether anything blocks trading; a click opens the details. */
function Risk({ onOpen }: { readonly onOpen: () => void }) {
  const title = useKeyTitle('Risk: what blocks trading, and limit usage', 'risk');
  const risk = useRisk();
  const headline = risk === undefined ? undefined : riskHeadline(risk);
  const isBad = headline?.isBad === true;
  return (
    <button
      type="button"
      className={`bar-button ${isBad ? 'status-bad' : ''}`}
      title={title}
      onClick={onOpen}
    >
      {isBad ? <TriangleAlert size={11} aria-hidden="true" /> : <ShieldCheck size={11} aria-hidden="true" />}
      {headline?.text ?? 'Risk'}
    </button>
  );
}

/** The one figure that shows whether the others are prompt; a click opens the rest. */
function Health({ onOpen }: { readonly onOpen: () => void }) {
  const title = useKeyTitle('Engine health: latencies, loop delay, memory', 'health');
  const loop = useHealth()?.loop;
  const isSlow = loop !== undefined && (loop.isBehind || loop.recent.p99Us > LOOP_LIMIT_US);
  const p99 = loop === undefined || loop.recent.count === 0 ? ABSENT : formatLatency(loop.recent.p99Us);
  return (
    <button
      type="button"
      className={`bar-button ${isSlow ? 'status-bad' : ''}`}
      title={title}
      onClick={onOpen}
    >
      {isSlow ? <TriangleAlert size={11} aria-hidden="true" /> : <Gauge size={11} aria-hidden="true" />}
      {loop?.isBehind === true ? 'BEHIND ' : 'Loop p99 '}
      <span className="num">{p99}</span>
    </button>
  );
}

function Item({
  name,
  bad = false,
  spare = false,
  tight = false,
  title,
  children,
}: {
  readonly name: string;
  readonly bad?: boolean;
  /** Left out where the window is narrow. */
  readonly spare?: boolean;
  /** The same, unless it is bad. */
  readonly tight?: boolean;
  readonly title?: string;
  readonly children: ReactNode;
}) {
  return (
    <span
      className={`status-item ${bad ? 'status-bad' : ''} ${spare ? 'status-spare' : ''} ${tight && !bad ? 'status-tight' : ''}`}
      title={title ?? termOf(name)?.means}
    >
      <span className="dim">{name}</span> <span className="num">{children}</span>
    </span>
  );
}

function Recording({ status }: { readonly status: EngineStatus }) {
  const isViewer = useIsViewer();
  const session = useSession();
  const { recording } = status;
  const toggle = () =>
    recording === null
      ? session.run('Recording did not start', 'startRecording', {})
      : session.run('Recording did not stop', 'stopRecording', {});
  return (
    <span className="recording">
      {recording !== null && (
        <span className="recording-on" title={recording}>
          <CircleDot size={11} aria-hidden="true" /> REC
        </span>
      )}
      <button
        type="button"
        className="bar-button"
        disabled={status.profile === null || isViewer}
        onClick={() => void toggle()}
      >
        {recording === null ? (
          <Disc size={11} aria-hidden="true" />
        ) : (
          <CircleStop size={11} aria-hidden="true" />
        )}
        {recording === null ? 'Record' : 'Stop recording'}
      </button>
    </span>
  );
}

function bookCounts({ feeds }: EngineStatus) {
  const sum = (read: (feed: EngineStatus['feeds'][number]) => number) =>
    feeds.reduce((total, feed) => total + read(feed), 0);
  return {
    live: sum((feed) => feed.booksLive),
    syncing: sum((feed) => feed.booksSyncing),
    stale: sum((feed) => feed.booksStale),
    mismatches: sum((feed) => feed.checksumMismatches),
  };
}
