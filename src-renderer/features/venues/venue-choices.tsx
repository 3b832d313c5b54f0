/** The venues that can be chosen, and those of ccxt that were: a line each, with what is weaker about it on demand. */
import { useState } from 'react';
import type { KnownVenue } from '../../../src-engine/contract/venue-records.ts';
import { CcxtField } from './ccxt-field.tsx';
import { ABOUT_CCXT, aboutVenue, SHORT_CCXT, shortAbout } from './venue-about.ts';

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
          <VenueChoice
            key={venue.id}
            title={venue.title}
            short={shortAbout(venue, isLocal)}
            about={aboutVenue(venue, isLocal)}
            isChosen={chosen.includes(venue.id)}
            // One that is chosen can always be taken out.
            isDisabled={!isOffered && !chosen.includes(venue.id)}
            onToggle={(isChosen) => onToggle(venue.id, isChosen)}
          />
        );
      })}
      {added.map((id) => (
        <VenueChoice
          key={id}
          title={id}
          short={SHORT_CCXT}
          about={ABOUT_CCXT}
          isChosen
          isDisabled={false}
          onToggle={() => onToggle(id, false)}
        />
      ))}
      {fits(undefined) && <CcxtField onAdd={(id) => onToggle(id, true)} />}
    </>
  );
}

function VenueChoice({
  title,
  short,
  about,
  isChosen,
  isDisabled,
  onToggle,
}: {
  readonly title: string;
  readonly short: string;
  readonly about: string;
  readonly isChosen: boolean;
  readonly isDisabled: boolean;
  readonly onToggle: (isChosen: boolean) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="venue-choice">
      <label className="check">
        <input
          type="checkbox"
          checked={isChosen}
          disabled={isDisabled}
          onChange={({ target }) => onToggle(target.checked)}
        />
        <span className="cut">
          <strong>{title}</strong> <span className="dim">{short}</span>
        </span>
      </label>
      <button
        type="button"
        className="link-button"
        aria-expanded={isOpen}
        aria-label={`${isOpen ? 'Less' : 'More'} about ${title}`}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? 'Less' : 'More'}
      </button>
      {isOpen && <p className="field-help">{about}</p>}
    </div>
  );
}
