/** Sentences of the engine as a person reads them: breakers, ways of cycles and venues are called there as everywhere in the window. Pure. */
import { BREAKER_CODES, breakerLabel } from '../../src-engine/domain/halt-texts.ts';
import { venuesNamed } from '../../src-engine/domain/venue-asset.ts';
import { venueTitle, withVenueTitles } from '../../src-engine/domain/venue-titles.ts';
import { cycleText, strategyText } from './words.ts';

const VENUES = String.raw`[a-z][a-z0-9:-]*(?:\+[a-z][a-z0-9:-]*)*`;
const BREAKER = String.raw`(?<code>${BREAKER_CODES.join('|')})(?: of (?<venue>${VENUES}))?`;
/** Drawdown and exposure are words as well: a breaker is what stands behind that word, or before its state. */
const NAMED = new RegExp(String.raw`\bbreaker ${BREAKER}(?![\w-])`, 'g');
const TRIPPED = new RegExp(String.raw`(?<=^|[:;] )${BREAKER} is (?=open|half-open|latched)`, 'g');
const CODE = String.raw`(?=[\w.$-]*[A-Z])[A-Z0-9][\w.$-]*(?:@${VENUES})?`;
const WAY = new RegExp(
  String.raw`(?:(?<venue>\b${VENUES}) )?\b(?<way>${CODE}(?:>${CODE})+)(?<quotes> quotes)?`,
  'g',
);

type Groups = Readonly<Record<string, string | undefined>>;

/** `breaker-open: data-quality of kraken is open` is read as `… Data quality at Kraken is open`, `USD>BTC>ETH` as the board has it. */
export function readableText(text: string): string {
  const named = text
    .replace(WAY, (all, ...found: unknown[]) => wayText(all, found.at(-1) as Groups))
    .replace(NAMED, (_all, ...found: unknown[]) => `breaker ${labelOf(found.at(-1) as Groups)}`)
    .replace(TRIPPED, (_all, ...found: unknown[]) => `${labelOf(found.at(-1) as Groups)} is `);
  return withVenueTitles(named);
}

const labelOf = ({ code = '', venue = '' }: Groups): string => breakerLabel(code, venue);

function wayText(all: string, { venue = '', way = '', quotes = '' }: Groups): string {
  const isVenue = venue !== '' && venuesNamed(venue).every((name) => venueTitle(name) !== name);
  // A word before it that is no venue stays.
  const before = venue === '' || isVenue ? '' : `${venue} `;
  if (way.includes('@')) return `${before}${cycleText(way.split('>'))}${quotes}`;
  return isVenue ? strategyText(all) : `${before}${way.replaceAll('>', '→')}${quotes}`;
}
