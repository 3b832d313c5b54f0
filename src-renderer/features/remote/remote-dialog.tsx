import { type FormEvent, useState } from 'react';
import { engineToken, parseEngineAddress } from '../../../src-engine/contract/engine-address.ts';
import { type Problem, UserError } from '../../../src-engine/domain/errors.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { type DesktopHost, useHost } from '../../engine/host.ts';
import { problemOf } from '../../engine/session.ts';

/** Asks where the engine is. What is typed goes to the main process, and nothing of it stays in this window. */
export function RemoteDialog() {
  const asked = useHost((host) => host.asked);
  const desktop = useHost((host) => host.desktop);
  const ask = useHost((host) => host.ask);
  if (asked === null || desktop === null) return null;
  return <RemoteForm desktop={desktop} first={asked} onClose={() => ask(null)} />;
}

type RemoteFormProps = {
  readonly desktop: DesktopHost;
  readonly first: string;
  readonly onClose: () => void;
};

function RemoteForm({ desktop, first, onClose }: RemoteFormProps) {
  const engine = useHost((host) => host.engine);
  const [address, setAddress] = useState(first);
  const [token, setToken] = useState('');
  const [keep, setKeep] = useState(true);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const wrongAddress = address.trim() === '' ? null : addressProblem(address);
  const wrongToken = token.trim() !== '' && !engineToken.safeParse(token.trim()).success;
  const sendable = address.trim() !== '' && wrongAddress === null && !wrongToken && !busy;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!sendable) return;
    setBusy(true);
    setProblem(null);
    // Once it is attached the main process reloads this page.
    desktop.attachEngine({ address, token, keep }).then(
      (refusal) => {
        setBusy(false);
        setProblem(refusal);
        if (refusal === null) onClose();
      },
      (error: unknown) => {
        setBusy(false);
        setProblem(problemOf(error));
      },
    );
  };

  return (
    <Dialog title="Attach to a remote engine" kind="box" onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <p>
          This window then shows and commands the engine on another machine.{' '}
          {engine === ''
            ? 'The engine of this machine ends first: it finishes what is in flight and then trades nothing.'
            : `The engine at ${engine} continues without this window.`}
        </p>
        <label className="field">
          <span>Address</span>
          <input
            className="input"
            aria-label="Address"
            data-autofocus=""
            autoComplete="off"
            spellCheck={false}
            placeholder="https://engine.example.org"
            aria-invalid={wrongAddress !== null}
            aria-describedby="engine-address-help"
            value={address}
            onChange={(event) => setAddress(event.target.value)}
          />
          <span id="engine-address-help" className={wrongAddress === null ? 'field-help' : 'field-error'}>
            {wrongAddress ?? 'https, or http to this machine, for a tunnel.'}
          </span>
        </label>
        <label className="field">
          <span>Token</span>
          <input
            className="input num"
            type="password"
            aria-label="Token"
            autoComplete="off"
            aria-invalid={wrongToken}
            aria-describedby="engine-token-help"
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
          <span id="engine-token-help" className={wrongToken ? 'field-error' : 'field-help'}>
            {wrongToken
              ? '16 to 256 letters, digits, - and _.'
              : 'From the address that “serve” printed there. Empty: the token in your keychain.'}
          </span>
        </label>
        <label className="check">
          <input type="checkbox" checked={keep} onChange={(event) => setKeep(event.target.checked)} />
          attach at the next start too, and keep the token in the keychain of this system
        </label>
        {problem !== null && <ProblemNotice title="Not attached" problem={problem} />}
        <div className="form-actions">
          {engine !== '' && (
            <button type="button" className="button" onClick={() => desktop.returnToOwnEngine()}>
              Use the engine of this machine
            </button>
          )}
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={!sendable}>
            {busy ? 'Connecting…' : 'Attach'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function addressProblem(text: string): string | null {
  try {
    parseEngineAddress(text);
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, remedy } = error.problem;
    return `This ${message}. ${remedy}`;
  }
}
