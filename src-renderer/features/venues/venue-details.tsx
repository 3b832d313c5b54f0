/** What is known of one venue of the session, beyond its row. */
import { Fact, Facts } from '../../components/facts.tsx';
import { Word } from '../../components/word.tsx';
import { ABSENT } from '../../lib/decimal-text.ts';
import type { FeedStatus } from '../../lib/feed-light.ts';
import { formatCount } from '../../lib/figures.ts';
import { formatAge, formatLatency } from '../../lib/time-text.ts';
import { limitWords } from '../account/account-words.ts';
import { VenueSwitch } from '../hand/hand-dialog.tsx';
import { clockWords, feeWords, isCloseToLimit, joinWords } from './venue-words.ts';

export function VenueDetails({ feed }: { readonly feed: FeedStatus }) {
  const { title, venueStatus, clock, takerFees, account, lastFault, notTraded, joining } = feed;
  const { haltedFor, watchedFor } = feed;
  return (
    <section className="form venue-details" aria-label={`About ${title}`}>
      <h3>
        {title} <VenueSwitch feed={feed} />
      </h3>
      {haltedFor !== '' && <Halted reason={haltedFor} />}
      {feed.weaker !== '' && <p className="rule-text">Its books come {feed.weaker}.</p>}
      <Facts>
        <Fact
          name="Venue status"
          title="The venue’s own word: online, maintenance, cancels only, and the like"
        >
          {venueStatus === '' ? 'None yet' : venueStatus}
        </Fact>
        <Fact name="Round trip" title="Over its public REST interface; asked once a minute">
          {clock === null ? (
            ABSENT
          ) : (
            <>
              {formatLatency(clock.roundTripUs)} <span className="dim">{formatAge(clock.ageUs)} ago</span>
            </>
          )}
        </Fact>
        <Fact name="Clock" title="The venue’s clock beside this machine’s">
          {clock === null ? ABSENT : clockWords(clock)}
        </Fact>
        <Fact name="Taker fee" title="Of what is traded there, and where it is from">
          {feeWords(takerFees)} <span className="dim">{takerFees?.bases.join('; ')}</span>
        </Fact>
        <Fact name="Account" title="What the key of the account there may do">
          {watchedFor !== ''
            ? `Watched without trading: ${watchedFor}`
            : account === null
              ? 'None: orders are filled on paper'
              : keyWords(account.permissions)}
        </Fact>
        {account !== null && account.limits.length > 0 && (
          <Fact name="Limits used" title="As the venue last reported">
            <ul>
              {account.limits.map((limit) => (
                <li key={`${limit.name} ${limit.intervalS}`}>
                  {limitWords(limit)}{' '}
                  {isCloseToLimit(limit) && <Word tone="warn" label="Close to the limit" />}
                </li>
              ))}
            </ul>
          </Fact>
        )}
        {feed.state === 'open' && feed.reason !== '' && (
          <Fact name="Books" title="How the feed reads its books since it connected last">
            {feed.reason}
          </Fact>
        )}
        <Fact name="Last fault" title="Why market data last stopped in this session">
          {lastFault === null ? (
            'None in this session'
          ) : (
            <>
              {lastFault.reason} <span className="dim">{formatAge(lastFault.ageUs)} ago</span>
            </>
          )}
        </Fact>
        {joining.count > 0 && (
          <Fact
            name="New pairs"
            title="The session starts again with them once no order is open, nothing is recorded and no account is armed"
          >
            {joinWords(joining)}
          </Fact>
        )}
        {notTraded.count > 0 && (
          <Fact
            name="Not traded"
            title={notTraded.named.map(({ name, reason }) => `${name}: ${reason}`).join('\n')}
          >
            {formatCount(notTraded.count)} pairs: {notTraded.named.map(({ name }) => name).join(', ')}
            {notTraded.count > notTraded.named.length && ' and more'}
          </Fact>
        )}
      </Facts>
    </section>
  );
}

/** Its own halt alone: the others trade on, and go on as they are. */
function Halted({ reason }: { readonly reason: string }) {
  return (
    <p className="rule-text">
      <Word tone="warn" label="Halted" explain={reason} /> {reason}
    </p>
  );
}

function keyWords(permissions: readonly string[]): string {
  return permissions.length === 0 ? 'Its key is in use' : `Its key may: ${permissions.join(', ')}`;
}
