import { useEffect, useState } from 'react';
import type { LimitChangeRecord } from '../../../src-engine/contract/risk-records.ts';
import { SCOPE_TEXTS } from '../../../src-engine/domain/setting-text.ts';
import { shownChange } from '../../lib/shown-change.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { formatFull } from '../../lib/time-text.ts';

const SHOWN = 50;

/** Who changed which limit when: asked for again after every change. */
export function LimitHistory() {
  const lastSeq =
    useReplica(({ news }) => news.find(({ event }) => event.type === 'limitsChanged')?.seq) ?? 0;
  return <Changes key={lastSeq} />;
}

function Changes() {
  const session = useSession();
  const [changes, setChanges] = useState<readonly LimitChangeRecord[]>();
  useEffect(() => {
    let over = false;
    void session
      .run('The history of limits could not be read', 'listLimitChanges', { limit: SHOWN })
      .then((answer) => {
        if (!over && answer !== undefined) setChanges(answer.changes);
      });
    return () => {
      over = true;
    };
  }, [session]);
  return (
    <section className="form" aria-label="History of changes">
      <h3>History</h3>
      {changes?.length === 0 && <p className="dim">No changes yet.</p>}
      <ol className="limit-history">
        {changes?.map(({ version, scope, atUs, actor, changes: fields }) => (
          <li key={version}>
            <p>
              <strong>Version {version}</strong>{' '}
              <span className="dim">
                {SCOPE_TEXTS[scope]}, {actor}
              </span>
            </p>
            <p className="num dim">{formatFull(atUs, 'utc').slice(0, 19)} UTC</p>
            {fields.map((change) => (
              <p key={change.field} className="num limit-change" title={change.field}>
                {shownChange(change)}
              </p>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}
