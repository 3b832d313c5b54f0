import type { NewsEvent } from '../../../src-engine/contract/topics.ts';
import { modeText } from '../../../src-engine/domain/day-texts.ts';
import { SCOPE_TEXTS } from '../../../src-engine/domain/setting-text.ts';
import { shownChange } from '../../lib/shown-change.ts';
import {
  breakerLabel,
  haltLabel,
  isTakenBack,
  strategyFaultLabel,
} from '../../../src-engine/domain/halt-texts.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { readableText } from '../../lib/readable-text.ts';
import { actorText, RECONCILE_CAUSES, STAGE_NAMES } from './news-words.ts';

const CAUSES = {
  venue: 'as the venue lists it now',
  account: 'as the account’s fees are now',
  fill: 'as it was charged; the account’s fees are read again',
} as const;

type NewsText = { readonly title: string; readonly detail: string };

/** An event of the engine itself in words; order and opportunity facts have tables of their own. */
export function newsText(event: NewsEvent): NewsText {
  const { title, detail } = wordsOf(event);
  return { title, detail: readableText(detail) };
}

function wordsOf(event: NewsEvent): NewsText {
  switch (event.type) {
    case 'runStarted':
      return {
        title: 'Run started',
        detail: `${modeText(event.mode, event.simulatedMarket)}; profits in ${event.homeAsset}`,
      };
    case 'feedChanged':
      return {
        title: `Feed ${event.state}`,
        detail: join(venueTitle(event.venue), event.venueStatus, event.reason),
      };
    case 'bookStateChanged':
      return { title: `Book ${event.state}`, detail: join(event.symbol, event.reason) };
    case 'instrumentChanged':
      return {
        title: event.cause === 'fill' ? 'A fill cost more than planned' : 'Instrument changed',
        detail: join(event.symbol, ...event.changes, CAUSES[event.cause]),
      };
    case 'instrumentStopped':
      return {
        title: event.reason === '' ? 'Instrument traded again' : 'Instrument not traded',
        detail: join(venueTitle(event.venue), event.symbol, event.reason),
      };
    case 'killed':
      return {
        title: 'Killed',
        detail: `${event.cancelsSent} cancels sent · ${actorText(event.actor)} · ${event.reason}`,
      };
    case 'killVerified':
      return { title: 'Kill verified', detail: `the venue shows ${event.openOrders} open orders` };
    case 'rearmed':
      return { title: 'Re-armed', detail: actorText(event.actor) };
    case 'armingChanged':
      return {
        title: `Live trading ${event.to}`,
        detail: join(`was ${event.from}`, event.reason, actorText(event.actor)),
      };
    case 'goLiveChanged':
      return {
        title: `Go-live stage: ${STAGE_NAMES[event.to]}`,
        detail: join(
          venueTitle(event.venue),
          `was ${STAGE_NAMES[event.from]}`,
          event.reason,
          actorText(event.actor),
        ),
      };
    case 'tradingHalted':
      return {
        title: 'Trading halted',
        detail: join(
          event.venue === undefined ? '' : venueTitle(event.venue),
          haltLabel(event.code),
          event.reason,
        ),
      };
    case 'tradingResumed':
      return {
        title: 'Trading resumed',
        detail: join(event.venue === undefined ? '' : venueTitle(event.venue), actorText(event.actor)),
      };
    case 'limitsChanged':
      return {
        title: `${SCOPE_TEXTS[event.scope]} changed, version ${event.version}`,
        detail: join(event.changes.map(shownChange).join(', '), actorText(event.actor)),
      };
    case 'riskLevelChanged':
      return {
        title: `Risk level ${event.to}`,
        detail: join(
          `was ${event.from}`,
          `${event.lossPct} % of the day’s equity lost`,
          actorText(event.actor),
        ),
      };
    case 'breakerChanged':
      return {
        title: `Breaker ${event.state}`,
        detail: join(breakerLabel(event.breaker, event.venue), event.reason, actorText(event.actor)),
      };
    case 'strategyStopped':
      return {
        title: 'Cycle stopped',
        detail: join(event.strategy, event.reason, event.actor === undefined ? '' : actorText(event.actor)),
      };
    case 'strategyEnabled':
      return { title: 'Cycle enabled again', detail: join(event.strategy, actorText(event.actor)) };
    case 'strategySet': {
      const { strategy, mode, stake, barSeconds } = event.setup;
      return {
        title: event.isRemoved === true ? 'Strategy removed' : `Strategy ${mode}`,
        detail: join(strategy, `bars of ${barSeconds} s`, `stake ${stake}`, actorText(event.actor)),
      };
    }
    case 'strategyFailed':
      return {
        title: isTakenBack(event.code) ? 'Strategy taken back from its account' : 'Strategy failed',
        detail: join(event.strategy, strategyFaultLabel(event.code), event.detail),
      };
    case 'foreignOrderSeen': {
      const { side, qty, symbol, price, venueOrderId } = event.order;
      const detail = `${side} ${qty} ${symbol} at ${price} · ${venueTitle(event.venue)} ${venueOrderId} · ignored (not ours)`;
      return { title: 'Order placed elsewhere', detail };
    }
    case 'venueRowUnread':
      return {
        title: 'Unreadable row from the venue',
        detail: join(`${venueTitle(event.venue)} ${event.source} ${event.row}`, event.problem, 'ignored'),
      };
    case 'reconciled': {
      const { venue, cause, adoptedFills, settledOrders, unknownOrders } = event;
      const found = `${adoptedFills} fills adopted, ${settledOrders} orders settled, ${unknownOrders} unknown`;
      return { title: 'Reconciled', detail: join(venue, RECONCILE_CAUSES[cause], found) };
    }
    case 'reconcileFailed':
      return {
        title: 'Reconciling failed',
        detail: join(venueTitle(event.venue), `attempt ${event.attempt}`, event.reason),
      };
    case 'balancesDiffer':
      return {
        title: 'Balances differ',
        detail: join(venueTitle(event.venue), ...event.differences.map(differenceText)),
      };
    case 'balancesAdopted':
      return {
        title: isSplit(event) ? 'Capital split into coins' : 'Balances adopted',
        detail: join(
          venueTitle(event.venue),
          ...event.differences.map(isSplit(event) ? splitText : differenceText),
          actorText(event.actor),
        ),
      };
    case 'deadManSwitchChanged':
      return { title: `Dead-man switch ${event.state}`, detail: join(venueTitle(event.venue), event.reason) };
    case 'watchdogActed': {
      const { venue, cause, canceled, verified, problem } = event;
      const end = verified ? 'verified: no open orders' : `NOT verified: ${problem}`;
      return {
        title: 'Watchdog canceled all orders',
        detail: join(venue, `the engine was ${cause}`, `${canceled} orders`, end),
      };
    }
    case 'watchdogLost':
      return { title: 'Watchdog lost', detail: join(venueTitle(event.venue), event.reason) };
    case 'coinDoubted': {
      const { coin, venues, prices, unit, reason } = event;
      const seen = prices.map(({ venue, price }) => `${price} ${unit} at ${venueTitle(venue)}`);
      return {
        title: 'Coin quarantined',
        detail: join(`${coin} at ${venues.map(venueTitle).join(', ')}`, ...seen, reason),
      };
    }
    case 'coinTrusted': {
      const { coin, venues, actor } = event;
      return {
        title: 'Coin trusted',
        detail: join(`${coin} at ${venues.map(venueTitle).join(', ')}`, actorText(actor)),
      };
    }
    case 'coinDepegged':
      return { title: 'Stablecoin off its peg', detail: join(event.coin, event.reason) };
    case 'coinRepegged':
      return { title: 'Stablecoin back at its peg', detail: join(event.coin, event.reason) };
    case 'transferChanged': {
      const { coin, amount, from, to, state, isLate } = event.transfer;
      const how = isLate ? 'late' : state;
      return {
        title: `Transfer ${how}`,
        detail: join(`${amount} ${coin}`, `${from} → ${to}`, actorText(event.actor)),
      };
    }
    case 'inventorySet':
      return {
        title: 'Inventory',
        detail: join(`${event.coin} at ${venueTitle(event.venue)}`, event.detail),
      };
    case 'factsDropped':
      return {
        title: 'Market events not recorded',
        detail: `${event.count}, because the journal fell behind`,
      };
  }
}

/** Nothing came or left: the cash of a simulated venue became coins at the middle of its books. */
function isSplit({ actor }: NewsEvent & { type: 'balancesAdopted' }): boolean {
  return actor.via === 'starting-inventory';
}

function splitText({ asset, ledger, venue }: { asset: string; ledger: string; venue: string }): string {
  return `${codeOf(asset)} ${ledger} → ${venue}`;
}

function differenceText(difference: { asset: string; ledger: string; venue: string }): string {
  return `${codeOf(difference.asset)} ${difference.ledger} here, ${difference.venue} at the venue`;
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
