/** The market intelligence agent: what is read, by which model, within which budget, and what was asked and answered last. Its key never comes into a window: a command sets it. */
import { useState } from 'react';
import {
  ANSWER_FORMS,
  INTELLIGENCE_CODES,
  type IntelligenceCode,
  type IntelligenceSettings,
  intelligenceSettings,
  type IntelligenceStanding,
  LEAST_MINUTES,
  MAX_CALL_TOKENS,
  MOST_CALLS,
  MOST_MINUTES,
  settingsOf,
  subjectText,
  TOKEN_FIELDS,
} from '../../../src-engine/contract/intelligence-operations.ts';
import { Choice } from '../../components/choice.tsx';
import { FigureField } from '../../components/figure-field.tsx';
import { SetCommand } from '../../components/set-command.tsx';
import { Time } from '../../components/time.tsx';
import { Word } from '../../components/word.tsx';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { formatCount } from '../../lib/figures.ts';
import { typedFigure } from '../../lib/typed-figure.ts';
import { CODE_LABELS, Readings, Rounds } from './intelligence-rounds.tsx';

/** Long: the keychain may ask its owner first. */
const askIntelligence = (client: EngineClient) => client.call('getIntelligence', {}, 70_000);
const AGAIN_MS = 5_000;

type Change = (standing: IntelligenceStanding) => void;
type Parts = { readonly standing: IntelligenceStanding; readonly onChange: Change };

export function IntelligenceSection() {
  const isViewer = useIsViewer();
  return (
    <section className="form" aria-label="Market intelligence" id="settings-intelligence">
      <h3>Market intelligence</h3>
      {isViewer ? (
        <p className="field-help">Market intelligence is not shown in a read-only window.</p>
      ) : (
        <Agent />
      )}
      <p className="field-help">
        A model of your choice reads the feeds and answers a sentiment from −1 to 1 with a confidence and the
        hours that it holds. The ensemble’s agent “sentiment” hears it, and what it is worth is measured. It
        names no market and no amount, and makes no order. Texts and subjects are sent to the endpoint;
        nothing of your account is.
      </p>
    </section>
  );
}

function Agent() {
  const [standing, setStanding] = useAsked(askIntelligence, AGAIN_MS);
  if (standing === undefined) return <p className="dim">Reading the settings…</p>;
  return (
    <div className="key-standing">
      <p>
        <Word {...stateOf(standing)} /> {standing.model !== '' && <strong>{standing.model}</strong>}{' '}
        <span className="dim">{standing.endpoint === '' ? 'no endpoint yet' : standing.endpoint}</span>
      </p>
      <Switch standing={standing} onChange={setStanding} />
      {isKeyless(standing) && standing.endpoint !== '' && (
        <SetCommand what="Set its key" command={standing.setWith} />
      )}
      <Readings standing={standing} />
      <Rounds standing={standing} />
      <Feeds standing={standing} onChange={setStanding} />
      <SettingsOf standing={standing} onChange={setStanding} />
    </div>
  );
}

const isKeyless = ({ secret }: IntelligenceStanding): boolean =>
  secret !== 'present' && secret !== 'not-needed';

function stateOf(standing: IntelligenceStanding) {
  const { isOn, secret, rounds, isAsking } = standing;
  if (!isOn) return { tone: 'quiet', label: 'Off' } as const;
  if (secret === 'unreadable') return { tone: 'warn', label: 'Key cannot be read' } as const;
  if (secret === 'other-endpoint') return { tone: 'warn', label: 'Key is of another endpoint' } as const;
  if (secret === 'absent') return { tone: 'warn', label: 'Key not set' } as const;
  if (isAsking) return { tone: 'info', label: 'Asking' } as const;
  const failed = rounds.find(({ code }) => !isWell(code));
  if (failed !== undefined)
    return {
      tone: 'warn',
      label: CODE_LABELS[failed.code],
      explain: INTELLIGENCE_CODES[failed.code],
    } as const;
  return { tone: 'good', label: 'On' } as const;
}

const isWell = (code: IntelligenceCode): boolean => code === 'answered' || code === 'nothing-new';

function useSave({ standing, onChange }: Parts) {
  const session = useSession();
  return async (change: Partial<IntelligenceSettings>): Promise<boolean> => {
    const saved = await session.run('Market intelligence was not changed', 'saveIntelligence', {
      ...settingsOf(standing),
      ...change,
    });
    if (saved !== undefined) onChange(saved);
    return saved !== undefined;
  };
}

function Switch(parts: Parts) {
  const { standing, onChange } = parts;
  const session = useSession();
  const save = useSave(parts);
  const [isAsking, setAsking] = useState(false);
  const ask = async (): Promise<void> => {
    setAsking(true);
    const asked = await session
      .run('Nothing was asked', 'askIntelligence', {})
      .finally(() => setAsking(false));
    if (asked !== undefined) onChange(asked);
  };
  const { isOn, today, callsADay, tokensADay, nextUs } = standing;
  return (
    <>
      <p className="field-help">
        Today (UTC): {formatCount(today.calls)} of {formatCount(callsADay)} calls, {formatCount(today.tokens)}{' '}
        of {formatCount(tokensADay)} tokens.
        {nextUs !== null && (
          <>
            {' '}
            Next round at <Time atUs={nextUs} withMs={false} />.
          </>
        )}
      </p>
      <div className="form-actions">
        <button type="button" className="button" onClick={() => void save({ isOn: !isOn })}>
          {isOn ? 'Turn market intelligence off' : 'Turn market intelligence on'}
        </button>
        <button
          type="button"
          className="button"
          disabled={!isOn || isAsking || standing.isAsking}
          onClick={() => void ask()}
        >
          {isAsking || standing.isAsking ? 'Asking…' : 'Ask now'}
        </button>
      </div>
    </>
  );
}

