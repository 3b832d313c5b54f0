/** What the trader should have noticed, newest first, and the rules that make more of it. */
import { CheckCheck } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { ViewAge } from '../../components/view-age.tsx';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import { AlertList } from './alert-list.tsx';
import { RuleList } from './rule-list.tsx';

const NEWEST = { limit: 200 };
const NOTHING = {};
const TABS = ['Alerts', 'Rules'] as const;
type Tab = (typeof TABS)[number];

export function AlertsPanel() {
  const session = useSession();
  const isViewer = useIsViewer();
  const baseId = useId();
  const [tab, setTab] = useState<Tab>('Alerts');
  const view = useView('alerts', NEWEST);
  const rules = useView('alertRules', NOTHING)?.rules;
  const unread = view?.unread ?? 0;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    const next = tab === 'Alerts' ? 'Rules' : 'Alerts';
    setTab(next);
    document.getElementById(`${baseId}-${next}`)?.focus();
  };
  const acknowledgeAll = () => void session.run('The alerts were not acknowledged', 'acknowledgeAlerts', {});
  return (
    <section className="panel" aria-label="Alerts">
      <div className="panel-head">
        <div className="tabs" role="tablist" aria-label="Alerts" onKeyDown={onKeyDown}>
          {TABS.map((name) => (
            <button
              key={name}
              id={`${baseId}-${name}`}
              type="button"
              role="tab"
              aria-selected={tab === name}
              aria-controls={`${baseId}-panel`}
              tabIndex={tab === name ? 0 : -1}
              className="tab"
              onClick={() => setTab(name)}
            >
              {name} <span className="num dim">{name === 'Alerts' ? unread : (rules?.length ?? 0)}</span>
            </button>
          ))}
        </div>
        <span className="panel-actions">
          {tab === 'Alerts' && (
            <button
              type="button"
              className="tab-button"
              title="Acknowledge all"
              disabled={isViewer || unread === 0}
              onClick={acknowledgeAll}
            >
              <CheckCheck size={13} aria-hidden="true" /> All
              <span className="visually-hidden"> acknowledged</span>
            </button>
          )}
          {tab === 'Alerts' ? (
            <ViewAge topic="alerts" params={NEWEST} />
          ) : (
            <ViewAge topic="alertRules" params={NOTHING} />
          )}
        </span>
      </div>
      <div id={`${baseId}-panel`} className="panel-body" role="tabpanel" aria-labelledby={`${baseId}-${tab}`}>
        {tab === 'Alerts' ? <AlertList alerts={view?.alerts ?? []} /> : <RuleList rules={rules ?? []} />}
      </div>
    </section>
  );
}
