import { FigureInput } from '../../components/figure-input.tsx';
import { BookOpenText, Drama, FlaskConical, Zap } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { type PlanMode, THREE_EXCHANGES } from '../../../src-engine/contract/records.ts';
import { DEFAULT_CAPITAL } from '../../../src-engine/domain/default-capital.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useSession } from '../../engine/use-session.ts';
import { plainFigure } from '../../lib/decimal-text.ts';
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
      'Net edges above zero are rare, as in live trading',
    ],
  },
  {
    profile: 'rehearsal',
    title: 'Rehearsal',
    icon: Drama,
    line: 'Practice of live trading with an account at the simulated exchange.',
    points: [
      'Keys, checklist, canary and kill work as with real money',
      'Orders use the venues’ private protocols and stay on this machine',
      'Marked SIMULATED MARKET everywhere',
    ],
  },
  {
    profile: 'live',
    title: 'Live',
    icon: Zap,
    line: 'Your accounts at venues: read at first, traded only once you arm them.',
    points: [
      'Needs an API key in your keychain: parallax key --set',
      'Starts disarmed, with a simulated ghost beside the account',
      'Real orders only after a checklist and a typed confirmation',
    ],
  },
] as const satisfies readonly {
  profile: PlanMode;
  title: string;
  icon: unknown;
  line: string;
  points: readonly string[];
}[];

const START_WORDS: Readonly<Record<PlanMode, string>> = {
  demo: 'Start the demo',
  paper: 'Start paper trading',
  rehearsal: 'Start the rehearsal',
  live: 'Start live, disarmed',
};

/** Asked once, while the engine has no profile: what to trade on, and with how much paper money. */
export function FirstRun({ homeAsset }: { readonly homeAsset: string }) {
  const session = useSession();
  const [profile, setProfile] = useState<PlanMode>('demo');
  const [isOfThree, setIsOfThree] = useState(false);
  const [capital, setCapital] = useState<string>(DEFAULT_CAPITAL);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  // A live account uses the venue’s balances.
  const hasCapital = profile !== 'live';
  const amount = plainFigure(capital);
  const wrong = hasCapital ? checkCapital(amount) : null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong !== null || busy) return;
    setBusy(true);
    setProblem(null);
    const chosen = profile === 'demo' && isOfThree ? THREE_EXCHANGES : profile;
    session
      .chooseProfile(hasCapital ? { profile: chosen, capital: { [homeAsset]: amount } } : { profile: chosen })
      .catch((error: unknown) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };

  return (
    <main className="first-run">
      <form onSubmit={submit} aria-label="First run">
        <h1>Welcome to Parallax</h1>
        <p className="dim">Choose a profile. No real order is sent until you arm live trading.</p>
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
        <label className="check">
          <input
            type="checkbox"
            checked={isOfThree}
            disabled={profile !== 'demo'}
            onChange={({ target }) => setIsOfThree(target.checked)}
          />
          <span>Demo with three exchanges: routes between them, inventory that runs dry, outages</span>
        </label>
        <label className="field">
          <span>Starting capital ({homeAsset})</span>
          <FigureInput
            value={capital}
            disabled={!hasCapital}
            aria-invalid={wrong !== null}
            aria-describedby="capital-help"
            onChange={(text) => setCapital(text.trim())}
          />
          <span id="capital-help" className={wrong === null ? 'field-help' : 'field-error'}>
            {wrong ??
              (hasCapital
                ? 'Used only if this profile has no balances yet.'
                : 'A live account uses the venue’s balances.')}
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
