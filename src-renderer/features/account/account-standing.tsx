import { useState } from 'react';
import type { NewsFact } from '../../../src-engine/contract/topics.ts';
import { ColumnHead } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { Notice } from '../../components/notice.tsx';
import { Time } from '../../components/time.tsx';
import { AgeSince } from '../../components/view-age.tsx';
import { Exact } from '../../components/exact.tsx';
import { TypedConfirm } from '../../components/typed-confirm.tsx';
import { Word } from '../../components/word.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { DEAD_MAN_WORDS, limitWords } from './account-words.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { type AccountStanding, useAccount } from './use-account.ts';

const ASK_MS = 2_000;
const NONE: readonly NewsFact[] = [];

type Take = (standing: AccountStanding) => void;

/** The account at each venue beside the ledger, and what can be done where the two differ. */
export function AccountPanel() {
  return (
    <Panel title="Account">
      <div className="scrolling">
        <AccountOrWait />
      </div>
    </Panel>
  );
}

/** The state of the accounts, or why it is not known yet. */
export function AccountOrWait() {
  const { standing, take, updatedMs } = useAccount(ASK_MS);
  const age = useTicking(() =>
    formatAge(updatedMs === null ? null : (performance.now() - updatedMs) * 1_000),
  );
  return standing === undefined ? (
    <EmptyState title="No account yet">
      Accounts are compared once a profile has been chosen and the engine answers.
    </EmptyState>
  ) : (
    <div className="health">
      <Venues standing={standing} take={take} />
      <UnknownOrders orders={standing.unknownOrders} take={take} />
      <ForeignOrders />
      <UnreadRows venues={standing.venues} />
      <p className="dim">
        Updated <span className="num age">{age}</span> ago.
      </p>
    </div>
  );
}

function Venues({ standing, take }: { readonly standing: AccountStanding; readonly take: Take }) {
  const session = useSession();
  const [busy, setBusy] = useState(false);
  if (!standing.comparesAccounts) {
    return (
      <Notice tone="info" title="Nothing to compare">
        <p>This profile simulates fills: there is no account at a venue.</p>
      </Notice>
    );
  }
  const compare = () => {
    setBusy(true);
    void session
      .run('The account was not compared', 'reconcile', {})
      .then((next) => next !== undefined && take(next))
      .finally(() => setBusy(false));
  };
  return (
    <>
      {standing.venues.map((venue) => (
        <Venue key={venue.venue} venue={venue} take={take} />
      ))}
      <p className="account-guard">
        Watchdog{' '}
        {standing.isWatched ? <Word tone="good" label="Running" /> : <Word tone="bad" label="Not running" />}
        <small className="account-age">Cancels every open order if the engine ends or freezes.</small>
      </p>
      <div className="form-actions">
        <button type="button" className="button" disabled={busy} onClick={compare}>
          {busy ? 'Comparing…' : 'Compare now'}
        </button>
      </div>
    </>
  );
}

function Venue({
  venue: { venue, refusal, agreedUs, differences, deadManSwitch, limits },
  take,
}: {
  readonly venue: AccountStanding['venues'][number];
  readonly take: Take;
}) {
  const session = useSession();
  return (
    <section className="account-venue" aria-label={`Account at ${venueTitle(venue)}`}>
      <p className={refusal === '' ? 'risk-level' : 'risk-level risk-level-bad'} role="status">
        <strong>{venueTitle(venue)}</strong>{' '}
        {refusal === '' ? <Word tone="good" label="Reconciled" /> : <Word tone="warn" label={refusal} />}
        <small className="account-age">
          {agreedUs === null ? (
            'Not yet reconciled in this run.'
          ) : (
            <>
              Last reconciled <AgeSince atUs={agreedUs} /> ago.
            </>
          )}
        </small>
      </p>
      {deadManSwitch !== null && <DeadManLine {...deadManSwitch} />}
      {limits.length > 0 && (
        <p className="account-guard">
          Rate limits used <small className="account-age">{limits.map(limitWords).join('; ')}.</small>
        </p>
      )}
      {differences.length > 0 && (
        <>
          <PlainTable className="health-table">
            <caption>Differs at {venueTitle(venue)}</caption>
            <thead>
              <tr>
                <ColumnHead>Asset</ColumnHead>
                <ColumnHead>Ledger</ColumnHead>
                <ColumnHead>Venue</ColumnHead>
              </tr>
            </thead>
            <tbody>
              {differences.map((one) => (
                <tr key={one.asset}>
                  <th scope="row">{codeOf(one.asset)}</th>
                  <td>
                    <Exact text={one.ledger} />
                  </td>
                  <td>
                    <Exact text={one.venue} />
                  </td>
                </tr>
              ))}
            </tbody>
          </PlainTable>
          <TypedConfirm
            word={venue}
            action="Adopt balances"
            purpose="to set our ledger to the venue’s balances, for example after a deposit or a withdrawal"
            onConfirm={async () => take(await session.client.call('adoptBalances', { venue }))}
          />
        </>
      )}
    </section>
  );
}

