/** Event buses: where the facts of the journal are published. The address of a broker never comes into a window: a command sets it. */
import { useState } from 'react';
import { BUS_KINDS, type BusStanding } from '../../../src-engine/contract/bus-operations.ts';
import type { OperationOutput } from '../../../src-engine/contract/operations.ts';
import { Choice } from '../../components/choice.tsx';
import { SetCommand } from '../../components/set-command.tsx';
import { Word } from '../../components/word.tsx';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';

/** Long: the keychain may ask its owner first. */
const askBuses = (client: EngineClient) => client.call('listBuses', {}, 70_000);
/** A broker may be away, or be back, at any moment. */
const AGAIN_MS = 5_000;

const TITLES: Readonly<Record<(typeof BUS_KINDS)[number], string>> = {
  redis: 'Redis Streams',
  rabbitmq: 'RabbitMQ',
};

type Buses = OperationOutput<'listBuses'>;

export function BusesSection() {
  const isViewer = useIsViewer();
  return (
    <section className="form" aria-label="Event bus" id="settings-buses">
      <h3>Event bus</h3>
      {isViewer ? <p className="field-help">Event buses are not shown in a read-only window.</p> : <Buses />}
      <p className="field-help">
        Every fact of the journal is published once it is stored, at least once and in order. A broker that is
        away is caught up from the journal and delays nothing.
      </p>
    </section>
  );
}

function Buses() {
  const [answer, setAnswer] = useAsked(askBuses, AGAIN_MS);
  if (answer === undefined) return <p className="dim">Reading the event buses…</p>;
  return (
    <>
      {answer.buses.map((bus) => (
        <Bus key={bus.name} bus={bus} onChange={setAnswer} />
      ))}
      <AddBus onChange={setAnswer} />
    </>
  );
}

function stateOf({ isOn, secret, lastError }: BusStanding) {
  if (secret === 'unreadable') return { tone: 'warn', label: 'Address cannot be read' } as const;
  if (secret === 'absent') return { tone: 'warn', label: 'Address not set' } as const;
  if (!isOn) return { tone: 'quiet', label: 'Off' } as const;
  return lastError === ''
    ? ({ tone: 'good', label: 'On' } as const)
    : ({ tone: 'warn', label: 'Away' } as const);
}

function Bus({ bus, onChange }: { readonly bus: BusStanding; readonly onChange: (buses: Buses) => void }) {
  const session = useSession();
  const { name, kind, isOn, topic, keep } = bus;
  const turn = async (): Promise<void> => {
    const settings = { name, kind, topic, keep, isOn: !isOn };
    const saved = await session.run(`The event bus ${name} was not changed`, 'saveBus', settings);
    if (saved !== undefined) onChange(saved);
  };
  const remove = async (): Promise<void> => {
    const left = await session.run(`The event bus ${name} was not removed`, 'removeBus', { name });
    if (left !== undefined) onChange(left);
  };
  return (
    <div className="key-standing">
      <p>
        <Word {...stateOf(bus)} /> <strong>{name}</strong>{' '}
        <span className="dim">
          {TITLES[kind]}, {topic}
        </span>
      </p>
      <p className="field-help">
        {bus.published} published, {bus.backlog} behind, {bus.failed} failed tries since the start.
        {bus.lastError !== '' && ` Last error: ${bus.lastError}.`}
      </p>
      {bus.secret !== 'present' && <SetCommand what="Set its address" command={bus.setWith} />}
      <div className="form-actions">
        <button type="button" className="button" onClick={() => void turn()}>
          {isOn ? `Turn ${name} off` : `Turn ${name} on`}
        </button>
        <button type="button" className="button" onClick={() => void remove()}>
          Remove {name}
        </button>
      </div>
    </div>
  );
}

function AddBus({ onChange }: { readonly onChange: (buses: Buses) => void }) {
  const session = useSession();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<(typeof BUS_KINDS)[number]>('redis');
  const add = async (): Promise<void> => {
    const added = await session.run('The event bus was not added', 'saveBus', { name, kind });
    if (added === undefined) return;
    setName('');
    onChange(added);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <div className="field-row">
        <label htmlFor="bus-name">Name of a new event bus</label>
        <input
          id="bus-name"
          className="input"
          value={name}
          placeholder="desk"
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <Choice label="Broker" value={kind} values={BUS_KINDS} text={(one) => TITLES[one]} onChoose={setKind} />
      <div className="form-actions">
        <button type="submit" className="button" disabled={name === ''}>
          Add event bus
        </button>
      </div>
    </form>
  );
}
