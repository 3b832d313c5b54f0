/** Carries on paper: spot held against a sold perpetual, in a book of their own. */
import { FigureInput } from '../../components/figure-input.tsx';
import { useState } from 'react';
import {
  type CarryStanding,
  type FundingRow,
  USUAL_STAKE,
} from '../../../src-engine/contract/funding-records.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { Signed } from '../../components/exact.tsx';
import { Word } from '../../components/word.tsx';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { plainFigure } from '../../lib/decimal-text.ts';
import { formatCount } from '../../lib/figures.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { reasonWords } from './funding-words.ts';

const FAILED = 'The carries were not changed';
const PLACES = 4;
const linesOf = (carries: readonly CarryStanding[]) =>
  carries.map(({ symbol, venue, stake }) => ({ symbol, venue, stake }));

/** @param row the chosen perpetual, of which a carry can be added. */
export function Carries({
  carries,
  row,
}: {
  readonly carries: readonly CarryStanding[];
  readonly row: FundingRow | undefined;
}) {
  const session = useSession();
  const isViewer = useIsViewer();
  const set = (next: readonly CarryStanding[]) => session.run(FAILED, 'setCarries', { lines: linesOf(next) });
  const isSet = carries.some(({ symbol, venue }) => symbol === row?.symbol && venue === row.venue);
  return (
    <section className="scrolling carries" aria-label="Carry on paper">
      <h3>Carry on paper</h3>
      {carries.length === 0 && (
        <p className="dim">
          Off. Holds a coin on the spot market and the same amount sold as a perpetual while funding pays for
          it. Both legs are simulated in a book of their own: no order is sent.
        </p>
      )}
      <ul className="rules" aria-label="Carries on paper">
        {carries.map((one) => (
          <li key={`${one.venue} ${one.symbol}`} className="rule">
            <CarryText carry={one} />
            <ConfirmButton
              label="Remove"
              name={`the carry of ${one.symbol} at ${venueTitle(one.venue)}`}
              confirm="Really remove"
              onConfirm={() => set(carries.filter((other) => other !== one))}
            />
          </li>
        ))}
      </ul>
      {!isViewer && row !== undefined && !isSet && <AddCarry carries={carries} row={row} />}
    </section>
  );
}

function CarryText({ carry }: { readonly carry: CarryStanding }) {
  const { symbol, venue, spotVenue, stake, isHeld, reason, qty, funding, payments } = carry;
  const { realized, unrealized, missingPayments, trades } = carry;
  const quote = symbol.split('/')[1] ?? '';
  return (
    <div className="rule-text">
      <p>
        <strong>{symbol}</strong> {spotVenue === null ? 'no spot market' : venueTitle(spotVenue)} against{' '}
        {venueTitle(venue)}{' '}
        <Word
          tone={isHeld ? 'good' : 'quiet'}
          label={isHeld ? `Holds ${qty ?? ''}` : 'Flat'}
          explain={`Stake ${stake} ${quote} a leg`}
        />
      </p>
      <p className="dim rule-more">
        {formatCount(payments)} {payments === 1 ? 'payment' : 'payments'}{' '}
        <Signed text={funding} places={PLACES} /> {quote}
        {unrealized !== null && (
          <>
            {' · '}open <Signed text={unrealized} places={PLACES} />
          </>
        )}
        {' · '}
        {formatCount(trades)} closed <Signed text={realized} places={PLACES} /> · {reasonWords(reason)}
        {missingPayments > 0 &&
          ` · ${missingPayments === 1 ? 'one payment is' : `${formatCount(missingPayments)} payments are`} not known`}
      </p>
    </div>
  );
}

function AddCarry({
  carries,
  row,
}: {
  readonly carries: readonly CarryStanding[];
  readonly row: FundingRow;
}) {
  const session = useSession();
  const [stake, setStake] = useState(USUAL_STAKE);
  const { symbol, venue, quote } = row;
  return (
    <form
      className="alert-buttons"
      onSubmit={(event) => {
        event.preventDefault();
        void session.run(FAILED, 'setCarries', {
          lines: [...linesOf(carries), { symbol, venue, stake: plainFigure(stake.trim()) }],
        });
      }}
    >
      <label>
        Stake ({quote}) <FigureInput value={stake} onChange={setStake} />
      </label>
      <button type="submit" className="button">
        Carry {symbol} of {venueTitle(venue)} on paper
      </button>
    </form>
  );
}
