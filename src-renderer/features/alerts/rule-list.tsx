/** The trader's own rules: the state of each, and a form that makes or changes one. */
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { RuleStanding } from '../../../src-engine/contract/alert-records.ts';
import { MAX_RULES } from '../../../src-engine/contract/alert-records.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { AgeSince } from '../../components/view-age.tsx';
import { Word } from '../../components/word.tsx';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { useLinkedInstrument } from '../../workspace/panel-context.tsx';
import { instrumentKey } from '../../workspace/links.ts';
import { rearmText, RULE_STATES, ruleText, SEVERITY_WORDS, valueText } from './alert-words.ts';
import { draftOf, newDraft, type RuleDraft } from './rule-draft.ts';
import { RuleForm } from './rule-form.tsx';

type Editing = { readonly ruleId: number | undefined; readonly draft: RuleDraft } | null;

export function RuleList({ rules }: { readonly rules: readonly RuleStanding[] }) {
  const isViewer = useIsViewer();
  const { instrument } = useLinkedInstrument();
  const [editing, setEditing] = useState<Editing>(null);
  const startNew = () => {
    const key = instrument === undefined ? '' : instrumentKey(instrument);
    setEditing({ ruleId: undefined, draft: newDraft('price', key) });
  };
  if (editing !== null) {
    return (
      <div className="scrolling">
        <RuleForm
          key={editing.ruleId ?? 'new'}
          ruleId={editing.ruleId}
          start={editing.draft}
          onDone={() => setEditing(null)}
        />
      </div>
    );
  }
  return (
    <div className="scrolling">
      {rules.length === 0 ? (
        <EmptyState title="No rule yet">
          A rule alerts you when a price is crossed, a net edge or a drawdown is reached, or a book is not
          live. Add the first with “New rule”.
        </EmptyState>
      ) : (
        <ul className="rules" aria-label="Rules">
          {rules.map((standing) => (
            <RuleItem
              key={standing.ruleId}
              standing={standing}
              onEdit={() => setEditing({ ruleId: standing.ruleId, draft: draftOf(standing.rule) })}
            />
          ))}
        </ul>
      )}
      <p className="rules-foot">
        <button
          type="button"
          className="button button-primary"
          disabled={isViewer || rules.length >= MAX_RULES}
          title={rules.length >= MAX_RULES ? `At most ${MAX_RULES} rules` : undefined}
          onClick={startNew}
        >
          <Plus size={13} aria-hidden="true" /> New rule
        </button>
      </p>
    </div>
  );
}

function RuleItem({ standing, onEdit }: { readonly standing: RuleStanding; readonly onEdit: () => void }) {
  const session = useSession();
  const isViewer = useIsViewer();
  const { ruleId, rule, state } = standing;
  const words = RULE_STATES[state];
  const says = ruleText(rule);
  const value = valueText(standing);
  return (
    <li className="rule">
      <div className="rule-text">
        <p>
          <Word tone={words.tone} label={words.label} explain={words.explain} /> <strong>{says}</strong>
          {value !== '' && <span className="num dim">now {value}</span>}
        </p>
        <p className="dim rule-more">
          {SEVERITY_WORDS[rule.severity].label}; active again when {rearmText(rule)}
          {standing.firedUs !== null && (
            <>
              ; fired <AgeSince atUs={standing.firedUs} /> ago
            </>
          )}
        </p>
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={rule.enabled}
          disabled={isViewer}
          aria-label={`On: ${says}`}
          onChange={(event) =>
            void session.run('The rule was not changed', 'saveAlertRule', {
              ruleId,
              rule: { ...rule, enabled: event.target.checked },
            })
          }
        />
        on
      </label>
      <button
        type="button"
        className="button"
        disabled={isViewer}
        aria-label={`Change ${says}`}
        onClick={onEdit}
      >
        Change
      </button>
      <ConfirmButton
        label="Remove"
        name={says}
        confirm="Really remove"
        onConfirm={() => session.run('The rule was not removed', 'deleteAlertRule', { ruleId })}
      />
    </li>
  );
}
