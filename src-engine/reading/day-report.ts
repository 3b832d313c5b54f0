/** A day in one page, from what the database holds of it: no session need run. A day that is over reads the same later, but for notes, which stand under the day of their last change. */
import type { DayReport } from '../contract/day-operations.ts';
import { MAX_NOTES, type Note } from '../contract/note-operations.ts';
import type { OperationOutput } from '../contract/operations.ts';
import type { PnlReport } from '../contract/market-records.ts';
import type { LimitChangeRecord } from '../contract/risk-records.ts';
import type { NewsEvent } from '../contract/topics.ts';
import { DECISION_TEXTS, OUTCOME_TEXTS } from '../domain/code-texts.ts';
import { capitalText, equityText, modesText, untilText } from '../domain/day-texts.ts';
import type { EquitySample } from '../domain/event.ts';
import { decimal } from '../domain/decimal.ts';
import { wholeSamples } from '../domain/whole-samples.ts';
import { settingChangeText } from '../domain/setting-text.ts';
import { formatTimeUs } from '../domain/time.ts';
import { curve, escape, page, table } from '../lib/html-page.ts';
import type { Readable } from '../storage/database-types.ts';
import { listEquity } from '../storage/queries/account.ts';
import { type DayEvents, dayEvents } from '../storage/queries/day-events.ts';
import { decisionsOf, outcomesOf, type Span } from '../storage/queries/day-figures.ts';
import { dayEquity, dayModes } from '../storage/queries/day-standing.ts';
import { seenByHour } from '../storage/queries/edges.ts';
import { listNotes } from '../storage/queries/notes.ts';
import { pnlReport } from '../storage/queries/pnl.ts';
import { listLimitChanges } from '../storage/queries/risk.ts';

const DAY_US = 86_400_000_000;
const HOUR_US = DAY_US / 24;
/** Rows of each table of the page; what is beyond is counted. */
const MAX_ROWS = 200;
const MAX_CYCLES = 30;
const POINTS = 500;
/** Changes of limits that are read at once. */
const PAGE_ROWS = 1_000;

type DayContext = {
  readonly database: Readable;
  readonly profile: string;
  readonly homeAsset: string;
  readonly nowUs: number;
};

type Parts = {
  readonly report: DayReport;
  readonly hours: Awaited<ReturnType<typeof seenByHour>>;
  readonly cycles: PnlReport['cycles'];
  readonly equity: readonly EquitySample[];
  readonly happened: DayEvents;
  readonly limits: readonly LimitChangeRecord[];
  readonly notes: readonly Note[];
};

/** @param day UTC, `2026-11-30`. @param nowUs the moment of the report. */
export async function dayReport(
  { database, profile, homeAsset, nowUs }: DayContext,
  day: string,
): Promise<OperationOutput<'getDayReport'>> {
  const fromUs = Date.parse(`${day}T00:00:00Z`) * 1_000;
  const span: Span = { fromUs, toUs: fromUs + DAY_US };
  const [decisions, outcomes, modes, hours, { cycles }, equity, happened, limits, { notes }] =
    await Promise.all([
      decisionsOf(database, profile, span),
      outcomesOf(database, profile, span),
      dayModes(database, profile, span),
      seenByHour(database, profile, span),
      pnlReport(database, profile, homeAsset, span),
      listEquity(database, profile, { ...span, maxPoints: POINTS }),
      dayEvents(database, profile, span, NOISE, MAX_ROWS),
      limitChangesOf(database, profile, span),
      // Those of the profile and those on runs, each at most MAX_NOTES.
      listNotes(database, profile, { limit: 2 * MAX_NOTES, beforeUs: span.toUs }),
    ]);
  const written = notes.filter(({ changedUs }) => changedUs >= span.fromUs && changedUs < span.toUs);
  const report: DayReport = {
    day,
    profile,
    homeAsset,
    ...span,
    untilUs: Math.max(span.fromUs, Math.min(span.toUs, nowUs)),
    modes,
    found: decisions.reduce((sum, { opportunities }) => sum + opportunities, 0),
    taken: decisions.find(({ decision }) => decision === 'taken')?.opportunities ?? 0,
    decisions,
    ...outcomes,
    equity: await dayEquity(database, profile, span, outcomes.profitHome),
    changes: limits.length,
    notes: written.length,
  };
  const text = dayPage({ report, hours, cycles, equity, happened, limits, notes: written });
  return { report, file: `parallax-${profile}-${day}.html`, mime: 'text/html', text };
}

