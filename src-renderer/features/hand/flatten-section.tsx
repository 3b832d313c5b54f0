/** Sells what is free of a coin, or of all coins, at one venue: confirmed by a typed word. */
import { useState } from 'react';
import type { OperationOutput } from '../../../src-engine/contract/operations.ts';
import type { Position } from '../../../src-engine/contract/position-records.ts';
import { Choice } from '../../components/choice.tsx';
import { TypedConfirm } from '../../components/typed-confirm.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import { groupThousands, signOf } from '../../lib/decimal-text.ts';
import { codeOf, venueOf } from '../../lib/venue-asset-text.ts';

const NOTHING = {};
const NONE: readonly Position[] = [];
const ALL = '';

export function FlattenSection() {
  const { client } = useSession();
  const feeds = useReplica(({ status }) => status.feeds) ?? [];
  const view = useView('positions', NOTHING);
  const positions = view?.positions ?? NONE;
  const [wanted, setVenue] = useState(ALL);
  const [named, setCoin] = useState(ALL);
  const [done, setDone] = useState<OperationOutput<'flatten'>>();
  const venue = feeds.find((feed) => feed.venue === wanted) ?? feeds[0];
  if (venue === undefined) return null;
  const coins = coinsAt(positions, venue.venue, view?.homeAsset ?? '');
  const coin = coins.includes(named) ? named : ALL;
  const what = coin === ALL ? 'all coins' : coin;
  const flatten = async (): Promise<void> =>
    setDone(
      await client.call('flatten', {
        venue: venue.venue,
        confirm: 'FLATTEN',
        ...(coin === ALL ? {} : { coin }),
      }),
    );
  return (
    <section className="form hand-section" aria-label="Flatten">
      <h3>Flatten</h3>
      <p className="field-help">
        Sells what is free of a coin at the venue, at market within the price collar. It works while trading
        is paused or halted; what cycles have reserved stays theirs.
      </p>
      <Choice
        label="Venue"
        value={venue.venue}
        values={feeds.map((feed) => feed.venue)}
        text={(id) => feeds.find((feed) => feed.venue === id)?.title ?? id}
        onChoose={setVenue}
      />
      <Choice
        label="Coin"
        value={coin}
        values={[ALL, ...coins]}
        text={(one) => (one === ALL ? 'All coins' : one)}
        onChoose={setCoin}
      />
      <TypedConfirm
        key={`${venue.venue} ${coin}`}
        word="FLATTEN"
        action="Flatten"
        purpose={`to sell ${what} at ${venue.title}`}
        onConfirm={flatten}
      />
      {done !== undefined && <Outcome done={done} />}
    </section>
  );
}

/** Coins of which something is free at a venue, by name; its cash is none. In a run of one venue assets do not name theirs. */
function coinsAt(positions: readonly Position[], venue: string, homeAsset: string): string[] {
  const there = positions.filter(
    ({ asset, free }) => signOf(free) > 0 && (venueOf(asset) === '' || venueOf(asset) === venue),
  );
  const codes = there.map(({ asset }) => codeOf(asset)).filter((code) => code !== codeOf(homeAsset));
  return [...new Set(codes)].sort();
}

function Outcome({ done: { sold, left } }: { readonly done: OperationOutput<'flatten'> }) {
  return (
    <ul className="hand-outcome" role="status">
      {sold.map(({ coin, amount }) => (
        <li key={coin}>
          Selling <span className="num">{groupThousands(amount)}</span> {coin}: see Executions for how it ends
        </li>
      ))}
      {left.map(({ coin, amount, reason }) => (
        <li key={coin} className="dim">
          Not sold: <span className="num">{groupThousands(amount)}</span> {coin}, {reason}
        </li>
      ))}
    </ul>
  );
}
