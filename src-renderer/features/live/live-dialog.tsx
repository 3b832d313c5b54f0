/** Live trading: what must hold, arming by the venue's typed name, the canary, and the ghost beside the account. */
import { useState } from 'react';
import type { ArmingStatus, VenueArming } from '../../../src-engine/contract/live-records.ts';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Signed } from '../../components/exact.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { TypedConfirm } from '../../components/typed-confirm.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';
import { ChecklistRow } from './checklist-row.tsx';
import { GoLive } from './go-live.tsx';
import { GhostFigures } from './ghost-panel.tsx';
import { useArming } from './use-arming.ts';
import { useGhost } from './use-ghost.ts';

type Take = (next: ArmingStatus) => void;

export function LiveDialog({ onClose }: { readonly onClose: () => void }) {
  const { arming, take } = useArming();
  return (
    <Dialog title="Live trading" kind="box" onClose={onClose}>
      {arming === undefined ? (
        <EmptyState title="No data yet">The engine has not answered yet.</EmptyState>
      ) : arming.isNeeded ? (
        <Accounts arming={arming} take={take} />
      ) : (
        <EmptyState title="This profile trades no account">
          Fills are simulated: there is nothing to arm. To practise live trading, start the rehearsal: npm run
          -s parallax -- serve --profile rehearsal
        </EmptyState>
      )}
    </Dialog>
  );
}

const WORDS = { disarmed: 'DISARMED', canary: 'CANARY', armed: 'ARMED' } as const;

/** Of several accounts one is shown at a time, chosen by its venue; each is armed and disarmed on its own. */
function Accounts({ arming, take }: { readonly arming: ArmingStatus; readonly take: Take }) {
  const { venues } = arming;
  const [chosen, setChosen] = useState<string>();
  const shown = venues.find(({ venue }) => venue === chosen) ?? venues[0];
  if (shown === undefined) return null;
  // Text typed for one venue must not remain under another.
  const standing = <Standing key={shown.venue} arming={arming} account={shown} take={take} />;
  return (
    <div className="health">
      {venues.length === 1 ? (
        standing
      ) : (
        <Tabs
          label="Venue"
          names={venues.map(tabOf)}
          chosen={tabOf(shown)}
          onChoose={(tab) => setChosen(venues.find((one) => tabOf(one) === tab)?.venue)}
        >
          <div className="health">{standing}</div>
        </Tabs>
      )}
      <Ghost />
    </div>
  );
}

function tabOf({ title, state, watchedFor }: VenueArming): string {
  return `${title}: ${watchedFor === '' ? WORDS[state].toLowerCase() : 'watched'}`;
}

type Shown = { readonly arming: ArmingStatus; readonly account: VenueArming; readonly take: Take };

function Standing({ arming, account, take }: Shown) {
  const { state, reason, sinceUs, checklist, watchedFor } = account;
  const isSimulated = useReplica(({ status }) => status.simulatedMarket) ?? false;
  const open = checklist.filter(({ ok }) => !ok).length;
  const money = isSimulated ? 'A rehearsal: the venue and its money are simulated.' : 'The money is real.';
  if (watchedFor !== '') {
    return (
      <p className="risk-level" role="status">
        <strong>WATCHED</strong> {account.title} is watched without trading: {watchedFor}
        <small className="account-age">It is traded once its account allows it and nothing is armed.</small>
      </p>
    );
  }
  return (
    <>
      <p className={state === 'disarmed' ? 'risk-level' : 'risk-level risk-level-bad'} role="status">
        <strong>{WORDS[state]}</strong> {reason}
        {sinceUs > 0 && (
          <>
            {' · '}
            <Since atUs={sinceUs} />
          </>
        )}
        <small className="account-age">{money}</small>
      </p>
      <Actions arming={arming} account={account} take={take} open={open} />
      <section aria-label="Checklist">
        <h3 className="account-head">
          {open === 0 ? 'All items are done' : `${open} of ${checklist.length} items are not done yet`}
        </h3>
        <ul className="checklist">
          {checklist.map((item) => (
            <ChecklistRow key={item.id} {...item} />
          ))}
        </ul>
      </section>
      <GoLive venue={account.venue} />
    </>
  );
}

function Actions({ arming, account, take, open }: Shown & { readonly open: number }) {
  const { client } = useSession();
  const { canaryShare, homeAsset } = arming;
  const { venue, title, state, canary } = account;
  const disarm = <DisarmButton account={account} isOne={arming.venues.length === 1} take={take} />;
  if (state === 'armed') return disarm;
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
          <Fact name="Canary loss limit">
            {canary.budget} {homeAsset}
          </Fact>
        </Facts>
        {ready && (
          <TypedConfirm
            word={title}
            action="Arm in full"
            purpose="to remove the canary’s limits: only your own limits then apply"
            onConfirm={async () => take(await client.call('armFully', { venue, title }))}
          />
        )}
        {disarm}
      </>
    );
  }
  if (open > 0) {
    return <p className="dim">Arming is possible once all items below are done.</p>;
  }
  return (
    <TypedConfirm
      word={title}
      action="Arm a canary"
      purpose={`to send real orders there, at ${canaryShare * 100} % of your limits until the canary is complete`}
      onConfirm={async () => take(await client.call('armLive', { venue, title }))}
    />
  );
}

function DisarmButton({
  account: { venue, title },
  isOne,
  take,
}: {
  readonly account: VenueArming;
  readonly isOne: boolean;
  readonly take: Take;
}) {
  const session = useSession();
  const disarm = async () => {
    const next = await session.run('Live trading was not disarmed', 'disarm', { venue });
    if (next !== undefined) take(next);
  };
  return (
    <div className="form-actions">
      <button type="button" className="button button-warn" onClick={() => void disarm()}>
        {isOne ? 'Disarm, back to the ghost' : `Disarm ${title}, back to the ghost`}
      </button>
    </div>
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