function Feeds(parts: Parts) {
  const { standing } = parts;
  const save = useSave(parts);
  const [url, setUrl] = useState('');
  const [about, setAbout] = useState('');
  const { feeds, feedStates } = standing;
  const add = async (): Promise<void> => {
    const feed = { url: url.trim(), about: about.trim().toUpperCase() };
    if (!(await save({ feeds: [...feeds, feed] }))) return;
    setUrl('');
    setAbout('');
  };
  return (
    <>
      {feeds.map((feed) => {
        const state = feedStates.find((one) => one.url === feed.url);
        return (
          <div className="form-actions" key={feed.url}>
            <span>
              {feed.url}{' '}
              <span className="dim">
                about {subjectText(feed.about)}
                {state !== undefined &&
                  `, ${state.code === null ? `${formatCount(state.texts)} texts` : CODE_LABELS[state.code]}`}
              </span>
            </span>
            <button
              type="button"
              className="button"
              aria-label={`Remove the feed ${feed.url}`}
              onClick={() => void save({ feeds: feeds.filter((one) => one !== feed) })}
            >
              Remove
            </button>
          </div>
        );
      })}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <FigureField
          label="Address of a feed"
          unit=""
          isText
          value={url}
          error=""
          help="RSS or Atom, over https."
          onChange={setUrl}
        />
        <FigureField
          label="About"
          unit=""
          isText
          value={about}
          error=""
          help="A coin such as BTC; empty: the market as a whole."
          onChange={setAbout}
        />
        <div className="form-actions">
          <button type="submit" className="button" disabled={url.trim() === ''}>
            Add feed
          </button>
        </div>
      </form>
    </>
  );
}

const FIGURES = [
  ['everyMinutes', 'Interval', 'min', `Between two rounds, ${LEAST_MINUTES} to ${MOST_MINUTES}.`],
  ['callsADay', 'Calls a day', '', `At most, of a day in UTC; 1 to ${MOST_CALLS}.`],
  [
    'tokensADay',
    'Tokens a day',
    '',
    `At most, of a day in UTC, as the service counts them; at least ${MAX_CALL_TOKENS}, which one call may take.`,
  ],
] as const;
const TEXTS = [
  [
    'endpoint',
    'Endpoint',
    'Base address of an OpenAI-compatible service, such as https://api.example.com/v1.',
  ],
  ['model', 'Model', 'Its name at that service.'],
] as const;

type Draft = Readonly<Record<(typeof FIGURES)[number][0] | (typeof TEXTS)[number][0], string>>;

function draftOf(standing: IntelligenceStanding): Draft {
  const { endpoint, model, everyMinutes, callsADay, tokensADay } = standing;
  return {
    endpoint,
    model,
    everyMinutes: String(everyMinutes),
    callsADay: String(callsADay),
    tokensADay: String(tokensADay),
  };
}

function SettingsOf(parts: Parts) {
  const { standing } = parts;
  const save = useSave(parts);
  const [typed, setTyped] = useState<Partial<Draft>>({});
  const draft = { ...draftOf(standing), ...typed };
  const change = {
    endpoint: draft.endpoint.trim(),
    model: draft.model.trim(),
    everyMinutes: typedFigure(draft.everyMinutes),
    callsADay: typedFigure(draft.callsADay),
    tokensADay: typedFigure(draft.tokensADay),
  };
  const issues = intelligenceSettings.safeParse({ ...settingsOf(standing), ...change }).error?.issues ?? [];
  const errorOf = (field: keyof Draft): string =>
    typed[field] === undefined ? '' : (issues.find(({ path }) => path[0] === field)?.message ?? '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save(change).then((isSaved) => isSaved && setTyped({}));
      }}
    >
      {TEXTS.map(([field, label, help]) => (
        <FigureField
          key={field}
          label={label}
          unit=""
          isText
          value={draft[field]}
          error={errorOf(field)}
          help={help}
          onChange={(text) => setTyped({ ...typed, [field]: text })}
        />
      ))}
      {FIGURES.map(([field, label, unit, help]) => (
        <FigureField
          key={field}
          label={label}
          unit={unit}
          value={draft[field]}
          error={errorOf(field)}
          help={help}
          onChange={(text) => setTyped({ ...typed, [field]: text })}
        />
      ))}
      <Choice
        label="Answer as"
        value={standing.answerForm}
        values={ANSWER_FORMS}
        onChoose={(answerForm) => void save({ answerForm })}
      />
      <Choice
        label="Answer bounded by"
        value={standing.tokenField}
        values={TOKEN_FIELDS}
        onChoose={(tokenField) => void save({ tokenField })}
      />
      <div className="form-actions">
        <button
          type="submit"
          className="button"
          disabled={Object.keys(typed).length === 0 || issues.length > 0}
        >
          Save market intelligence
        </button>
      </div>
    </form>
  );
}
