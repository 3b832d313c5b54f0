/** Which facts a trader should notice, in plain words, and which facts end what went on. Pure. */
import type { Alert } from '../contract/alert-records.ts';
import type { EngineEvent, EventType } from '../domain/event.ts';
import { assetName } from '../domain/venue-asset.ts';
import { breakerLabel, haltLabel, isTakenBack, strategyFaultLabel } from '../domain/halt-texts.ts';

/** An alert before it has its number and time. */
export type AlertDraft = Pick<
  Alert,
  'key' | 'severity' | 'title' | 'detail' | 'panel' | 'venue' | 'symbol' | 'lasts'
>;

export type AlertChange =
  /** `isNew`: another alert each time, also where the one before goes on. */
  | { readonly kind: 'raise'; readonly draft: AlertDraft; readonly isNew?: boolean }
  /** `isOfAll`: with those whose keys begin with this one and a space. */
  | { readonly kind: 'end'; readonly key: string; readonly isOfAll?: boolean };

type Bare = Pick<AlertDraft, 'key' | 'severity' | 'title' | 'detail' | 'panel'> & Partial<AlertDraft>;

/** What goes on until another fact ends it. */
function lasting(draft: Bare): AlertChange {
  return { kind: 'raise', draft: { venue: '', symbol: '', lasts: true, ...draft } };
}

/** What happened at a moment. */
function moment(draft: Bare): AlertChange {
  return { kind: 'raise', draft: { venue: '', symbol: '', lasts: false, ...draft } };
}

const end = (key: string): AlertChange => ({ kind: 'end', key });

type FactOf<T extends EventType> = Extract<EngineEvent, { readonly type: T }>;