/** All of the span, newest first, by pages. */
async function limitChangesOf(
  database: Readable,
  profile: string,
  { fromUs, toUs }: Span,
): Promise<LimitChangeRecord[]> {
  const changes: LimitChangeRecord[] = [];
  for (let beforeUs = toUs; ; ) {
    const page = await listLimitChanges(database, profile, { limit: PAGE_ROWS, beforeUs });
    changes.push(...page.filter(({ atUs }) => atUs >= fromUs));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS || last.atUs < fromUs) return changes;
    beforeUs = last.atUs;
  }
}

/** What happens many times a day and decides nothing by itself: counted, not listed. */
const NOISE: ReadonlySet<NewsEvent['type']> = new Set(['bookStateChanged', 'instrumentChanged']);

const EVENT_NAMES: Readonly<Record<NewsEvent['type'], string>> = {
  runStarted: 'Run started',
  killed: 'Killed',
  killVerified: 'Kill verified',
  rearmed: 'Re-armed',
  armingChanged: 'Arming changed',
  feedChanged: 'Feed',
  instrumentStopped: 'Instrument not traded',
  tradingHalted: 'Trading halted',
  tradingResumed: 'Trading resumed',
  limitsChanged: 'Limits changed',
  riskLevelChanged: 'Risk level',
  breakerChanged: 'Breaker',
  strategyStopped: 'Cycle stopped',
  strategyEnabled: 'Cycle enabled again',
  strategySet: 'Strategy set',
  strategyFailed: 'Strategy failed',
  foreignOrderSeen: 'Order placed elsewhere',
  venueRowUnread: 'Unreadable row from the venue',
  reconciled: 'Reconciled',
  reconcileFailed: 'Reconciling failed',
  balancesDiffer: 'Balances differ',
  balancesAdopted: 'Balances adopted',
  factsDropped: 'Facts dropped',
  deadManSwitchChanged: 'Dead-man switch',
  watchdogActed: 'Watchdog canceled all orders',
  watchdogLost: 'Watchdog lost',
  coinDoubted: 'Coin doubted',
  coinTrusted: 'Coin trusted again',
  coinDepegged: 'Coin off its peg',
  coinRepegged: 'Coin at its peg again',
  transferChanged: 'Transfer',
  inventorySet: 'Inventory set',
  goLiveChanged: 'Go-live stage',
  bookStateChanged: 'Book',
  instrumentChanged: 'Rules of an instrument',
};

function dayPage({ report, hours, cycles, equity, happened, limits, notes }: Parts): string {
  const { day, profile, homeAsset, found, taken, decisions, outcomes, executions, profitHome } = report;
  const missed = decisions.filter(({ decision }) => decision !== 'taken');
  return page(
    `Day ${day}`,
    `<h1>${escape(day)} (UTC)${untilText(report)}, ${escape(profile)}</h1>
<p>${escape(modesText(report))}</p>
<p>${found} opportunities found, ${taken} taken, ${executions} executions, profit ${escape(profitHome)} ${escape(homeAsset)}${report.isCut ? '; there are more executions than one report adds up' : ''}.</p>
<h2>Missed, and why</h2>${rows(
      ['Reason', 'Opportunities', 'Best bps', 'Their best plans promised', 'Meaning'],
      missed.map(({ decision, opportunities, bestBps, promised }) => [
        DECISION_TEXTS[decision].label,
        String(opportunities),
        bestBps.toFixed(2),
        promised.map(({ asset, amount }) => `${amount.toFixed(6)} ${asset}`).join(', '),
        DECISION_TEXTS[decision].explain,
      ]),
      'No opportunity was missed.',
    )}
<p>What plans promised is an estimate at the prices of their moment; the same cycle may promise it again and again.</p>
<h2>Taken</h2>${rows(
      ['Outcome', 'Executions', `Profit ${homeAsset}`, 'Meaning'],
      outcomes.map((row) => [
        OUTCOME_TEXTS[row.outcome].label,
        String(row.executions),
        row.profitHome,
        OUTCOME_TEXTS[row.outcome].explain,
      ]),
      'Nothing was traded.',
    )}
<h2>Cycles and routes</h2>${rows(
      ['Cycle', 'Executions', `Profit ${homeAsset}`, 'Expected bps', 'Booked bps'],
      cycles
        .slice(0, MAX_CYCLES)
        .map((row) => [
          [...row.path, row.path[0] ?? ''].join(' → '),
          String(row.executions),
          row.profit,
          row.expectedBps.toFixed(2),
          row.realizedBps.toFixed(2),
        ]),
      'Nothing was traded.',
      cycles.length,
    )}
<h2>Found by hour (UTC)</h2>${rows(
      ['Hour', 'Found', 'Taken', 'Best bps'],
      hours
        .toReversed()
        .map((hour) => [
          `${String((hour.startUs % DAY_US) / HOUR_US).padStart(2, '0')}:00`,
          String(hour.seen),
          String(hour.taken),
          hour.bestBps.toFixed(2),
        ]),
      'Nothing was found.',
    )}
<h2>Equity</h2>${equityTable(report)}${curve(wholeSamples(equity), 200, (sample) => Number(sample.equity), homeAsset)}
<h2>Events</h2>${rows(
      ['Time', 'Event', 'Detail'],
      happened.events.map((event) => [formatTimeUs(event.atUs), EVENT_NAMES[event.type], detailOf(event)]),
      happened.cut.length === 0 && happened.unread === 0 ? 'None.' : 'None is listed.',
    )}${omitted(happened)}
<h2>Limits and settings that were changed</h2>${rows(
      ['Time', 'By', 'Change'],
      limits
        .toReversed()
        .slice(0, MAX_ROWS)
        .map(({ atUs, actor, changes }) => [
          formatTimeUs(atUs),
          actor,
          changes.map(settingChangeText).join(', '),
        ]),
      'None.',
      limits.length,
    )}
<h2>Notes</h2>${rows(
      ['Time', 'On', 'Note', 'Tags'],
      notes
        .toReversed()
        .slice(0, MAX_ROWS)
        .map(({ changedUs, about, id, text, tags }) => [
          formatTimeUs(changedUs),
          `${about} ${id}`,
          text,
          tags.join(', '),
        ]),
      'None.',
      notes.length,
    )}`,
  );
}

