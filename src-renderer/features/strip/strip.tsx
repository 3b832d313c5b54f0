/** The day at a glance, always in sight: every figure is the engine's. A press opens what was missed, and why. */
import { useState } from 'react';
import type { TodayFigures } from '../../../src-engine/contract/today-records.ts';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Time } from '../../components/time.tsx';
import { signClass } from '../../components/exact.tsx';
import { useReplica } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import { ABSENT, formatAmount, formatSigned, signOf } from '../../lib/decimal-text.ts';
import { fixedText, formatCount } from '../../lib/figures.ts';
import { EdgeHours } from '../edge-hours/edge-hours.tsx';
import { DayReports } from './day-reports.tsx';
import { CaptureTable } from '../lab/capture-table.tsx';
import { captureWord } from '../lab/lab-words.ts';
import { useWanted } from '../../workspace/wanted.ts';
import { LEVEL_WORDS } from '../risk/risk-words.ts';

const NOTHING = {};

export function Strip() {
  const today = useView('today', NOTHING);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="strip" onClick={() => setOpen(true)}>
        {figuresOf(today).map(({ name, text, look, explain }) => (
          <span key={name} className="strip-figure" title={explain}>
            <span className="dim">{name}</span> <span className={`num ${look}`}>{text}</span>
          </span>
        ))}
        <span className="visually-hidden">Open what was missed</span>
      </button>
      {isOpen && today !== undefined && <TodayDialog today={today} onClose={() => setOpen(false)} />}
    </>
  );
}

export type StripFigure = {
  readonly name: string;
  readonly text: string;
  readonly look: string;
  readonly explain: string;
};

/** The figures in their order; a dash for what is not known. */
export function figuresOf(today: TodayFigures | undefined): readonly StripFigure[] {
  const home = today?.homeAsset ?? '';
  const filled = today === undefined ? null : shareOf(today.attempts - today.missed, today.attempts);
  return [
    {
      name: 'Today',
      text: today === undefined ? ABSENT : formatSigned(today.profit, 2),
      look: today === undefined ? '' : signClass(signOf(today.profit)),
      explain: `What the executions that finished since midnight UTC brought back beyond what they spent, in ${home}; prices of coins that are held are not in it (see PnL)`,
    },
    {
      name: 'Captured',
      text: percent(today?.edges.share ?? null),
      look: '',
      explain:
        'Booked profit as a share of what the best plans of all opportunities promised; above 100 % where fills beat the slippage that plans deduct',
    },
    {
      name: 'Missed',
      text: today === undefined ? ABSENT : formatAmount(missedSum(today).toFixed(2), 2),
      look: '',
      explain: `${today === undefined ? '' : `${missedText(today)}. `}What opportunities of today promised and did not bring, in ${home}: press for the reasons`,
    },
    {
      name: 'Fill rate',
      text: percent(filled),
      look: '',
      explain:
        'Attempts of today of which at least the first leg was filled. What risk denied before its first order is no attempt',
    },
    {
      name: 'Edges/min',
      text: today === undefined ? ABSENT : formatCount(today.edgesPerMinute),
      look: '',
      explain: 'Opportunities that opened in the last minute',
    },
    {
      name: 'Unwinds',
      text: today === undefined ? ABSENT : formatSigned(today.unwindCost, 2),
      look: today !== undefined && signOf(today.unwindCost) < 0 ? 'loss' : '',
      explain: `What executions of today lost whose position was unwound or stranded, in ${home}`,
    },
    {
      name: 'Exposure',
      text: today?.exposure == null ? ABSENT : formatAmount(today.exposure, 0),
      look: '',
      explain: `Value of all open positions, in ${home}`,
    },
    {
      name: 'Loss level',
      text: today === undefined ? ABSENT : LEVEL_WORDS[today.riskLevel].label,
      look: today === undefined || today.riskLevel === 'normal' ? '' : 'loss',
      explain:
        today === undefined
          ? ''
          : `${LEVEL_WORDS[today.riskLevel].explain} Lost today: ${fixedText(Math.max(0, today.lossPct), 2)} % of the day’s first equity`,
    },
  ];
}

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function percent(share: number | null): string {
  return share === null ? ABSENT : `${(share * 100).toFixed(0)} %`;
}

/** What was lost to reasons. Better prices than planned make up for none of it: they are no reason to miss the next one. */
function missedSum({ edges }: Pick<TodayFigures, 'edges'>): number {
  return edges.lost.reduce((sum, { home }) => sum + Math.max(0, home), 0);
}

/** "Missed today: 12.40 USD, 75 % of it because of …": the sum, and the first of its reasons. */
export function missedText({ edges, homeAsset }: Pick<TodayFigures, 'edges' | 'homeAsset'>): string {
  const first = edges.lost.find(({ home }) => home > 0);
  const missed = missedSum({ edges });
  if (first === undefined || missed < 0.005) return 'Nothing was missed today';
  const amount = formatAmount(missed.toFixed(2), 2);
  const share = Math.min(100, Math.round((first.home / missed) * 100));
  return `Missed today: ${amount} ${homeAsset}, ${share} % of it because of “${captureWord(first.reason, first.home).label}”`;
}

const lacksCoins = ({ edges }: Pick<TodayFigures, 'edges'>): boolean =>
  edges.lost.some(({ reason, home }) => reason === 'no-balance' && home > 0);

/** The sum of what was missed today with its first reason; a press opens the reasons by money. */
export function MissedLine() {
  const today = useView('today', NOTHING);
  const [isOpen, setOpen] = useState(false);
  if (today === undefined) return null;
  return (
    <div className="missed-line">
      <button type="button" className="missed-text" title="Reasons by money" onClick={() => setOpen(true)}>
        {missedText(today)}
      </button>
      {lacksCoins(today) && <WhatToMove />}
      {isOpen && <TodayDialog today={today} onClose={() => setOpen(false)} />}
    </div>
  );
}

/** Where a coin was missing: the inventory says which, where, and what brings it back. Nothing is moved where there is one venue. */
export function WhatToMove({ onPressed }: { readonly onPressed?: () => void }) {
  const want = useWanted((state) => state.want);
  const areSeveral = useReplica(({ status }) => status.feeds.length > 1) ?? false;
  if (!areSeveral) return null;
  return (
    <button
      type="button"
      className="button"
      title="Opens the panel Inventory: what ran out where, and the moves that bring it back"
      onClick={() => {
        want('inventory');
        onPressed?.();
      }}
    >
      What to move where
    </button>
  );
}

function TodayDialog({ today, onClose }: { readonly today: TodayFigures; readonly onClose: () => void }) {
  const { edges, homeAsset, edgesSinceUs } = today;
  return (
    <Dialog title="Today" kind="drawer" onClose={onClose}>
      <div className="stack">
        <p>
          <strong>{missedText(today)}</strong>
        </p>
        {edges.detected === 0 ? (
          <EmptyState title="No edge was seen yet">
            Reasons are listed here once opportunities have closed.
          </EmptyState>
        ) : (
          <CaptureTable review={{ capture: edges, homeAsset }} />
        )}
        {lacksCoins(today) && (
          <div className="form-actions">
            <WhatToMove onPressed={onClose} />
          </div>
        )}
        <EdgeHours />
        <p className="field-help">
          Counted since <Time atUs={edgesSinceUs} />. What an opportunity promised is the profit of its best
          plan after fees, depth and rounding, at the marks of the moment: an estimate.
        </p>
        <DayReports />
      </div>
    </Dialog>
  );
}
