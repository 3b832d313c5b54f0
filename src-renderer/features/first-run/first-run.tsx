import { BookOpenText, Drama, FlaskConical, Zap } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { ProfileName } from '../../../src-engine/contract/records.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useSession } from '../../engine/use-session.ts';
import { checkCapital } from './check-capital.ts';

const CHOICES = [
  {
    profile: 'demo',
    title: 'Demo',
    icon: FlaskConical,
    line: 'A simulated exchange on this machine; nothing is real.',
    points: [
      'Works without internet',
      'Several opportunities a minute, to learn the terminal',
      'Marked SIMULATED MARKET everywhere',
    ],
  },
  {
    profile: 'paper',
    title: 'Paper',
    icon: BookOpenText,
    line: 'Real order books of your venues, simulated fills; needs internet.',
    points: [
      'Live public prices; no account and no keys',
      'No order leaves this machine',
      'Edges after fees are rare, as they are in truth',
    ],
  },
  {
    profile: 'rehearsal',
    title: 'Rehearsal',
    icon: Drama,
    line: 'Live trading practised: an account at the simulated exchange.',
    points: [
      'Keys, checklist, canary, kill: all as with real money',
      'Orders over the venues’ private protocols, to this machine',
      'Marked SIMULATED MARKET everywhere',
    ],
  },
  {
    profile: 'live',
    title: 'Live',
    icon: Zap,
    line: 'Your accounts at venues, followed; traded only once you arm them.',
    points: [
      'Needs an API key in your keychain: parallax key --set',
      'Begins disarmed, with a simulated twin beside the account',
      'Real money only after a checklist and a typed name',
    ],
  },
] as const satisfies readonly {
  profile: ProfileName;
  title: string;
  icon: unknown;
  line: string;
  points: readonly string[];
}[];

const START_WORDS: Readonly<Record<ProfileName, string>> = {
  demo: 'Start the demo',
  paper: 'Start paper trading',
  rehearsal: 'Start the rehearsal',
  live: 'Follow the account, disarmed',
};

/** Asked once, while the engine has no profile: what to trade on, and with how much paper money. */
export function FirstRun({ homeAsset }: { readonly homeAsset: string }) {
  const session = useSession();
  const [profile, setProfile] = useState<ProfileName>('demo');
  const [capital, setCapital] = useState('25000');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  // A live account has what the venue says.
  const hasCapital = profile !== 'live';
  const wrong = hasCapital ? checkCapital(capital) : null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong !== null || busy) return;
    setBusy(true);
    setProblem(null);
    session
      .chooseProfile(hasCapital ? { profile, capital: { [homeAsset]: capital } } : { profile })
      .catch((error: unknown) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };

  return (
    <main className="first-run">
      <form onSubmit={submit} aria-label="First run">
        <h1>Welcome to Parallax</h1>
        <p className="dim">Choose what to trade on. Nothing of this moves real money until you arm it.</p>
        <fieldset className="choices">
          <legend className="visually-hidden">Profile</legend>
          {CHOICES.map(({ profile: value, title, icon: Icon, line, points }) => (
            <label key={value} className={`choice ${profile === value ? 'choice-on' : ''}`}>
              <input
                type="radio"
                name="profile"
                value={value}
                aria-label={title}
                checked={profile === value}
                onChange={() => setProfile(value)}
              />
              <Icon size={22} aria-hidden="true" />
              <strong>{title}</strong>
              <span>{line}</span>
              <ul>
                {points.map((point) => (
                  <li key={point}>{point}</li>
                ))}
              </ul>
            </label>
          ))}
        </fieldset>
        <label className="field">
          <span>Starting capital ({homeAsset})</span>
          <input
            className="input num"
            inputMode="decimal"
            value={capital}
            disabled={!hasCapital}
            aria-invalid={wrong !== null}
            aria-describedby="capital-help"
            onChange={(event) => setCapital(event.target.value.trim())}
          />
          <span id="capital-help" className={wrong === null ? 'field-help' : 'field-error'}>
            {wrong ??
              (hasCapital
                ? 'Used only if this profile has no balances yet.'
                : 'A live account has what the venue says.')}
          </span>
        </label>
        {problem !== null && <ProblemNotice title="The profile could not be started" problem={problem} />}
        <button
          type="submit"
          className="button button-primary button-large"
          disabled={wrong !== null || busy}
        >
          {busy ? 'Starting…' : START_WORDS[profile]}
        </button>
      </form>
    </main>
  );
}
