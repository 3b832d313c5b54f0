import { OctagonX, Pause, Play, TriangleAlert } from 'lucide-react';
import { EmptyState } from '../components/empty-state.tsx';
import { ModeBanner } from '../components/mode-banner.tsx';
import { Notice } from '../components/notice.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { StateBanner } from '../components/state-banner.tsx';
import { StatusLight } from '../components/status-light.tsx';
import { AgeMark, ageWords } from '../components/view-age.tsx';
import { Word } from '../components/word.tsx';
import type { FeedLight } from '../lib/feed-light.ts';
import { modeView } from '../lib/mode.ts';
import { Section, Specimen } from './specimen.tsx';

const nothing = () => undefined;

type Mode = NonNullable<Parameters<typeof modeView>[0]>;
const MODES: readonly (Mode | null)[] = [
  null,
  { mode: 'paper', simulatedMarket: true, arming: null },
  { mode: 'paper', simulatedMarket: false, arming: null },
  { mode: 'ghost', simulatedMarket: false, arming: null },
  { mode: 'live', simulatedMarket: false, arming: null },
  { mode: 'backtest', simulatedMarket: false, arming: null },
];

/** The frame of the window has the colour of its mode; live has a wider one. */
export function ModeSection() {
  return (
    <Section title="Modes and states of the whole window" wide>
      <div className="gallery-modes">
        {MODES.map((status) => {
          const mode = modeView(status);
          return (
            <div key={mode.key} className={`app gallery-frame mode-${mode.key}`}>
              <div className="top-bar">
                <ModeBanner mode={mode} />
              </div>
            </div>
          );
        })}
      </div>
      <StateBanner
        kind="silent"
        icon={OctagonX}
        word="ENGINE NOT ANSWERING"
        actions={<span className="num">last message 12 s ago</span>}
      >
        All figures below are old and may be wrong.
      </StateBanner>
      {(['PAUSED', 'HALTED'] as const).map((word) => (
        <StateBanner
          key={word}
          kind="paused"
          icon={word === 'PAUSED' ? Pause : TriangleAlert}
          word={word}
          actions={
            <button type="button" className="button">
              <Play size={14} aria-hidden="true" /> Resume trading
            </button>
          }
        >
          {word === 'PAUSED'
            ? 'No new cycle is started; what is in flight is finished.'
            : 'A cycle was stranded. No new cycle until you resume.'}
        </StateBanner>
      ))}
    </Section>
  );
}

export function NoticeSection() {
  return (
    <Section title="Notices and empty states">
      <Notice tone="info" title="Nothing to compare">
        <p>This profile simulates fills: there is no account at a venue.</p>
      </Notice>
      <Notice tone="warn" title="14 later trades are in the figures but not in this list" />
      <ProblemNotice
        title="The limits were not changed"
        problem={{
          code: 'bad-input',
          field: 'maxOrderNotional',
          value: '-5',
          message: 'must be above zero',
          remedy: 'Type an amount in USD, such as 250.',
        }}
        onDismiss={nothing}
      />
      <ProblemNotice
        title="The window cannot reach the engine"
        problem={{ code: 'engine-unreachable', message: 'nothing answers at 127.0.0.1:4777' }}
      />
      <EmptyState title="No opportunities yet">
        2,184 cycles are watched. Net edges above zero are rare on a real venue; hours can pass without one.
      </EmptyState>
      <EmptyState title="No cycles yet" />
    </Section>
  );
}

const LIGHTS: readonly (readonly [FeedLight['level'], string, string])[] = [
  ['fresh', 'OK', 'data 0.1 s'],
  ['quiet', 'QUIET', 'data 2.4 s'],
  ['waiting', 'CONNECTING', 'data 3.0 s'],
  ['stale', 'STALE', 'data 7.2 s'],
  ['down', 'DOWN', 'data 41 s'],
];
const TONES = ['good', 'info', 'quiet', 'warn', 'bad'] as const;
const WORDS = { good: 'Taken', info: 'Open', quiet: 'Missed', warn: 'Unknown', bad: 'Rejected' } as const;

export function StatusSection() {
  return (
    <Section title="Lights, ages and words">
      <Specimen name="lights by the age of the last data">
        <ul className="lights gallery-row">
          {LIGHTS.map(([level, word, age]) => (
            <StatusLight
              key={level}
              level={level}
              name="kraken"
              word={word}
              age={age}
              label={`Feed ${level}`}
            />
          ))}
        </ul>
      </Specimen>
      <Specimen name="ages of a view: no data yet, fresh, late, old">
        <div className="gallery-row">
          {[null, 400, 2_600, 73_000].map((ageMs) => (
            <AgeMark key={ageMs} text={ageWords(ageMs)} title="Since the last update" />
          ))}
        </div>
      </Specimen>
      <Specimen name="words of a state">
        <div className="gallery-row">
          {TONES.map((tone) => (
            <Word key={tone} tone={tone} label={WORDS[tone]} />
          ))}
          <Word tone="bad" label="Denied" icon="ban" />
          <Word tone="quiet" label="Queued" icon="clock" />
        </div>
      </Specimen>
    </Section>
  );
}
