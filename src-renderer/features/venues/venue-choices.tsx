/** The venues that can be chosen, and those of ccxt that were: with what is weaker about each. */
import type { KnownVenue } from '../../../src-engine/contract/venue-records.ts';
import { CcxtField } from './ccxt-field.tsx';
import { ABOUT_CCXT, aboutVenue } from './venue-about.ts';

type VenueChoicesProps = {
  readonly known: readonly KnownVenue[];
  /** Ids; those that are not known are venues of ccxt. */
  readonly chosen: readonly string[];
  /** Of simulated exchanges on this machine. */
  readonly isLocal: boolean;
  /** What can be chosen. Undefined: a venue of ccxt that is not known, by its name. */
  readonly fits: (venue: KnownVenue | undefined) => boolean;
  readonly onToggle: (id: string, isChosen: boolean) => void;
};

export function VenueChoices({ known, chosen, isLocal, fits, onToggle }: VenueChoicesProps) {
  const added = chosen.filter((id) => known.every((one) => one.id !== id));
  return (
    <>
      {known.map((venue) => {
        const isOffered = fits(venue);
        return (
          <label key={venue.id} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(venue.id)}
              // One that is chosen can always be taken out.
              disabled={!isOffered && !chosen.includes(venue.id)}
              onChange={({ target }) => onToggle(venue.id, target.checked)}
            />
            <span>
              <strong>{venue.title}</strong> <span className="dim">{aboutVenue(venue, isLocal)}</span>
            </span>
          </label>
        );
      })}
      {added.map((id) => (
        <label key={id} className="check">
          <input type="checkbox" checked onChange={() => onToggle(id, false)} />
          <span>
            <strong>{id}</strong> <span className="dim">{ABOUT_CCXT}</span>
          </span>
        </label>
      ))}
      {fits(undefined) && <CcxtField onAdd={(id) => onToggle(id, true)} />}
    </>
  );
}