/** Where the equity of the day comes from; both sums hold to the last digit. */
function equityTable({ equity, homeAsset, profitHome, isCut }: DayReport): string {
  if (equity === null) return '';
  const { from, to, change, holdings } = equity;
  const row = (name: string, of: (parts: typeof from) => string): string[] => [
    name,
    of(from),
    of(to),
    of(change),
  ];
  const grown = decimal(profitHome).plus(holdings).toFixed();
  const sources = isCut
    ? 'there are more executions than one report adds up, so what came from cycles and what from holdings is not known.'
    : `${profitHome} from cycles, which is what executions brought back beyond what they spent, and ${holdings} from holdings, which is prices of coins that are held and executions in progress.`;
  return `${table(
    [homeAsset, formatTimeUs(from.atUs), formatTimeUs(to.atUs), 'Change'],
    [
      row('Capital paid in', capitalText),
      row('+ Realised', ({ realizedPnl }) => realizedPnl),
      row('+ Unrealised', ({ unrealizedPnl }) => unrealizedPnl),
      row('= Equity', equityText),
      row('Fees, within realised and unrealised', ({ fees }) => fees),
    ],
  )}<p>Realised and unrealised changed by ${escape(grown)} ${escape(homeAsset)}: ${escape(sources)}</p>`;
}

function omitted({ cut, unread }: DayEvents): string {
  const counted = cut.map(({ type, count }) => `${EVENT_NAMES[type]} ${count}`).join(', ');
  const more = counted === '' ? '' : `<p>Counted, not listed: ${escape(counted)}.</p>`;
  return unread === 0 ? more : `${more}<p>${unread} cannot be read by this version.</p>`;
}

function rows(
  head: readonly string[],
  body: readonly (readonly string[])[],
  empty: string,
  all = body.length,
): string {
  if (body.length === 0) return `<p>${escape(empty)}</p>`;
  const more = all > body.length ? `<p>${all - body.length} more are not listed here.</p>` : '';
  return `${table(head, body)}${more}`;
}

function detailOf(event: NewsEvent): string {
  const { venue, symbol, reason, strategy, from, to, state, mode } = event as NewsEvent &
    Partial<Record<'venue' | 'symbol' | 'reason' | 'strategy' | 'from' | 'to' | 'state' | 'mode', unknown>>;
  const change = typeof to === 'string' ? `${typeof from === 'string' ? `${from} → ` : ''}${to}` : undefined;
  return [venue, symbol, strategy, mode, state, change, reason]
    .filter((part): part is string => typeof part === 'string' && part !== '')
    .join(' · ');
}
