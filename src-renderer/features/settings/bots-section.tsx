/** Bots of a chat: who may look at this engine and stop it from there. A bot's token never comes into a window: a command sets it. */
import { useState } from 'react';
import { BOT_KINDS, type BotPerson, type BotStanding } from '../../../src-engine/contract/bot-operations.ts';
import type { OperationOutput } from '../../../src-engine/contract/operations.ts';
import { Choice } from '../../components/choice.tsx';
import { SetCommand } from '../../components/set-command.tsx';
import { Word } from '../../components/word.tsx';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';

/** Long: the keychain may ask its owner first. */
const askBots = (client: EngineClient) => client.call('listBots', {}, 70_000);
/** A bot that is turned on is connected some seconds later. */
const AGAIN_MS = 5_000;

const TITLES: Readonly<Record<(typeof BOT_KINDS)[number], string>> = {
  telegram: 'Telegram',
  slack: 'Slack (Socket Mode)',
};
const IDS: Readonly<Record<(typeof BOT_KINDS)[number], string>> = {
  telegram: '123456789',
  slack: 'U012ABCDEF',
};

type Bots = OperationOutput<'listBots'>;

export function BotsSection() {
  const isViewer = useIsViewer();
  return (
    <section className="form" aria-label="Bots" id="settings-bots">
      <h3>Bots</h3>
      {isViewer ? <p className="field-help">Bots are not shown in a read-only window.</p> : <Bots />}
      <p className="field-help">
        Listed people ask a bot for status, exposure, position and alerts, acknowledge, pause, and kill; each
        command is in the audit trail with name and id. A bot never resumes, re-arms, arms, or changes a
        limit. Others get no answer and are counted.
      </p>
    </section>
  );
}

function Bots() {
  const [answer, setAnswer] = useAsked(askBots, AGAIN_MS);
  if (answer === undefined) return <p className="dim">Reading the bots…</p>;
  return (
    <>
      {answer.bots.map((bot) => (
        <Bot key={bot.name} bot={bot} onChange={setAnswer} />
      ))}
      <AddBot onChange={setAnswer} />
    </>
  );
}

function stateOf({ isOn, secret, isConnected }: BotStanding) {
  if (secret === 'unreadable') return { tone: 'warn', label: 'Token cannot be read' } as const;
  if (secret === 'absent') return { tone: 'warn', label: 'Token not set' } as const;
  if (!isOn) return { tone: 'quiet', label: 'Off' } as const;
  return isConnected
    ? ({ tone: 'good', label: 'Connected' } as const)
    : ({ tone: 'warn', label: 'Not connected' } as const);
}

function Bot({ bot, onChange }: { readonly bot: BotStanding; readonly onChange: (bots: Bots) => void }) {
  const session = useSession();
  const [id, setId] = useState('');
  const [person, setPerson] = useState('');
  const { name, kind, isOn, people, command } = bot;
  const save = async (change: {
    readonly isOn?: boolean;
    readonly people?: readonly BotPerson[];
  }): Promise<boolean> => {
    const settings = { name, kind, isOn, people, command, ...change };
    const saved = await session.run(`The bot ${name} was not changed`, 'saveBot', {
      ...settings,
      people: [...settings.people],
    });
    if (saved !== undefined) onChange(saved);
    return saved !== undefined;
  };
  const remove = async (): Promise<void> => {
    const left = await session.run(`The bot ${name} was not removed`, 'removeBot', { name });
    if (left !== undefined) onChange(left);
  };
  const add = async (): Promise<void> => {
    if (!(await save({ people: [...people, { id: id.trim(), name: person.trim() }] }))) return;
    setId('');
    setPerson('');
  };
  return (
    <div className="key-standing">
      <p>
        <Word {...stateOf(bot)} /> <strong>{name}</strong>{' '}
        <span className="dim">
          {TITLES[kind]}
          {kind === 'slack' && `, ${command}`}
        </span>
      </p>
      <p className="field-help">
        {bot.commands} commands, {bot.ignored} messages of others ignored.
        {bot.lastError !== '' && ` Last error: ${bot.lastError}.`}
        {people.length === 0 && ' No person is listed yet.'}
      </p>
      {people.map((one) => (
        <div className="form-actions" key={one.id}>
          <span>
            {one.name} <span className="dim">{one.id}</span>
          </span>
          <button
            type="button"
            className="button"
            onClick={() => void save({ people: people.filter((other) => other !== one) })}
          >
            Remove {one.name}
          </button>
        </div>
      ))}
      {bot.secret !== 'present' && <SetCommand what="Set its token" command={bot.setWith} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <div className="field-row">
          <label htmlFor={`bot-${name}-id`}>Id of a person for {name}</label>
          <input
            id={`bot-${name}-id`}
            className="input"
            value={id}
            placeholder={IDS[kind]}
            onChange={(event) => setId(event.target.value)}
          />
        </div>
        <div className="field-row">
          <label htmlFor={`bot-${name}-person`}>Name of that person</label>
          <input
            id={`bot-${name}-person`}
            className="input"
            value={person}
            placeholder="Ann"
            onChange={(event) => setPerson(event.target.value)}
          />
        </div>
        <div className="form-actions">
          <button type="submit" className="button" disabled={id === '' || person === ''}>
            Add person to {name}
          </button>
          <button type="button" className="button" onClick={() => void save({ isOn: !isOn })}>
            {isOn ? `Turn ${name} off` : `Turn ${name} on`}
          </button>
          <button type="button" className="button" onClick={() => void remove()}>
            Remove {name}
          </button>
        </div>
      </form>
    </div>
  );
}

function AddBot({ onChange }: { readonly onChange: (bots: Bots) => void }) {
  const session = useSession();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<(typeof BOT_KINDS)[number]>('telegram');
  const add = async (): Promise<void> => {
    const added = await session.run('The bot was not added', 'saveBot', { name, kind });
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
        <label htmlFor="bot-name">Name of a new bot</label>
        <input
          id="bot-name"
          className="input"
          value={name}
          placeholder="desk"
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <Choice label="Chat" value={kind} values={BOT_KINDS} text={(one) => TITLES[one]} onChoose={setKind} />
      <div className="form-actions">
        <button type="submit" className="button" disabled={name === ''}>
          Add bot
        </button>
      </div>
    </form>
  );
}