/** By type of fact; a fact that is not here is no reason for an alert. */
const MAKERS: { readonly [T in EventType]?: (event: FactOf<T>) => AlertChange | undefined } = {
  // Each one is somebody's decision: a second kill is heard of like the first, whatever was acknowledged or released between.
  killed: ({ reason, cancelsSent, actor }) => ({
    ...lasting({
      key: 'kill',
      severity: 'critical',
      title: 'Kill switch thrown',
      detail: joined(reason, `${cancelsSent} cancels sent`, `via ${actor.via}`),
      panel: 'orders',
    }),
    isNew: true,
  }),
  killVerified: ({ openOrders }) =>
    openOrders === 0
      ? end('kill not verified')
      : lasting({
          key: 'kill not verified',
          severity: 'critical',
          title: 'Kill is not verified',
          detail: `the venue still shows ${openOrders} open orders`,
          panel: 'account',
        }),
  rearmed: () => end('kill'),
  instrumentChanged: ({ cause, venue, symbol, changes }) =>
    cause !== 'fill'
      ? undefined
      : moment({
          key: `dearer fee ${venue} ${symbol}`,
          severity: 'warning',
          title: `A fill on ${symbol} was charged a higher fee than planned`,
          detail: joined(
            ...changes,
            'edges are computed with the fee that was charged; the account’s fees are read again',
          ),
          panel: 'account',
          venue,
          symbol,
        }),
  instrumentStopped: ({ venue, symbol, reason }) => {
    const key = `not traded ${venue} ${symbol}`;
    if (reason === '') return end(key);
    return lasting({
      key,
      severity: 'warning',
      title: `${symbol} is not traded`,
      detail: reason,
      panel: 'book',
      venue,
      symbol,
    });
  },
  tradingHalted: ({ code, reason, venue }) =>
    // A pause is the operator's own doing.
    code === 'paused'
      ? undefined
      : lasting({
          key: venue === undefined ? 'halt' : `halt ${venue}`,
          severity: 'critical',
          title: venue === undefined ? 'Trading halted' : `Trading halted at ${venue}`,
          detail: joined(haltLabel(code), reason),
          panel: 'risk',
          venue: venue ?? '',
        }),
  tradingResumed: ({ venue }) =>
    venue === undefined ? { kind: 'end', key: 'halt', isOfAll: true } : end(`halt ${venue}`),
  riskLevelChanged: ({ from, to, lossPct }) =>
    to === 'normal'
      ? end('risk level')
      : lasting({
          key: 'risk level',
          severity: to === 'halted' || to === 'shutdown' ? 'critical' : 'warning',
          title: `Risk level ${to}`,
          detail: joined(`was ${from}`, `${lossPct} % of the day’s equity lost`),
          panel: 'risk',
        }),
  breakerChanged: ({ breaker, venue, state, reason }) => {
    const key = `breaker ${breaker} ${venue}`;
    if (state === 'closed') return end(key);
    // A breaker that tries again has not closed yet.
    if (state === 'half-open') return undefined;
    return lasting({
      key,
      severity: state === 'latched' ? 'critical' : 'warning',
      title: `Breaker ${breakerLabel(breaker, venue)} tripped`,
      detail: reason,
      panel: 'risk',
      venue,
    });
  },
  strategyStopped: ({ strategy, reason, actor }) =>
    // What an operator stopped is his own doing.
    actor !== undefined
      ? undefined
      : lasting({
          key: `stop ${strategy}`,
          severity: 'warning',
          title: 'Cycle stopped: repeated without profit',
          detail: joined(strategy, reason),
          panel: 'risk',
        }),
  strategyEnabled: ({ strategy }) => end(`stop ${strategy}`),
  // That it goes on in shadow by itself ends nothing: a person has not seen yet why it was taken back.
  strategySet: ({ setup: { strategy }, actor }) =>
    actor.kind === 'engine' && actor.via === 'risk' ? undefined : end(`strategy ${strategy}`),
  strategyFailed: ({ strategy, code, detail }) =>
    lasting({
      key: `strategy ${strategy}`,
      severity: 'warning',
      title: isTakenBack(code) ? 'Strategy taken back from its account' : 'Strategy failed, and was stopped',
      detail: joined(strategy, strategyFaultLabel(code), detail),
      panel: 'strategies',
    }),
  coinDoubted: ({ coin, venues, prices, unit, reason }) =>
    lasting({
      key: `coin ${coin}`,
      severity: 'critical',
      title: `${coin} may not be one coin at ${venues.join(', ')}`,
      detail: joined(
        ...prices.map(({ venue, price }) => `${price} ${unit} at ${venue}`),
        reason,
        'it is valued apart at each venue until you trust it in the Venues panel',
      ),
      panel: 'venues',
      symbol: coin,
    }),
  coinTrusted: ({ coin }) => end(`coin ${coin}`),
  coinDepegged: ({ coin, reason }) =>
    lasting({
      key: `peg ${coin}`,
      severity: 'critical',
      title: `${coin} is off its peg`,
      detail: joined(reason, 'no cycle or route through it is begun'),
      panel: 'inventory',
      symbol: coin,
    }),
  coinRepegged: ({ coin }) => end(`peg ${coin}`),
  transferChanged: ({ transfer: { transferId, coin, amount, from, to, minutes, isLate, endedUs } }) => {
    const key = `transfer ${transferId}`;
    if (endedUs !== null) return end(key);
    if (!isLate) return undefined;
    return lasting({
      key,
      severity: 'warning',
      title: `A transfer of ${amount} ${coin} to ${to} is late`,
      detail: `from ${from}; expected within ${minutes} min of its declaration`,
      panel: 'inventory',
      venue: to,
      symbol: coin,
    });
  },
  feedChanged: ({ venue, state, venueStatus, reason }) => {
    const key = `feed ${venue}`;
    // A feed that is connecting is neither restored nor lost.
    if (state === 'connecting') return undefined;
    if (state === 'open' && (venueStatus === '' || venueStatus === 'online')) return end(key);
    return lasting({
      key,
      severity: 'warning',
      title: state === 'open' ? `${venue} is ${venueStatus}` : `Feed of ${venue} lost`,
      detail: reason,
      panel: 'health',
      venue,
    });
  },
  bookStateChanged: ({ venue, symbol, state, reason }) =>
    // Books resync often and without help; a lost feed has its own alert.
    state === 'stale'
      ? moment({
          key: `stale ${venue}`,
          severity: 'warning',
          title: `Books of ${venue} went stale`,
          detail: joined(symbol, reason),
          panel: 'book',
          venue,
          symbol,
        })
      : undefined,
  armingChanged: ({ from, to, reason, actor }) => {
    const wasOperator = actor.kind === 'operator';
    return moment({
      key: 'arming',
      severity: to === 'disarmed' && !wasOperator ? 'warning' : 'info',
      title: to === 'canary' ? 'Live trading armed, as a canary' : `Live trading ${to}`,
      detail: joined(`was ${from}`, reason, `via ${actor.via}`),
      panel: 'executions',
    });
  },
  reconcileFailed: ({ venue, attempt, reason }) =>
    lasting({
      key: `reconcile ${venue}`,
      severity: 'warning',
      title: `The account at ${venue} could not be compared`,
      detail: joined(`try ${attempt}`, reason),
      panel: 'account',
      venue,
    }),
  reconciled: ({ venue }) => end(`reconcile ${venue}`),
  balancesDiffer: ({ venue, differences }) =>
    lasting({
      key: `balances ${venue}`,
      severity: 'critical',
      title: `Balances differ from ${venue}`,
      detail: differences
        .map((each) => `${assetName(each.asset)} ${each.ledger} here, ${each.venue} at the venue`)
        .join(' · '),
      panel: 'account',
      venue,
    }),
  // Adopting balances of assets that are not traded does not resolve differences of traded ones.
  balancesAdopted: ({ venue, actor }) => (actor.via === 'not-traded' ? undefined : end(`balances ${venue}`)),
  venueRowUnread: ({ venue, source, row, problem }) =>
    moment({
      key: `unread ${venue}`,
      severity: 'warning',
      title: `A row of ${venue} could not be read`,
      detail: `${source} ${row}: ${problem}; it is not one of ours and was ignored`,
      panel: 'account',
      venue,
    }),
  foreignOrderSeen: ({ venue, order }) =>
    moment({
      key: `foreign ${venue}`,
      severity: 'warning',
      title: `An order at ${venue} that Parallax did not place`,
      detail: `${order.side} ${order.qty} ${order.symbol} at ${order.price}; not touched`,
      panel: 'account',
      venue,
      symbol: order.symbol,
    }),
  orderUnknown: ({ order }) =>
    moment({
      key: `unknown ${order.venue}`,
      severity: 'warning',
      title: `An order at ${order.venue} is unknown`,
      detail: joined(`${order.side} ${order.qty} ${order.symbol}`, order.reason),
      panel: 'account',
      venue: order.venue,
      symbol: order.symbol,
    }),
  executionFinished: ({ execution }) =>
    execution.outcome === 'stranded'
      ? moment({
          key: 'stranded',
          severity: 'critical',
          title: 'A cycle is stranded',
          detail: joined(execution.path.join(' → '), execution.detail),
          panel: 'executions',
          venue: execution.venue,
        })
      : undefined,
  deadManSwitchChanged: ({ venue, state, reason }) => {
    const key = `dead-man switch ${venue}`;
    if (state === 'set' || state === 'ended') return end(key);
    return lasting({
      key,
      severity: state === 'failing' ? 'critical' : 'warning',
      title: `Dead-man switch of ${venue} ${state}`,
      detail: reason,
      panel: 'account',
      venue,
    });
  },
  watchdogActed: ({ venue, cause, canceled, verified, problem }) =>
    moment({
      key: `watchdog ${venue}`,
      severity: 'critical',
      title: 'The watchdog canceled all orders',
      detail: joined(
        venue,
        `the engine was ${cause}`,
        `${canceled} orders`,
        verified ? 'nothing is open' : `NOT verified: ${problem}`,
      ),
      panel: 'account',
      venue,
    }),
  watchdogLost: ({ venue, reason }) =>
    moment({
      key: `watchdog lost ${venue}`,
      severity: 'warning',
      title: 'The watchdog is lost; another one is started',
      detail: reason,
      panel: 'account',
      venue,
    }),
  factsDropped: ({ count }) =>
    moment({
      key: 'facts dropped',
      severity: 'critical',
      title: 'The disk is too slow: facts about the market were dropped',
      detail: `${count} facts dropped; none about orders or money`,
      panel: 'health',
    }),
};

/** Types that are kept until the operator acknowledges them. */
const NOTICED: ReadonlySet<string> = new Set(Object.keys(MAKERS));

export function isNoticed(event: EngineEvent): boolean {
  return NOTICED.has(event.type);
}

/** What a fact means for the list of alerts; undefined: nothing. */
export function changeOf(event: EngineEvent): AlertChange | undefined {
  const make = MAKERS[event.type] as ((event: EngineEvent) => AlertChange | undefined) | undefined;
  return make?.(event);
}

/** What goes on only while its run does: another run begins without it. */
export function isOfRun(key: string): boolean {
  return /^(feed|breaker (data-quality|api-reliability)|reconcile|dead-man switch|engine) /.test(key);
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
