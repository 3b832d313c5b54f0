/** Channels that bring alerts outside the window. Their addresses and tokens never come into one: a command sets them. */
import { useState } from 'react';
import { CHANNEL_KINDS, type ChannelStanding } from '../../../src-engine/contract/channel-operations.ts';
import type { OperationOutput } from '../../../src-engine/contract/operations.ts';
import { Choice } from '../../components/choice.tsx';
import { SetCommand } from '../../components/set-command.tsx';
import { Word } from '../../components/word.tsx';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';

/** Long: the keychain may ask its owner first. */
const askChannels = (client: EngineClient) => client.call('listChannels', {}, 70_000);
/** Other windows and the command line change channels too, and counts go on. */
const AGAIN_MS = 5_000;
/** A service has ten seconds to answer. */
const TEST_MS = 20_000;

const SEVERITIES = ['critical', 'warning', 'info'] as const;
const FROM: Readonly<Record<(typeof SEVERITIES)[number], string>> = {
  critical: 'critical',
  warning: 'warnings and worse',
  info: 'all',
};
const TITLES: Readonly<Record<(typeof CHANNEL_KINDS)[number], string>> = {
  webhook: 'signed webhook',
  telegram: 'Telegram',
  discord: 'Discord',
  slack: 'Slack',
  teams: 'Teams',
  email: 'e-mail',
};

type Channels = OperationOutput<'listChannels'>;

export function ChannelsSection() {
  const isViewer = useIsViewer();
  return (
    <section className="form" aria-label="Channels" id="settings-channels">
      <h3>Channels</h3>
      {isViewer ? <p className="field-help">Channels are not shown in a read-only window.</p> : <Channels />}
      <p className="field-help">
        Alerts go to these channels whether a window is open or not. Address, token or password of a channel
        are set by a command and stored in the keychain of the engine’s user. A service that is slow or away
        delays nothing else.
      </p>
    </section>
  );
}

function Channels() {
  const [answer, setAnswer] = useAsked(askChannels, AGAIN_MS);
  if (answer === undefined) return <p className="dim">Reading the channels…</p>;
  return (
    <>
      {answer.channels.map((channel) => (
        <Channel key={channel.name} channel={channel} onChange={setAnswer} />
      ))}
      <AddChannel onChange={setAnswer} />
    </>
  );
}

function stateOf({ isOn, secret }: ChannelStanding) {
  if (secret === 'unreadable') return { tone: 'warn', label: 'Secret cannot be read' } as const;
  if (secret === 'absent') return { tone: 'warn', label: 'Address not set' } as const;
  return isOn ? ({ tone: 'good', label: 'On' } as const) : ({ tone: 'quiet', label: 'Off' } as const);
}

function Channel({
  channel,
  onChange,
}: {
  readonly channel: ChannelStanding;
  readonly onChange: (channels: Channels) => void;
}) {
  const session = useSession();
  const [result, setResult] = useState('');
  const { name, kind, isOn, severity, quiet, allowsPrivate } = channel;
  const save = async (change: Partial<Pick<ChannelStanding, 'isOn' | 'severity'>>): Promise<void> => {
    const settings = { name, kind, isOn, severity, quiet, allowsPrivate, ...change };
    const saved = await session.run(`The channel ${name} was not changed`, 'saveChannel', settings);
    if (saved !== undefined) onChange(saved);
  };
  const test = async (): Promise<void> => {
    setResult('Sending…');
    try {
      const { delivered, detail } = await session.client.call('testChannel', { name }, TEST_MS);
      setResult(delivered ? 'Delivered.' : `Not delivered: ${detail}.`);
    } catch {
      setResult('Not delivered: the engine gave no answer.');
    }
  };
  const remove = async (): Promise<void> => {
    const left = await session.run(`The channel ${name} was not removed`, 'removeChannel', { name });
    if (left !== undefined) onChange(left);
  };
  return (
    <div className="key-standing">
      <p>
        <Word {...stateOf(channel)} /> <strong>{name}</strong> <span className="dim">{TITLES[kind]}</span>
      </p>
      <Choice
        label={`Alerts to ${name}`}
        value={severity}
        values={SEVERITIES}
        text={(one) => FROM[one]}
        onChoose={(chosen) => void save({ severity: chosen })}
      />
      <p className="field-help">
        {channel.sent} sent, {channel.failed} failed, {channel.waiting} waiting.
        {quiet !== null && ` From ${quiet.from} to ${quiet.to} UTC critical alerts only.`}
        {channel.lastError !== '' && ` Last error: ${channel.lastError}.`}
        {channel.problem !== '' && ` ${channel.problem}`}
      </p>
      {channel.secret !== 'present' && <SetCommand what="Set its address" command={channel.setWith} />}
      <div className="form-actions">
        <button type="button" className="button" onClick={() => void test()}>
          Send a test to {name}
        </button>
        <button type="button" className="button" onClick={() => void save({ isOn: !isOn })}>
          {isOn ? 'Turn off' : 'Turn on'}
        </button>
        <button type="button" className="button" onClick={() => void remove()}>
          Remove
        </button>
        <span role="status">{result}</span>
      </div>
    </div>
  );
}

function AddChannel({ onChange }: { readonly onChange: (channels: Channels) => void }) {
  const session = useSession();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<(typeof CHANNEL_KINDS)[number]>('telegram');
  const add = async (): Promise<void> => {
    const added = await session.run('The channel was not added', 'saveChannel', { name, kind });
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
        <label htmlFor="channel-name">Name of a new channel</label>
        <input
          id="channel-name"
          className="input"
          value={name}
          placeholder="desk"
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <Choice
        label="Leads to"
        value={kind}
        values={CHANNEL_KINDS}
        text={(one) => TITLES[one]}
        onChoose={setKind}
      />
      <div className="form-actions">
        <button type="submit" className="button" disabled={name === ''}>
          Add channel
        </button>
      </div>
    </form>
  );
}
