/** Everything that must hold before real orders may leave, each with what was found and what to do about it. */
import type { ChecklistItem } from '../../contract/live-records.ts';
import type { PlanMode } from '../../contract/records.ts';
import type { VenueName } from '../../domain/ids.ts';
import { DURABILITY_WORDS } from '../../domain/durability.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { US_PER_MS } from '../../domain/time.ts';
import { assetName } from '../../domain/venue-asset.ts';
import type { IntentJournal } from '../../storage/intents/intent-journal.ts';
import type { SimulatedRecord } from '../../storage/queries/account.ts';
import { isAtAccount, stakeOf } from '../../strategies/session/at-account.ts';
import type { SessionAccount } from '../market/venue-connection.ts';
import { invocation } from '../../lib/invocation.ts';

/** Cycles that must have been traded in simulation before: fewer say nothing. */
export const NEEDED_PAPER_CYCLES = 20;
/** Order deadlines are in the venue's time: beyond this they could not be trusted. */
const MAX_SKEW_US = 500 * US_PER_MS;

/** Simulated trades of which plans count for an account, besides those of its own twin. */
export const RECORD_OF: Readonly<Partial<Record<PlanMode, PlanMode>>> = {
  live: 'paper',
  rehearsal: 'demo',
};

export type ChecklistFacts = {
  readonly kernel: Kernel;
  readonly venue: VenueName;
  readonly account: SessionAccount | undefined;
  /** Why there is no account; empty: there is one. */
  readonly watchedFor: string;
  readonly record: SimulatedRecord;
  readonly intents: Pick<IntentJournal, 'health' | 'level' | 'damage'>;
};

type Check = Omit<ChecklistItem, 'remedy'> & { readonly remedy: string };

export function armingChecklist(facts: ChecklistFacts): ChecklistItem[] {
  const { kernel, venue } = facts;
  const halted = kernel.halts.refusal(venue);
  const checks: Check[] = [
    keyCheck(facts),
    recordCheck(facts.record, kernel.config.homeAsset),
    {
      id: 'limits',
      label: 'Risk limits set',
      ok: kernel.areLimitsSet,
      detail: kernel.areLimitsSet ? 'set by an operator' : 'the defaults',
      remedy: 'Review the risk limits and save your own, or save a preset.',
    },
    clockCheck(facts.account),
    reconciledCheck(kernel, venue),
    {
      id: 'equity',
      label: 'Equity known',
      ok: kernel.risk.escalation.equity?.gt(0) === true,
      detail: equityWords(kernel),
      remedy: 'Wait until the books of what the account holds are live.',
    },
    booksCheck(kernel, venue),
    deadEngineCheck(facts.account),
    durabilityCheck(facts.intents),
    {
      id: 'kill-switch',
      label: 'Kill switch released',
      ok: !kernel.killSwitch.isOn,
      detail: kernel.killSwitch.isOn ? 'latched' : 'released',
      remedy: 'Re-arm the kill switch.',
    },
    {
      id: 'not-halted',
      label: 'Trading not halted',
      ok: halted === undefined,
      detail: halted ?? 'running',
      remedy: 'Check the reason, then resume trading.',
    },
    ...strategiesNote(kernel, venue),
  ];
  return checks.map((check) => (check.ok ? { ...check, remedy: '' } : check));
}

/** Nothing to be done: whoever arms the account lets them trade there, each as it was promoted. Left out where there are none. */
function strategiesNote({ strategies }: Kernel, venue: VenueName): Check[] {
  const own = [...strategies.all()].filter(
    ({ setup, isFlat, isAtAccount: isThere, markets }) =>
      (isAtAccount(setup.mode) || (isThere && !isFlat)) &&
      markets.some(({ instrument }) => instrument.venue === venue),
  );
  if (own.length === 0) return [];
  return [
    {
      id: 'strategies',
      label: 'Strategies that trade here',
      ok: true,
      detail: own
        .map(({ setup, way }) =>
          setup.mode === 'off'
            ? `${setup.strategy}: sells what it holds`
            : `${setup.strategy}: ${way}, up to ${stakeOf(setup, way).toFixed()}`,
        )
        .join('; '),
      remedy: '',
    },
  ];
}

function keyCheck({ account, watchedFor }: ChecklistFacts): Check {
  return {
    id: 'key',
    label: 'API key fit for trading',
    ok: account !== undefined,
    detail:
      account === undefined
        ? `watched without trading: ${watchedFor || 'no account'}`
        : [
            ...(account.isUnbounded === true ? [] : [rightsWords(account.permissions)]),
            ...account.keyNotes,
          ].join(' '),
    remedy: `Store a key that may trade and cannot withdraw: ${invocation()} key --set`,
  };
}

/** @param permissions in the venue's own words; empty: they cannot be read, and whether it may withdraw is not known. */
function rightsWords(permissions: readonly string[]): string {
  return permissions.length === 0
    ? 'its rights are not known.'
    : `may ${permissions.join(', ')}; cannot withdraw.`;
}

