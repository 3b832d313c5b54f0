/** The weekly training of a model: when next, on what, what became of the last one, and where its challenger runs in shadow. */
import { useState } from 'react';
import type { RetrainRow, RetrainSettings } from '../../../src-engine/contract/retrain-operations.ts';
import { Choice } from '../../components/choice.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { FigureField } from '../../components/figure-field.tsx';
import { Word } from '../../components/word.tsx';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatFull } from '../../lib/time-text.ts';
import type { Word as WordOf } from '../../lib/words.ts';
import { shortHash } from './model-words.ts';
import { DAYS, NEW_SCHEDULE, type RetrainDraft, typedSchedule, withPlace } from './retrain-draft.ts';

const AGAIN_MS = 5_000;
/** Characters of a full time up to its minute. */
const DAY_AND_MINUTE = 16;
const ask = (client: EngineClient) => client.call('listRetrainings', {});
type Answer = Awaited<ReturnType<typeof ask>>;
type Change = (answer: Answer) => void;

const STATES: Readonly<Record<NonNullable<RetrainRow['last']>['state'], WordOf>> = {
  running: { label: 'Training', explain: 'Its job is in the list of the lab.', tone: 'info' },
  trained: { label: 'New challenger', explain: 'A new version is the challenger.', tone: 'good' },
  unchanged: { label: 'Unchanged', explain: 'The same data gave the same model.', tone: 'quiet' },
  failed: { label: 'Failed', explain: 'Next says when it is due again.', tone: 'bad' },
};

export function RetrainSection({ name }: { readonly name: string }) {
  const isViewer = useIsViewer();
  const [answer, setAnswer] = useAsked(ask, AGAIN_MS);
  if (answer === undefined) return null;
  const row = answer.rows.find((one) => one.name === name);
  if (row === undefined && isViewer) return null;
  return (
    <section className="form" aria-label="Weekly training">
      <h3>Weekly training</h3>
      {row === undefined ? (
        <p className="dim">
          Off. On, it trains this model again each week by the same specification. The result is the
          challenger, in shadow, and is never promoted by itself.
        </p>
      ) : (
        <Standing row={row} />
      )}
      {!isViewer && <Schedule key={name} name={name} row={row} onChange={setAnswer} />}
    </section>
  );
}

function Standing({ row }: { readonly row: RetrainRow }) {
  const { isOn, nextUs, dueUs, waits, last } = row;
  return (
    <Facts>
      <Fact name="Next" title="A time that was slept over is due once, as soon as the engine runs">
        {!isOn ? 'off' : dueUs === null ? nextUs !== null && <Day atUs={nextUs} /> : 'due now'}
      </Fact>
      {waits !== '' && (
        <Fact name="Waits" title="Long work gives way to trading">
          {waits}
        </Fact>
      )}
      {last !== null && (
        <>
          <Fact name="Last" title="What became of the last training">
            <Word {...STATES[last.state]} /> <Day atUs={last.startedUs} /> {shortHash(last.sha256)}
          </Fact>
          <Fact name="Said" title="The verdict of its training, or what failed">
            {last.text === '' ? '—' : last.text}
          </Fact>
          <Fact name="In shadow as" title="Strategy that its challenger runs as, or why it does not">
            {last.shadow === '' ? '—' : last.shadow}
          </Fact>
        </>
      )}
    </Facts>
  );
}

/** Days away: a time of day alone would not say which. */
function Day({ atUs }: { readonly atUs: number }) {
  const zone = usePrefs((prefs) => prefs.zone);
  return <time className="num">{formatFull(atUs, zone).slice(0, DAY_AND_MINUTE)}</time>;
}

function Schedule({
  name,
  row,
  onChange,
}: {
  readonly name: string;
  readonly row: RetrainRow | undefined;
  readonly onChange: Change;
}) {
  const session = useSession();
  const [draft, setDraft] = useState<RetrainDraft>({});
  const set = row ?? NEW_SCHEDULE;
  const { schedule, at, atError, fileError, changes } = typedSchedule(set, draft);
  const isOn = row?.isOn ?? false;
  const canSave = atError === '' && fileError === '';
  const send = async (settings: RetrainSettings): Promise<boolean> => {
    const saved = await session.run('The weekly training was not changed', 'saveRetraining', settings);
    if (saved !== undefined) onChange(saved);
    return saved !== undefined;
  };
  const save = async (turnsOn: boolean): Promise<void> => {
    if (await send({ name, isOn: turnsOn, ...schedule })) setDraft({});
  };
  // What is typed and not saved is not turned on along with it; a model without a schedule has nothing else.
  const turn = (): Promise<unknown> =>
    row === undefined ? save(true) : send({ ...settingsOf(row), isOn: !isOn });
  const now = async (): Promise<void> => {
    const saved = await session.run('Nothing was trained', 'retrainNow', { name });
    if (saved !== undefined) onChange(saved);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (canSave && changes.length > 0) void save(isOn);
      }}
    >
      <Choice
        label="Day (UTC)"
        value={schedule.weekday}
        values={[0, 1, 2, 3, 4, 5, 6]}
        text={(day) => DAYS[day] ?? ''}
        onChoose={(weekday) => setDraft({ ...draft, weekday })}
      />
      <FigureField
        label="Time (UTC)"
        unit=""
        isText
        value={at}
        error={atError}
        help="When it is due."
        onChange={(text) => setDraft({ ...draft, at: text })}
      />
      <Choice
        label="Folder"
        value={schedule.place}
        values={['recordings', 'imports']}
        onChoose={(place) => setDraft(withPlace(set, draft, place))}
      />
      <FigureField
        label="Learn from"
        unit=""
        isText
        value={draft.file ?? set.file}
        error={fileError}
        help="A file of that folder; of recordings also newest: the newest one that has its market."
        onChange={(file) => setDraft({ ...draft, file })}
      />
      <FigureField
        label="Shadow on"
        unit=""
        isText
        value={draft.market ?? set.market}
        error=""
        help="Market in which the new challenger runs in shadow, such as BTC/USD@kraken; empty: nowhere."
        onChange={(market) => setDraft({ ...draft, market })}
      />
      {changes.length > 0 && (
        <ul className="setting-changes" aria-label="Changes that are not saved">
          {changes.map(({ label, from, to }) => (
            <li key={label}>
              {label}: {from === '' ? 'empty' : from} → <strong>{to === '' ? 'empty' : to}</strong>
            </li>
          ))}
        </ul>
      )}
      <div className="form-actions">
        <button
          type="button"
          className="button"
          disabled={row === undefined && !canSave}
          onClick={() => void turn()}
        >
          {isOn ? 'Turn weekly training off' : 'Turn weekly training on'}
        </button>
        <button
          type="button"
          className="button"
          disabled={row === undefined || row.last?.state === 'running'}
          onClick={() => void now()}
        >
          Train now
        </button>
        <button type="button" className="button" disabled={changes.length === 0} onClick={() => setDraft({})}>
          Undo
        </button>
        <button type="submit" className="button button-primary" disabled={changes.length === 0 || !canSave}>
          Save schedule
        </button>
      </div>
    </form>
  );
}

function settingsOf({ name, isOn, weekday, hour, minute, place, file, market }: RetrainRow): RetrainSettings {
  return { name, isOn, weekday, hour, minute, place, file, market };
}
