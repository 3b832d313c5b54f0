/** Updates of the desktop. The engine knows nothing of them: the main process looks, verifies and installs, and only when it is asked. */
import { useState } from 'react';
import type { UpdateRequest, UpdateState } from '../../../src-engine/contract/update-records.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Word } from '../../components/word.tsx';
import { useHost } from '../../engine/host.ts';
import { sizeText } from '../../lib/figures.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatFull } from '../../lib/time-text.ts';

type Ask = (request: UpdateRequest) => void;

export function UpdatesSection() {
  const { desktop, updates } = useHost();
  return (
    <section className="form" aria-label="Updates" id="settings-updates">
      <h3>Updates</h3>
      {desktop === null ? (
        <p className="field-help">
          This window is a browser’s: the engine is updated where it was installed, by its package.
        </p>
      ) : (
        <Desktop updates={updates} ask={desktop.askUpdates} />
      )}
    </section>
  );
}

function Desktop({ updates, ask }: { readonly updates: UpdateState; readonly ask: Ask }) {
  const { version, unable, problem, staged, previous, blocked, step, isBySystem, command } = updates;
  return (
    <>
      <p>
        <strong>Parallax {version}</strong> <Word {...stateOf(updates)} />
      </p>
      {unable !== '' && <p className="field-help">{unable}</p>}
      {problem !== '' && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
      {unable === '' && <Steps updates={updates} ask={ask} />}
      {unable === '' && <FeedForm key={updates.feed} feed={updates.feed} ask={ask} />}
      {previous !== '' && (
        <div className="form-actions">
          <button
            type="button"
            className="button"
            disabled={blocked !== '' || (step !== 'idle' && step !== 'off')}
            onClick={() => ask({ t: 'back' })}
          >
            {isBySystem ? `Show the command that goes back to ${previous}` : `Go back to ${previous}`}
          </button>
        </div>
      )}
      {(staged !== '' || previous !== '') && blocked !== '' && (
        <p className="field-help">Not now: {blocked}.</p>
      )}
      {command !== null && (
        <>
          <p>
            The package of version {command.version} is verified. Your system’s package manager installs it
            once Parallax has quit, with a command that verifies it again:
          </p>
          <p className="key-command">
            <code>{command.line}</code> <CopyButton label="Copy the command" text={command.line} />
          </p>
        </>
      )}
      <p className="field-help">
        A package is taken only with a signature of the key that is built into this program. Nothing is
        installed by itself, and nothing at all while live trading is armed or a job of the lab runs. An older
        version refuses a database that a newer one has changed: make a backup before.
      </p>
    </>
  );
}

/** From a newer version to its installation: what is known, and the one thing that can be done next. */
function Steps({ updates, ask }: { readonly updates: UpdateState; readonly ask: Ask }) {
  const { step, feed, offered, staged, blocked, isBySystem, received, size, checkedAtMs, problem } = updates;
  const zone = usePrefs((prefs) => prefs.zone);
  const isBusy = step !== 'idle' && step !== 'off';
  return (
    <>
      {offered !== null && (
        <>
          <p>
            Version {offered.version} of {offered.released.slice(0, 10)} is available.
          </p>
          {offered.notes !== '' && (
            <pre className="update-notes" tabIndex={0} aria-label="What is new">
              {offered.notes}
            </pre>
          )}
        </>
      )}
      {step === 'downloading' && (
        <p role="status">
          {sizeText(received)} of {sizeText(size)}
        </p>
      )}
      {staged !== '' && <p>Version {staged} is downloaded, with a signed feed that names it.</p>}
      <div className="form-actions">
        <button
          type="button"
          className="button"
          disabled={isBusy || feed === ''}
          onClick={() => ask({ t: 'check' })}
        >
          {step === 'checking' ? 'Checking…' : 'Check for updates'}
        </button>
        {offered !== null && offered.version !== staged && step !== 'downloading' && (
          <button type="button" className="button" disabled={isBusy} onClick={() => ask({ t: 'download' })}>
            Download {sizeText(size)}
          </button>
        )}
        {step === 'downloading' && (
          <button type="button" className="button" onClick={() => ask({ t: 'cancel' })}>
            Cancel
          </button>
        )}
        {staged !== '' && (
          <button
            type="button"
            className="button"
            disabled={isBusy || blocked !== ''}
            onClick={() => ask({ t: 'install' })}
          >
            {isBySystem ? `Show the command that installs ${staged}` : `Install ${staged} and start again`}
          </button>
        )}
      </div>
      {feed !== '' && (
        <p className="field-help">
          {checkedAtMs === null
            ? 'Not checked since the start. '
            : `${offered === null && staged === '' && problem === '' && step === 'idle' ? 'No newer version. ' : ''}Last checked at ${formatFull(checkedAtMs * 1_000, zone).slice(0, 16)}${zone === 'utc' ? ' UTC' : ''}. `}
          Checked once a day.
        </p>
      )}
    </>
  );
}

function FeedForm({ feed, ask }: { readonly feed: string; readonly ask: Ask }) {
  const [typed, setTyped] = useState(feed);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask({ t: 'feed', address: typed.trim() });
      }}
    >
      <div className="field-row">
        <label htmlFor="update-feed">Address of the feed</label>
        <input
          id="update-feed"
          className="input"
          value={typed}
          title={typed}
          placeholder="https://releases.example/parallax/updates.json"
          maxLength={500}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <p className="field-help">Empty: updates are off.</p>
      <div className="form-actions">
        <button type="submit" className="button" disabled={typed.trim() === feed}>
          Save
        </button>
      </div>
    </form>
  );
}

function stateOf({ step, unable, feed, offered, staged }: UpdateState) {
  if (unable !== '') return { tone: 'quiet', label: 'Not available' } as const;
  if (staged !== '') return { tone: 'info', label: 'Ready to install' } as const;
  if (offered !== null) return { tone: 'info', label: 'Newer version' } as const;
  if (feed === '' || step === 'off') return { tone: 'quiet', label: 'Off' } as const;
  return { tone: 'good', label: 'On' } as const;
}
