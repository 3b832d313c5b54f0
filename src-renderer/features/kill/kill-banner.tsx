import { Check, LoaderCircle, LockKeyholeOpen, type LucideIcon, OctagonX, TriangleAlert } from 'lucide-react';
import { useIsViewer, useReplica, useSession, useSessionState } from '../../engine/use-session.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { type KillStep, killSteps } from './kill-steps.ts';

const STEP_ICONS: Readonly<Record<KillStep['state'], LucideIcon>> = {
  done: Check,
  running: LoaderCircle,
  failed: TriangleAlert,
};

/** Latched while the engine is killed: what was done, step by step, and the way back. */
export function KillBanner({ onRearm }: { readonly onRearm: () => void }) {
  const session = useSession();
  const call = useSessionState(({ killCall }) => killCall);
  const killed = useReplica(({ status }) => status.killed) ?? false;
  const cancelsSent = useReplica((replica) => replica.killCancelsSent) ?? null;
  const openOrders = useReplica(({ status }) => status.killVerifiedOpenOrders) ?? null;
  const reason = useReplica(({ killReason }) => killReason) ?? '';
  const isViewer = useIsViewer();
  const problem = useReplica(({ status }) => status.killProblem) ?? '';
  const venues = useReplica(({ status }) => status.killVenues);
  const steps = killSteps({ call, killed, cancelsSent, openOrders, problem, venues });
  return (
    <div role="alert" aria-label="Kill switch" className="kill-live">
      {steps.length > 0 && (
        <div className="kill-banner">
          <OctagonX size={20} aria-hidden="true" />
          <strong>{killed ? 'KILLED' : 'KILL'}</strong>
          {reason !== '' && reason !== 'operator' && <span className="kill-reason">{reason}</span>}
          <ol className="kill-steps">
            {steps.map(({ state, text }) => {
              const Icon = STEP_ICONS[state];
              return (
                <li key={text} className={`kill-step kill-step-${state}`}>
                  <Icon size={14} aria-hidden="true" />
                  <span>{text}</span>
                </li>
              );
            })}
          </ol>
          <span className="spacer" />
          {killed && !isViewer && (
            <button type="button" className="button" onClick={onRearm}>
              <LockKeyholeOpen size={14} aria-hidden="true" />
              Re-arm…
            </button>
          )}
        </div>
      )}
      {!killed && (call.phase === 'failed' || call.phase === 'latched') && (
        <ProblemNotice
          title={
            call.phase === 'latched'
              ? 'The kill is waiting for the engine. Dismiss this to withdraw it; use another way now.'
              : 'The kill switch was not confirmed. Use another way now.'
          }
          problem={{ remedy: 'On this machine: npm run -s parallax -- kill', ...call.problem }}
          onDismiss={() => session.dismissKill()}
        />
      )}
    </div>
  );
}
