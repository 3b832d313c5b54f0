/** What the trader should have noticed, newest first, and the rules that make more of it. */
import { CheckCheck } from 'lucide-react';
import { useState } from 'react';
import { MAX_ALERTS } from '../../../src-engine/contract/alert-records.ts';
import { Tabs } from '../../components/tabs.tsx';
import { ViewAge } from '../../components/view-age.tsx';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import { AlertList } from './alert-list.tsx';
import { RuleList } from './rule-list.tsx';

/** Alerts that are shown at first, and all that are kept. */
const NEWEST = { limit: 100 };
const ALL = { limit: MAX_ALERTS };
const NOTHING = {};
const TABS = ['Alerts', 'Rules'] as const;
type Tab = (typeof TABS)[number];

export function AlertsPanel() {
  const [tab, setTab] = useState<Tab>('Alerts');
  const [params, setParams] = useState(NEWEST);
  const view = useView('alerts', params);
  const rules = useView('alertRules', NOTHING)?.rules ?? [];
  const unread = view?.unread ?? 0;
  return (
    <section className="panel" aria-label="Alerts">
      <Tabs
        label="Alerts"
        names={TABS}
        chosen={tab}
        onChoose={setTab}
        counts={{ Alerts: unread, Rules: rules.length }}
        actions={
          tab === 'Alerts' ? (
            <>
              {params === NEWEST && (view?.alerts.length ?? 0) >= NEWEST.limit && (
                <button
                  type="button"
                  className="tab-button"
                  title={`All kept alerts are shown: the last ${MAX_ALERTS}`}
                  onClick={() => setParams(ALL)}
                >
                  Older
                </button>
              )}
              <AcknowledgeAll unread={unread} />
              <ViewAge topic="alerts" params={params} />
            </>
          ) : (
            <ViewAge topic="alertRules" params={NOTHING} />
          )
        }
      >
        {tab === 'Alerts' ? <AlertList alerts={view?.alerts ?? []} /> : <RuleList rules={rules} />}
      </Tabs>
    </section>
  );
}

function AcknowledgeAll({ unread }: { readonly unread: number }) {
  const session = useSession();
  const isViewer = useIsViewer();
  return (
    <button
      type="button"
      className="tab-button"
      title="Acknowledge all"
      disabled={isViewer || unread === 0}
      onClick={() => void session.run('The alerts were not acknowledged', 'acknowledgeAlerts', {})}
    >
      <CheckCheck size={13} aria-hidden="true" />
      <span className="visually-hidden">Acknowledge all</span>
    </button>
  );
}
