/** A new run plan: its name, its venues, and what is real of it. */
import { useState } from 'react';
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import type { PlanVenue } from '../../../src-engine/contract/plan-records.ts';
import type { KnownVenue } from '../../../src-engine/contract/venue-records.ts';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { isInLocalMarket } from '../venues/venue-about.ts';
import { VenueChoices } from '../venues/venue-choices.tsx';

const askVenues = (client: EngineClient) => client.call('listVenues', {}).then(({ venues }) => venues);

type PlanFormProps = {
  /** Resolves with true when it was stored. */
  readonly onAdd: (plan: OperationInput<'addPlan'>) => Promise<boolean>;
};

/** What a plan of this market and these orders takes. A venue that is not listed is one of ccxt whose name was typed: it is watched, and traded on paper. */
function fitOf(market: PlanVenue['market'], execution: PlanVenue['execution']) {
  return (venue: KnownVenue | undefined): boolean => {
    if (market === 'local') return venue !== undefined && isInLocalMarket(venue, execution === 'account');
    return execution === 'simulated' || venue?.tradesAccounts === true;
  };
}

export function PlanForm({ onAdd }: PlanFormProps) {
  const [known] = useAsked(askVenues);
  const [name, setName] = useState('');
  const [ids, setIds] = useState<readonly string[]>([]);
  const [market, setMarket] = useState<PlanVenue['market']>('live');
  const [execution, setExecution] = useState<PlanVenue['execution']>('simulated');
  const [home, setHome] = useState('');
  /** A venue that the choice does not offer is not chosen any longer: the plan would be refused. */
  const choose = (nextMarket: typeof market, nextExecution: typeof execution): void => {
    setMarket(nextMarket);
    setExecution(nextExecution);
    const fits = fitOf(nextMarket, nextExecution);
    setIds(ids.filter((id) => fits(known?.find((one) => one.id === id))));
  };
  const submit = async (): Promise<void> => {
    const venues = ids.map((venue) => ({ venue, market, execution }));
    if (!(await onAdd({ name, venues, home: home === '' ? null : home }))) return;
    setName('');
    setIds([]);
  };
  return (
    <form
      className="form"
      aria-label="New plan"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h3>New plan</h3>
      <label className="field">
        <span>Name</span>
        <input
          className="input"
          maxLength={40}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </label>
      {known !== undefined && (
        <VenueChoices
          known={known}
          chosen={ids}
          isLocal={market === 'local'}
          fits={fitOf(market, execution)}
          onToggle={(id, isChosen) =>
            setIds(isChosen ? [...new Set([...ids, id])] : ids.filter((other) => other !== id))
          }
        />
      )}
      <label className="field">
        <span>Market</span>
        <select
          className="input"
          value={market}
          onChange={({ target }) => choose(target.value === 'local' ? 'local' : 'live', execution)}
        >
          <option value="live">Live: the venues themselves</option>
          <option value="local">Local: simulated exchanges on this machine</option>
        </select>
      </label>
      <label className="field">
        <span>Orders</span>
        <select
          className="input"
          value={execution}
          onChange={({ target }) => choose(market, target.value === 'account' ? 'account' : 'simulated')}
        >
          <option value="simulated">Simulated fills</option>
          <option value="account">To the accounts at the venues, once armed</option>
        </select>
      </label>
      <label className="field">
        <span>Profits in</span>
        <input
          className="input"
          maxLength={10}
          value={home}
          aria-describedby="plan-home-help"
          onChange={({ target }) => setHome(target.value.trim().toUpperCase())}
        />
        <span id="plan-home-help" className="field-help">
          A currency code; left empty: USD, or what the account holds.
        </span>
      </label>
      <button type="submit" className="button" disabled={name === '' || ids.length === 0}>
        Store the plan
      </button>
    </form>
  );
}
