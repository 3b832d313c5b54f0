/** Live trading: what must hold, arming by the venue's typed name, the canary, and the ghost beside the account. */
import { CircleCheck, CircleDashed } from 'lucide-react';
import type { ArmingStatus, ChecklistItem } from '../../../src-engine/contract/live-records.ts';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Signed } from '../../components/exact.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { TypedConfirm } from '../../components/typed-confirm.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';
import { GhostFigures } from './ghost-panel.tsx';
import { useArming } from './use-arming.ts';
import { useGhost } from './use-ghost.ts';

type Take = (told: ArmingStatus) => void;

export function LiveDialog({ onClose }: { readonly onClose: () => void }) {
  const { arming, take } = useArming();
  return (
    <Dialog title="Live trading" kind="box" onClose={onClose}>
      {arming === undefined ? (
        <EmptyState title="Nothing known yet">The engine has not answered.</EmptyState>
      ) : arming.isNeeded ? (
        <Standing arming={arming} take={take} />
      ) : (
        <EmptyState title="This profile trades no account">
          Orders are filled on paper: there is nothing to arm. To practise live trading, start the rehearsal:
          npm run -s parallax -- serve --profile rehearsal
        </EmptyState>
      )}
    </Dialog>
  );
}

function Standing({ arming, take }: { readonly arming: ArmingStatus; readonly take: Take }) {
  const { state, reason, sinceUs, checklist } = arming;
  const isSimulated = useReplica(({ status }) => status.simulatedMarket) ?? false;
  const open = checklist.filter(({ ok }) => !ok).length;
  const words = { disarmed: 'DISARMED', canary: 'CANARY', armed: 'ARMED' }[state];
  const money = isSimulated ? 'A rehearsal: the venue and its money are simulated.' : 'The money is real.';
  return (
    <div className="health">
      <p className={state === 'disarmed' ? 'risk-level' : 'risk-level risk-level-bad'} role="status">
        <strong>{words}</strong> {reason}
        {sinceUs > 0 && (
          <>
            {' · '}
            <Since atUs={sinceUs} />
          </>
        )}
        <small className="account-age">{money}</small>
      </p>
      <Actions arming={arming} take={take} open={open} />
      <section aria-label="Checklist">
        <h3 className="account-head">
          {open === 0 ? 'Everything holds' : `${open} of ${checklist.length} do not hold yet`}
        </h3>
        <ul className="checklist">
          {checklist.map((item) => (
            <Item key={item.id} item={item} />
          ))}
        </ul>
      </section>
      <Ghost />
    </div>
  );
}

function Actions({
  arming,
  take,
  open,
}: {
  readonly arming: ArmingStatus;
  readonly take: Take;
  readonly open: number;
}) {
  const { client } = useSession();
  const { state, venueTitle, canary, canaryShare, homeAsset } = arming;
  if (state === 'armed') return <DisarmButton take={take} />;
  if (canary !== null) {
    const ready = canary.completed >= canary.neededCycles;
    return (
      <>
        <Facts>
          <Fact name="Cycles completed">
            {canary.completed} of {canary.neededCycles}
          </Fact>
          <Fact name="Result so far">
            <Signed text={canary.result} places={4} /> {homeAsset}
          </Fact>
          <Fact name="Called back at a loss of">
            {canary.budget} {homeAsset}
          </Fact>
        </Facts>
        {ready && (
          <TypedConfirm
            word={venueTitle}
            action="Arm in full"
            purpose="to lift the canary’s bounds: your own limits then hold alone"
            onConfirm={async () => take(await client.call('armFully', { venue: venueTitle }))}
          />
        )}
        <DisarmButton take={take} />
      </>
    );
  }
  if (open > 0) {
    return <p className="dim">Arming is possible once everything below holds.</p>;
  }
  return (
    <TypedConfirm
      word={venueTitle}
      action="Arm a canary"
      purpose={`to let orders leave for it, at ${canaryShare * 100} % of your limits until the canary has shown itself`}
      onConfirm={async () => take(await client.call('armLive', { venue: venueTitle }))}
    />
  );
}

function DisarmButton({ take }: { readonly take: Take }) {
  const session = useSession();
  const disarm = async () => {
    const told = await session.run('Live trading was not disarmed', 'disarm', {});
    if (told !== undefined) take(told);
  };
  return (
    <div className="form-actions">
      <button type="button" className="button button-warn" onClick={() => void disarm()}>
        Disarm: back to the ghost
      </button>
    </div>
  );
}

function Item({ item: { label, ok, detail, remedy } }: { readonly item: ChecklistItem }) {
  const Icon = ok ? CircleCheck : CircleDashed;
  return (
    <li className={ok ? 'check-ok' : 'check-open'}>
      <Icon size={15} aria-hidden="true" />
      <span className="visually-hidden">{ok ? 'Holds:' : 'Does not hold yet:'}</span>
      <strong>{label}</strong>
      <span className="dim">{detail}</span>
      {remedy !== '' && <span className="check-remedy">{remedy}</span>}
    </li>
  );
}

function Ghost() {
  const ghost = useGhost();
  if (ghost === undefined) return null;
  return (
    <section aria-label="Ghost">
      <h3 className="account-head">The ghost beside the account</h3>
      <GhostFigures ghost={ghost} />
    </section>
  );
}

function Since({ atUs }: { readonly atUs: number }) {
  const session = useSession();
  return <span className="num dim">{useTicking(() => `for ${formatAge(session.nowUs() - atUs)}`)}</span>;
}
