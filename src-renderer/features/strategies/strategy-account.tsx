/** A strategy and the account of the session: what it may hold and lose there, why it was taken back, and the way up, by its gates. */
import { useEffect, useState } from 'react';
import type {
  StrategiesView,
  StrategyGates,
  StrategyRow,
} from '../../../src-engine/contract/strategy-records.ts';
import { OVERRIDE_WORD } from '../../../src-engine/domain/gate-override.ts';
import { strategyFaultLabel } from '../../../src-engine/domain/halt-texts.ts';
import { Signed } from '../../components/exact.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { ReasonField } from '../../components/reason-field.tsx';
import { TypedConfirm } from '../../components/typed-confirm.tsx';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { profitPlaces, shownSentence } from '../../lib/decimal-text.ts';
import { GateList } from '../models/gate-list.tsx';

export function StrategyAccount({ row, view }: { readonly row: StrategyRow; readonly view: StrategiesView }) {
  const { account, fellBack, quote, mode } = row;
  const next = mode === 'canary' ? 'full' : mode === 'shadow' ? 'canary' : undefined;
  return (
    <section aria-label="At an account">
      {fellBack !== null && (
        <Notice tone="warn" title={`Taken back from the account: ${strategyFaultLabel(fellBack.code)}`}>
          <p>{shownSentence(fellBack.detail)}</p>
        </Notice>
      )}
      {account !== null && (
        <Facts>
          <Fact
            name="Most held"
            title="What it may hold in each market at the account: of a canary a hundredth of its stake"
          >
            {account.stake} {quote}
          </Fact>
          <Fact
            name="Lost of its budget"
            title="With fees and what it holds; once all of it is lost it is taken back to shadow"
          >
            <Signed text={account.lost === '0' ? '0' : `-${account.lost}`} places={profitPlaces(quote)} /> /{' '}
            {account.lossBudget}
          </Fact>
        </Facts>
      )}
      {view.accountRefusal === '' ? (
        next !== undefined && <WayUp key={`${row.strategy} ${next}`} row={row} to={next} />
      ) : (
        <p className="dim">Not at an account: {view.accountRefusal}.</p>
      )}
    </section>
  );
}

/** Read again whenever the strategy has done something, and once it was promoted. */
function WayUp({ row, to }: { readonly row: StrategyRow; readonly to: StrategyGates['to'] }) {
  const { client } = useSession();
  const isViewer = useIsViewer();
  const [found, setFound] = useState<{ readonly of: number; readonly gates: StrategyGates } | undefined>();
  const [budget, setBudget] = useState('');
  const [why, setWhy] = useState('');
  const { strategy, fills, steps, quote } = row;
  // It may show more with each bar.
  const moment = steps + fills;
  useEffect(() => {
    let isGone = false;
    client.call('getStrategyGates', { strategy, to }).then(
      (gates) => {
        if (!isGone) setFound({ of: moment, gates });
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [client, strategy, to, moment]);
  if (found === undefined) return null;
  const { gates, refusal, passes, stake, lossBudget } = found.gates;
  const promote = (override: string) =>
    client.call('promoteStrategy', {
      strategy,
      to,
      confirm: strategy,
      why: why.trim(),
      override,
      ...(budget.trim() === '' ? {} : { lossBudget: budget.trim() }),
    });
  const purpose = `to let it trade the account, with up to ${stake} ${quote}.`;
  return (
    <>
      <GateList gates={gates} />
      {refusal !== '' && (
        <p className="dim">
          Mode {to} {shownSentence(refusal)}
        </p>
      )}
      {refusal === '' && !isViewer && (
        <details className="lab-details">
          <summary>{passes ? `Promote to ${to}…` : `Promote to ${to} although it does not pass…`}</summary>
          <label className="field field-row">
            <span className="field-label">Loss budget, {quote}</span>
            <input
              className="input"
              value={budget}
              maxLength={30}
              placeholder={lossBudget}
              aria-label="Loss budget"
              onChange={(event) => setBudget(event.target.value)}
            />
            <span className="field-help">The loss at which it is taken back to shadow by itself.</span>
          </label>
          <ReasonField
            of="promotion"
            value={why}
            onChange={setWhy}
            help="Kept in the audit trail; needed where a gate does not pass."
          />
          <TypedConfirm
            word={passes ? strategy : OVERRIDE_WORD}
            action={passes ? `Promote to ${to}` : 'Override the gates'}
            purpose={purpose}
            onConfirm={() => promote(passes ? '' : OVERRIDE_WORD)}
          />
        </details>
      )}
    </>
  );
}
