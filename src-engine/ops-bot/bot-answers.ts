/** What a bot says of the engine's answers, in plain text. Every figure is the engine's. Pure. */
import type { OperationOutput } from '../contract/operations.ts';
import type { PositionsView } from '../contract/position-records.ts';
import { shownUse } from '../contract/risk-records.ts';
import { coinsText } from '../domain/day-texts.ts';
import { breakerLabel } from '../domain/halt-texts.ts';
import { restWords } from '../contract/venue-records.ts';

/** Rows of one answer; the rest is counted. */
const MAX_ROWS = 15;
/** Characters of a row about an alert: fifteen of them fit into the longest answer of a chat. */
const ALERT_ROW = 220;

export function statusText(status: OperationOutput<'getStatus'>): string {
  const { profile, mode, venueTitle, simulatedMarket, arming, killed, paused, haltReason } = status;
  if (profile === null) return 'No profile is chosen.';
  const run = mode === null ? `not running: ${haltReason || 'it starts'}` : `${mode} at ${venueTitle}`;
  const market = simulatedMarket ? ' (simulated market)' : '';
  const { storage, counters, ordersInFlight, feeds } = status;
  const books = feeds.map(
    (feed) => `${feed.venue} ${feed.state}${restWords(feed)}, ${feed.booksLive} books live`,
  );
  return [
    `${profile}: ${run}${market}`,
    killed ? killLine(status) : paused ? `HALTED: ${haltReason}` : 'Trading is not halted.',
    ...(arming === null ? [] : [`Live trading: ${arming.state}${arming.reason && ` (${arming.reason})`}`]),
    ...books.slice(0, MAX_ROWS),
    `${ordersInFlight} orders in flight, ${counters.fills} fills, ${counters.denials} denials in this session`,
    ...(storage.healthy ? [] : [`STORAGE: ${storage.detail}`]),
  ].join('\n');
}

function killLine({
  killVerifiedOpenOrders: open,
  killProblem,
}: Pick<OperationOutput<'getStatus'>, 'killVerifiedOpenOrders' | 'killProblem'>): string {
  if (open === 0) return 'KILLED: the venues show that nothing is open.';
  if (killProblem !== '') return `KILLED, NOT VERIFIED: ${killProblem}`;
  return open === null ? 'KILLED: the venues have not answered yet.' : `KILLED: ${open} orders are open.`;
}

export function exposureText(risk: OperationOutput<'getRisk'>): string {
  const { homeAsset, equity, level, holds, breakers, gauges } = risk;
  const used = gauges.map((gauge) => {
    const use = shownUse(gauge);
    const { name, limit, unit } = gauge;
    return `${name}: ${use === null ? 'not known' : use} of ${limit} ${unit}`.trimEnd();
  });
  return [
    `Equity ${equity === null ? 'not known' : `${equity} ${homeAsset}`}, loss level ${level}`,
    ...holds.map(
      ({ kind, reason, venue }) => `Held by ${[kind, venue].filter(Boolean).join(' at ')}: ${reason}`,
    ),
    ...breakers.map(({ breaker, venue }) => `Breaker open: ${breakerLabel(breaker, venue)}`),
    ...rows(used),
  ].join('\n');
}

export function positionText(view: PositionsView | undefined, coin: string): string {
  if (view === undefined) return 'No session runs.';
  const { homeAsset, equity } = view;
  const isAsked = (asset: string): boolean =>
    coin === '' || asset.toUpperCase() === coin || asset.toUpperCase().startsWith(`${coin}@`);
  const asked = view.positions.filter(
    ({ asset, total }) => isAsked(asset) && (coin !== '' || Number(total) !== 0),
  );
  if (asked.length === 0) return coin === '' ? 'Nothing is held.' : `No ${coin} is held.`;
  const lines = asked.map(({ asset, total, valueHome, isMarkLive }) => {
    const worth = valueHome === null ? 'no mark' : `${valueHome} ${homeAsset}`;
    return `${asset} ${total} = ${worth}${isMarkLive || valueHome === null ? '' : ' (mark not live)'}`;
  });
  const withoutPrice = asked.filter(({ valueHome }) => valueHome === null).length;
  const worth = withoutPrice === 0 ? '' : ` and ${coinsText(withoutPrice)}`;
  return [...rows(lines), ...(coin === '' ? [`Equity ${equity} ${homeAsset}${worth}`] : [])].join('\n');
}

type AlertsView = OperationOutput<'listAlerts'>;

/** The alerts that one answer has room for: of those that are not acknowledged, the newest. */
export function alertRows({ alerts }: Pick<AlertsView, 'alerts'>): AlertsView['alerts'] {
  return alerts.filter(({ acknowledgedUs }) => acknowledgedUs === null).slice(0, MAX_ROWS);
}

export function alertsText(view: AlertsView): string {
  const { unread } = view;
  if (unread === 0) return 'All alerts are acknowledged.';
  const lines = alertRows(view).map(({ alertId, severity, title, detail, times }) =>
    `#${alertId} ${severity}: ${title}${detail && `: ${detail}`}${times > 1 ? ` (${times} times)` : ''}`.slice(
      0,
      ALERT_ROW,
    ),
  );
  const more = unread - lines.length;
  return [
    `${alertCount(unread)} not acknowledged.`,
    ...lines,
    ...(more > 0 ? [`and ${more} more: send “alerts” again once these are acknowledged`] : []),
  ].join('\n');
}

/** "1 alert is", "3 alerts are". */
export const alertCount = (count: number): string => (count === 1 ? '1 alert is' : `${count} alerts are`);

export function killText(answer: OperationOutput<'kill'>): string {
  const { cancelsSent, venues = [], problem, audit } = answer;
  return [
    `KILLED. ${cancelsSent} cancels were sent.`,
    ...venues.map(({ title, openOrders, problem: at }) => {
      const shown =
        openOrders === null ? 'has not shown yet what is open' : `shows ${openOrders} open orders`;
      return `${title} ${at === '' ? shown : `could not be asked: ${at}`}`;
    }),
    ...(problem === undefined ? [] : [`Not verified: ${problem}`]),
    ...(audit === undefined ? [] : ['The row of the audit trail is not stored yet.']),
    'Ask status until it is verified. A re-arm is possible in the window and on the command line alone.',
  ].join('\n');
}

function rows(lines: readonly string[]): string[] {
  const more = lines.length - MAX_ROWS;
  return more > 0 ? [...lines.slice(0, MAX_ROWS), `and ${more} more`] : [...lines];
}
