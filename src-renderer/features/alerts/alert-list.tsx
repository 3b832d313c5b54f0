/** Alerts as rows; the selected one in full, with a button that opens the panel it is about. */
import { useState } from 'react';
import type { Alert } from '../../../src-engine/contract/alert-records.ts';
import { CutSentence } from '../../components/cut-text.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Time } from '../../components/time.tsx';
import { AgeSince } from '../../components/view-age.tsx';
import type { Column } from '../../components/table-column.ts';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { Word } from '../../components/word.tsx';
import { useIsViewer, useReplica, useSession } from '../../engine/use-session.ts';
import { formatCount } from '../../lib/figures.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatDuration, formatFull } from '../../lib/time-text.ts';
import { instrumentKey, useLinks } from '../../workspace/links.ts';
import { useWanted } from '../../workspace/wanted.ts';
import { readableText } from '../../lib/readable-text.ts';
import { PANEL_WORDS, SEVERITY_WORDS } from './alert-words.ts';

function StateCell({ alert: { lasts, endedUs, atUs, times } }: { readonly alert: Alert }) {
  if (lasts && endedUs === null) return <span className="alert-on">continues</span>;
  if (lasts && endedUs !== null) {
    return <span className="dim">over, {formatDuration(Math.max(0, endedUs - atUs))}</span>;
  }
  return <span className="dim">{times > 1 ? `${formatCount(times)} times` : 'once'}</span>;
}

const COLUMNS: readonly Column<Alert>[] = [
  {
    id: 'severity',
    title: 'Severity',
    track: '74px',
    value: ({ severity }) => SEVERITY_WORDS[severity].label,
    cell: ({ severity }) => {
      const { label, explain, tone } = SEVERITY_WORDS[severity];
      return <Word tone={tone} label={label} explain={explain} />;
    },
  },
  {
    id: 'time',
    title: 'Time',
    track: '80px',
    fromWidth: 420,
    value: ({ lastUs }) => lastUs,
    unit: 'timeUs',
    cell: ({ lastUs }) => <Time atUs={lastUs} />,
  },
  {
    id: 'age',
    title: 'Age',
    track: '52px',
    align: 'right',
    value: ({ lastUs }) => -lastUs,
    cell: ({ lastUs }) => (
      <span className="num dim">
        <AgeSince atUs={lastUs} />
      </span>
    ),
  },
  {
    id: 'title',
    title: 'Alert',
    track: 'minmax(120px, 1.2fr)',
    value: ({ title }) => title,
    cell: ({ title, acknowledgedUs }) => (
      <span className="cut" title={readableText(title)}>
        {acknowledgedUs === null && <span className="live-mark">NEW</span>} {readableText(title)}
      </span>
    ),
  },
  {
    id: 'detail',
    title: 'Detail',
    track: 'minmax(90px, 1.4fr)',
    fromWidth: 560,
    value: ({ detail }) => detail,
    cell: ({ detail }) => <CutSentence text={detail} />,
  },
  {
    id: 'state',
    title: 'State',
    hint: 'Whether it continues, how long it lasted, or how often it happened',
    track: '84px',
    fromWidth: 520,
    cell: (alert) => <StateCell alert={alert} />,
  },
];

export function AlertList({ alerts }: { readonly alerts: readonly Alert[] }) {
  const [chosenId, setChosenId] = useState<number | null>(null);
  const [unreadOnly, setUnreadOnly] = useState(false);
  const shown = unreadOnly ? alerts.filter(({ acknowledgedUs }) => acknowledgedUs === null) : alerts;
  const chosen = shown.find(({ alertId }) => alertId === chosenId) ?? shown[0];
  return (
    <>
      <VirtualTable
        label="Alerts"
        columns={COLUMNS}
        rows={shown}
        rowKey={({ alertId }) => String(alertId)}
        rowClass={({ acknowledgedUs }) => (acknowledgedUs === null ? 'row-unread' : 'row-past')}
        selectedKey={chosen === undefined ? null : String(chosen.alertId)}
        onSelect={({ alertId }) => setChosenId(alertId)}
        empty={
          <EmptyState title={alerts.length === 0 ? 'No alerts yet' : 'All alerts are acknowledged'}>
            {alerts.length === 0
              ? 'Kills, halts, tripped breakers, lost feeds and your own rules appear here. Add a rule under “Rules”.'
              : 'Untick “unread only” to show the others.'}
          </EmptyState>
        }
      />
      {alerts.length > 0 && (
        <div className="detail alert-detail">
          {chosen !== undefined && <Chosen alert={chosen} />}
          <label className="check">
            <input
              type="checkbox"
              checked={unreadOnly}
              onChange={(event) => setUnreadOnly(event.target.checked)}
            />
            unread only
          </label>
        </div>
      )}
    </>
  );
}

function Chosen({ alert }: { readonly alert: Alert }) {
  const session = useSession();
  const isViewer = useIsViewer();
  const zone = usePrefs((prefs) => prefs.zone);
  const want = useWanted((state) => state.want);
  const choose = useLinks((state) => state.choose);
  const isWatched =
    useReplica(({ instruments }) =>
      instruments.some(({ venue, symbol }) => venue === alert.venue && symbol === alert.symbol),
    ) ?? false;
  const at = (us: number): string => `${formatFull(us, zone).slice(0, 19)}${zone === 'utc' ? ' UTC' : ''}`;
  const open = () => {
    if (isWatched) choose('A', instrumentKey(alert));
    want(alert.panel);
  };
  return (
    <section className="alert-chosen" aria-label="Selected alert">
      <p>
        <strong>{readableText(alert.title)}</strong>{' '}
        <span className="alert-text">{readableText(alert.detail)}</span>
      </p>
      <p className="num dim">
        {at(alert.atUs)}
        {alert.times > 1 && ` to ${at(alert.lastUs)}, ${formatCount(alert.times)} times`}
      </p>
      <p className="alert-buttons">
        <button type="button" className="button" onClick={open}>
          {isWatched ? `${alert.symbol} in ` : 'Open '}
          {PANEL_WORDS[alert.panel]}
        </button>
        <button
          type="button"
          className="button"
          disabled={isViewer || alert.acknowledgedUs !== null}
          onClick={() =>
            void session.run('The alert was not acknowledged', 'acknowledgeAlerts', {
              alertIds: [alert.alertId],
            })
          }
        >
          {alert.acknowledgedUs === null ? 'Acknowledge' : 'Acknowledged'}
        </button>
      </p>
    </section>
  );
}
