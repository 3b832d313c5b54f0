/** Which keys there are and what they may do. A key never comes into a window: a command sets it. */
import { useEffect, useState } from 'react';
import type { KeyStanding } from '../../../src-engine/contract/key-operations.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { SetCommand } from '../../components/set-command.tsx';
import { Word } from '../../components/word.tsx';
import { problemOf } from '../../engine/session.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';

const STATES: Readonly<
  Record<KeyStanding['state'], { readonly tone: 'good' | 'quiet' | 'warn'; readonly label: string }>
> = {
  present: { tone: 'good', label: 'Stored' },
  absent: { tone: 'quiet', label: 'Not stored' },
  unreadable: { tone: 'warn', label: 'Keychain cannot be read' },
};

export function KeysSection() {
  const isViewer = useIsViewer();
  const [asked, setAsked] = useState(0);
  return (
    <section className="form" aria-label="API keys" id="settings-keys">
      <h3>API keys</h3>
      {isViewer ? (
        <p className="field-help">Keys are not shown in a read-only window.</p>
      ) : (
        <Keys key={asked} onAgain={() => setAsked(asked + 1)} />
      )}
      <p className="field-help">
        Keys are stored only in the keychain of this machine’s user. They are set by a command, so that no key
        passes through a window, a network or a log. A key with withdrawal rights is refused.
      </p>
    </section>
  );
}

function Keys({ onAgain }: { readonly onAgain: () => void }) {
  const session = useSession();
  const [keys, setKeys] = useState<readonly KeyStanding[]>();
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    let over = false;
    session.client.call('getKeys', {}, KEYCHAIN_MS).then(
      (answer) => {
        if (!over) setKeys(answer.keys);
      },
      (error: unknown) => !over && setProblem(problemOf(error)),
    );
    return () => {
      over = true;
    };
  }, [session]);
  return (
    <>
      {problem !== null && <ProblemNotice title="The keys could not be read" problem={problem} />}
      {keys === undefined && problem === null && <p className="dim">Reading the keychain…</p>}
      {keys?.map((key, k) => (
        <Key key={key.entry} standing={key} isSaidBefore={k > 0 && keys[k - 1]?.problem === key.problem} />
      ))}
      {(keys !== undefined || problem !== null) && (
        <div className="form-actions">
          <button type="button" className="button" onClick={onAgain}>
            Read again
          </button>
        </div>
      )}
    </>
  );
}

/** A locked keychain asks its owner first. */
const KEYCHAIN_MS = 70_000;

function Key({
  standing,
  isSaidBefore,
}: {
  readonly standing: KeyStanding;
  /** The one above has the same problem. */
  readonly isSaidBefore: boolean;
}) {
  const { title, state, problem, permissions, setWith, checkWith, deleteWith } = standing;
  const { tone, label } = STATES[state];
  const commands =
    state === 'present' ? [`Check it: ${checkWith}`, `Delete it: ${deleteWith}`] : [`Set it: ${setWith}`];
  return (
    <div className="key-standing">
      <p>
        <Word tone={tone} label={label} /> <strong>{title}</strong>
      </p>
      {problem !== '' && !isSaidBefore && <p className="field-error">{problem}</p>}
      {state === 'present' && (
        <p className="field-help">
          {permissions === null
            ? 'Not in use: its permissions are read from the venue when its profile starts.'
            : `In use. It may trade and may not withdraw; the venue lists: ${permissions.join(', ')}.`}
        </p>
      )}
      {commands.map((line) => {
        const [what = '', command = ''] = line.split(': ', 2);
        return <SetCommand key={line} what={what} command={command} />;
      })}
    </div>
  );
}
