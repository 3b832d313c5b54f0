import type { RiskStatus } from '../../../src-engine/contract/risk-records.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Amount } from '../../components/exact.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Gauge } from '../../components/gauge.tsx';
import { AgeSince, ViewAge } from '../../components/view-age.tsx';
import { Panel } from '../../components/panel.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { breakerLabel } from '../../../src-engine/domain/halt-texts.ts';
import { denialLabel } from '../../lib/code-words.ts';
import { ABSENT } from '../../lib/decimal-text.ts';
import { formatCount } from '../../lib/figures.ts';
import { DenialsTable } from './denials-table.tsx';
import { gaugeShare, gaugeText, HOLD_WORDS, nextLevelText, standingWords } from './risk-words.ts';
import { strategyText } from '../../lib/words.ts';
import { readableText } from '../../lib/readable-text.ts';
import { useRisk } from './use-risk.ts';

const NOTHING = {};

/** What blocks trading and how much of each limit is used; what was stopped is released here. */
export function RiskPanel() {
  return (
    <Panel title="Risk" actions={<ViewAge topic="risk" params={NOTHING} />}>
      <div className="scrolling">
        <RiskOrWait />
      </div>
    </Panel>
  );
}

/** The state of risk, or why it is not known yet. */
export function RiskOrWait() {
  const risk = useRisk();
  return risk === undefined ? (
    <EmptyState title="No account yet">Limit usage appears once a profile has been chosen.</EmptyState>
  ) : (
    <Standing risk={risk} />
  );
}

function Standing({ risk }: { readonly risk: RiskStatus }) {
  const words = standingWords(risk);
  const limits = useReplica((replica) => replica.limits);
  const money = (amount: string | null) =>
    amount === null ? (
      ABSENT
    ) : (
      <>
        <Amount text={amount} places={2} /> {risk.homeAsset}
      </>
    );
  return (
    <div className="health">
      <p className={words.isBad ? 'risk-level risk-level-bad' : 'risk-level'} role="status">
        <strong>{words.label}.</strong> {words.explain}
        {limits !== undefined && <small className="account-age">{nextLevelText(risk.level, limits)}</small>}
      </p>
      <Facts>
        <Fact name="Equity">{money(risk.equity)}</Fact>
        <Fact name="Start of day">{money(risk.dayOpenEquity)}</Fact>
        <Fact name="Peak">{money(risk.peakEquity)}</Fact>
        <Fact name="Limits">version {formatCount(risk.limitsVersion)}</Fact>
      </Facts>
      <Held risk={risk} />
      <PlainTable className="health-table">
        <caption>Limit usage</caption>
        <tbody>
          {risk.gauges.map((gauge) => (
            <tr key={gauge.name}>
              <th scope="row">{gauge.name}</th>
              <td>
                <Gauge label={gauge.name} share={gaugeShare(gauge) ?? null} />
              </td>
              <td className="num">{gaugeText(gauge)}</td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
      {risk.denials.length > 0 && (
        <PlainTable className="health-table">
          <caption>Denied in this run</caption>
          <tbody>
            <tr>
              <th scope="row">Total</th>
              <td className="num" data-exact={deniedOf(risk)}>
                {formatCount(deniedOf(risk))}
              </td>
            </tr>
            {risk.denials.map(({ code, count }) => (
              <tr key={code}>
                <th scope="row">{denialLabel(code)}</th>
                <td className="num">{formatCount(count)}</td>
              </tr>
            ))}
          </tbody>
        </PlainTable>
      )}
      <DenialsTable />
    </div>
  );
}

/** Plans and orders that were refused in this run: the count of the status bar. */
function deniedOf({ denials }: RiskStatus): number {
  return denials.reduce((sum, { count }) => sum + count, 0);
}

/** Breakers and cycles that are stopped, each with the button that releases it. */
function Held({ risk }: { readonly risk: RiskStatus }) {
  const session = useSession();
  const hasDayLoss = risk.breakers.some(({ breaker }) => breaker === 'daily-loss');
  return (
    <PlainTable className="health-table">
      <caption>Blocked</caption>
      <tbody>
        {risk.level !== 'normal' && !hasDayLoss && (
          <HeldRow
            name={breakerLabel('daily-loss')}
            says={`loss level ${risk.level}`}
            sinceUs={risk.levelSinceUs}
            action="Reset"
            confirm="Really reset"
            onAction={() =>
              session.run('The daily loss was not reset', 'resetBreaker', { breaker: 'daily-loss' })
            }
          />
        )}
        {risk.breakers.map(({ breaker, venue, state, reason, sinceUs }) => (
          <HeldRow
            key={`${breaker} ${venue}`}
            name={breakerLabel(breaker, venue)}
            says={`${state}: ${reason}`}
            sinceUs={sinceUs}
            action="Reset"
            confirm="Really reset"
            onAction={() => session.run('The breaker was not reset', 'resetBreaker', { breaker, venue })}
          />
        ))}
        {risk.stops.map(({ strategy, reason, sinceUs }) => (
          <HeldRow
            key={strategy}
            name={strategyText(strategy)}
            says={reason}
            sinceUs={sinceUs}
            action="Enable"
            confirm="Really enable"
            onAction={() => session.run('The cycle was not enabled', 'enableStrategy', { strategy })}
          />
        ))}
        {risk.holds.map(({ kind, reason }) => (
          <tr key={kind} className="health-bad">
            <th scope="row">
              {HOLD_WORDS[kind]}
              <small>{readableText(reason)}</small>
            </th>
          </tr>
        ))}
        {risk.level === 'normal' && risk.holds.length + risk.breakers.length + risk.stops.length === 0 && (
          <tr>
            <th scope="row">No active restrictions.</th>
          </tr>
        )}
      </tbody>
    </PlainTable>
  );
}

function HeldRow({
  name,
  says,
  sinceUs,
  action,
  confirm,
  onAction,
}: {
  readonly name: string;
  readonly says: string;
  readonly sinceUs: number;
  readonly action: string;
  readonly confirm: string;
  readonly onAction: () => Promise<unknown>;
}) {
  return (
    <tr className="health-bad">
      <th scope="row">
        {name}
        <small>
          {readableText(says)}, for <AgeSince atUs={sinceUs} />
        </small>
      </th>
      <td>
        <ConfirmButton label={action} name={name} confirm={confirm} onConfirm={onAction} />
      </td>
    </tr>
  );
}