/** What would cancel everything without us. */
function DeadManLine({
  state,
  reason,
  setUs,
}: NonNullable<AccountStanding['venues'][number]['deadManSwitch']>) {
  const { label, tone } = DEAD_MAN_WORDS[state];
  return (
    <p className="account-guard">
      Dead-man switch <Word tone={tone} label={label} />
      <small className="account-age">
        {reason !== '' && `${reason}. `}
        {setUs !== null && (
          <>
            The venue confirmed it <AgeSince atUs={setUs} /> ago.
          </>
        )}
      </small>
    </p>
  );
}

function UnknownOrders({
  orders,
  take,
}: {
  readonly orders: AccountStanding['unknownOrders'];
  readonly take: Take;
}) {
  const session = useSession();
  return (
    <section aria-label="Unresolved orders">
      <h3 className="account-head">Unresolved orders</h3>
      {orders.length === 0 && <p className="dim">None.</p>}
      {orders.map(({ orderId, venue, side, qty, symbol, price, reason, obstacle }) => (
        <article key={orderId} className="account-order">
          <p>
            <Word tone="warn" label="Unknown" />{' '}
            <strong className="num">
              {side} {qty} {symbol} at {price}
            </strong>{' '}
            on {venueTitle(venue)}
          </p>
          <p className="dim">
            <span className="num">{orderId}</span>
            {reason !== '' && `: ${reason}`}
          </p>
          {obstacle === '' ? (
            <TypedConfirm
              word="SETTLE"
              action="Settle"
              purpose="to close it: for a minute the venue has not shown it"
              onConfirm={async () => take(await session.client.call('settleOrder', { orderId }))}
            />
          ) : (
            <p className="dim">Cannot be settled by hand: {obstacle}.</p>
          )}
        </article>
      ))}
    </section>
  );
}

/** Rows of a venue that could not be read and that are about none of our orders. */
function UnreadRows({ venues }: { readonly venues: AccountStanding['venues'] }) {
  const odd = venues.filter(({ unreadRows }) => unreadRows.count > 0);
  if (odd.length === 0) return null;
  return (
    <section aria-label="Unreadable rows">
      <h3 className="account-head">Unreadable rows</h3>
      {odd.map(({ venue, unreadRows: { count, last } }) => (
        <div key={venue}>
          <p className="dim">
            {venueTitle(venue)}: <span className="num">{count}</span>, none about our orders. The latest:
          </p>
          <ul>
            {last.map(({ source, row, problem }) => (
              <li key={`${source} ${row} ${problem}`}>
                {source} <span className="num">{row}</span>: {problem}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** Orders that were placed elsewhere: reported once, never touched. */
function ForeignOrders() {
  const news = useReplica((replica) => replica.news) ?? NONE;
  const seen = news.flatMap(({ seq, event }) =>
    event.type === 'foreignOrderSeen'
      ? [{ seq, atUs: event.atUs, venue: event.venue, order: event.order }]
      : [],
  );
  return (
    <section aria-label="Orders placed elsewhere">
      <h3 className="account-head">Orders placed elsewhere</h3>
      {seen.length === 0 ? (
        <p className="dim">None seen.</p>
      ) : (
        <PlainTable className="health-table">
          <caption>Open on the account, ignored (not ours)</caption>
          <tbody>
            {seen.map(({ seq, atUs, venue, order }) => (
              <tr key={seq}>
                <th scope="row">
                  <span className="num">
                    {order.side} {order.qty} {order.symbol} at {order.price}
                  </span>
                  <small>
                    {venueTitle(venue)} {order.venueOrderId}
                  </small>
                </th>
                <td>
                  <Time atUs={atUs} withMs={false} />
                </td>
              </tr>
            ))}
          </tbody>
        </PlainTable>
      )}
    </section>
  );
}