/** What cancels the orders when this engine dies: the venue itself where it can, and the watchdog beside the engine. */
function deadEngineCheck(account: SessionAccount | undefined): Check {
  const isWatched = account?.guard.isWatching === true;
  const watchdog = isWatched ? 'the watchdog on this machine is running' : 'the watchdog is not running';
  return {
    id: 'dead-engine',
    label: 'Orders canceled when the engine dies',
    ok: isWatched,
    detail:
      account?.hasDeadManSwitch === true
        ? `${watchdog}, and the venue’s dead-man switch cancels when the engine is silent`
        : `${watchdog}; the venue has no dead-man switch: when this machine or its network fails, orders stay open`,
    remedy: 'Wait until another watchdog has started; the log says why the last one ended.',
  };
}

/** What a crash or a power loss leaves of an order that was sent: the level is the trader's choice, a fault is not. */
function durabilityCheck({ health, level, damage }: ChecklistFacts['intents']): Check {
  return {
    id: 'durability',
    label: 'Orders stored before they are sent',
    ok: health.healthy && damage === '',
    detail: damage || health.detail || `level ${level}: ${DURABILITY_WORDS[level]}`,
    remedy:
      damage === ''
        ? 'Check the disk of the data folder.'
        : `Check the orders at the venue, then run: ${invocation()} audit acknowledge`,
  };
}

function recordCheck({ cycles, profitHome }: SimulatedRecord, homeAsset: string): Check {
  return {
    id: 'paper-record',
    label: 'Record on paper',
    ok: cycles >= NEEDED_PAPER_CYCLES && !profitHome.isNegative(),
    detail: `${cycles} of ${NEEDED_PAPER_CYCLES} cycles traded in simulation, ${profitHome.toFixed(2)} ${homeAsset} in all`,
    remedy:
      cycles < NEEDED_PAPER_CYCLES
        ? 'Trade on paper, or run the ghost beside the account, until there are enough.'
        : 'It lost money on paper: find the reason before you trade real money.',
  };
}

function clockCheck(account: SessionAccount | undefined): Check {
  const skew = account?.clockSkew();
  const ms = (us: number): string => (us / US_PER_MS).toFixed(0);
  return {
    id: 'clock',
    label: 'Clock in step',
    ok: skew !== undefined && Math.abs(skew.skewUs) + skew.errorUs <= MAX_SKEW_US,
    detail:
      skew === undefined
        ? 'the venue has not reported its time yet'
        : skew.isByVenue === true
          ? 'nothing depends on this machine’s clock: deadlines are counted by the venue’s own, from its present on'
          : `${ms(skew.skewUs)} ms from the venue's (± ${ms(skew.errorUs)} ms); the limit is ${ms(MAX_SKEW_US)} ms`,
    remedy: 'Set this machine’s clock by the network (NTP), and wait for the private connection.',
  };
}

function reconciledCheck(kernel: Kernel, venue: VenueName): Check {
  const standing = kernel.orderEvents.reconciler.standings().find((one) => one.venue === venue);
  const refusal = standing === undefined || standing.refusal === '' ? undefined : standing.refusal;
  const unknown = [...kernel.orders.open()].filter(
    (order) => order.venue === venue && order.state === 'unknown',
  ).length;
  const differences = standing?.differences.length ?? 0;
  const isCompared = standing?.agreedUs !== undefined;
  return {
    id: 'reconciled',
    label: 'Account agrees with the ledger',
    ok: refusal === undefined && unknown === 0 && differences === 0 && isCompared,
    detail:
      refusal ??
      (isCompared ? `${differences} balances differ, ${unknown} orders unknown` : 'not compared yet'),
    remedy: 'Open the Account panel, settle unknown orders, and adopt or explain balances that differ.',
  };
}

function booksCheck(kernel: Kernel, venue: VenueName): Check {
  const own = kernel.config.instruments.filter((instrument) => instrument.venue === venue);
  const live = own.filter(({ id }) => kernel.store.sync(id).state === 'live').length;
  const all = own.length;
  const feed = kernel.feeds.get(venue);
  const isOpen = feed?.state === 'open' && (feed.venueStatus === '' || feed.venueStatus === 'online');
  return {
    id: 'books',
    label: 'Books live',
    ok: isOpen && live * 2 > all,
    detail: isOpen
      ? `${live} of ${all} books are live`
      : `the feed is ${feed?.state ?? 'closed'}, the venue reports ${feed?.venueStatus || 'nothing'}`,
    remedy: 'Wait for market data.',
  };
}

function equityWords({ config, risk }: Kernel): string {
  const { equity } = risk.escalation;
  return equity === undefined
    ? 'not every balance has a price yet'
    : `${equity.toFixed(2)} ${assetName(config.homeAsset)}`;
}
